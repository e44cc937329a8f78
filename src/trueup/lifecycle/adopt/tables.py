"""Which live tables can be declared, and what of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...errors import ErrorCode, NeedsOperator, Place
from ...operations.operation import Operation
from ...schema.engine import LiveTable, SchemaEngine
from ...schema.facts import known
from ...schema.tables import IndexSchema, TableSchema
from .code import Adopted
from .layout import quoted
from .settings import dynamodb_settings


def adopt_tables(
    engine: SchemaEngine,
    names: Sequence[str],
    *,
    pattern: str = "{table}",
    protect: bool = False,
    without: str = "",
) -> Operation[list[Adopted]]:
    """The tables of these physical names, or all that fit the pattern, as they are; read only.

    pattern: how physical names are made of logical ones. protect: whether the stage protects its
    tables. without: a table that is never chosen by the pattern: that of Trueup's own state.

    Raises NeedsOperator (table-not-found) for a name that no table has, and (schema-mismatch) for a
    table that Trueup cannot use.
    """
    chosen = names or [
        name
        for name in (yield from engine.list_tables())
        if fits_pattern(name, pattern) and name != without
    ]
    live = yield from engine.inspect(chosen)
    for name in chosen:
        if name not in live:
            fix = "name tables that are there; without names, all are looked at"
            raise _refused(engine, name, "is not there", ErrorCode.TABLE_NOT_FOUND, fix)
        if live[name].problem:
            why = f"cannot be adopted: {live[name].problem}"
            fix = "name the other tables, and declare this one yourself; trueup verify compares it"
            raise _refused(engine, name, why, ErrorCode.SCHEMA_MISMATCH, fix)
    return [as_adopted(live[name], pattern, protect=protect) for name in chosen]


def fits_pattern(name: str, pattern: str) -> bool:
    """Whether a table of this name would be opened by the pattern."""
    before, _, after = pattern.partition("{table}")
    is_long_enough = len(name) > len(before) + len(after)
    return is_long_enough and name.startswith(before) and name.endswith(after)


def _logical(name: str, pattern: str) -> str:
    if not fits_pattern(name, pattern):
        return name
    before, _, after = pattern.partition("{table}")
    return name[len(before) : len(name) - len(after)]


def as_adopted(live: LiveTable, pattern: str, *, protect: bool) -> Adopted:
    """A live table as it would be declared."""
    schema = live.schema
    left_out = {
        name: why for name, index in schema.indexes.items() if (why := _lacks(index, schema))
    }
    settings = dynamodb_settings(schema.facts, protect=protect)
    return Adopted(schema, _logical(schema.name, pattern), settings, {}, left_out)


def _lacks(index: IndexSchema, schema: TableSchema) -> str:
    """What every read of an index needs, and this one does not hold; empty if nothing."""
    ttl = known(schema.ttl)
    held = {key.name for key in (*schema.key, *index.attributes)}
    if ttl is None or index.projection is None or ttl in index.projection | held:
        return ""
    return f"it does not hold {quoted(ttl)}, without which a read cannot tell what has expired"


def _refused(
    engine: SchemaEngine, name: str, what: str, code: ErrorCode, fix: str
) -> NeedsOperator:
    return NeedsOperator(
        f"the table {name!r} {what}",
        where=Place(engine.rules.engine, table=name),
        code=code,
        fix=fix,
    )


def with_types(tables: Sequence[Adopted], types: Mapping[str, Mapping[str, str]]) -> list[Adopted]:
    """The same tables with what their sampled items show. types: by physical name."""
    return [
        Adopted(one.schema, one.name, one.settings, types.get(one.schema.name, {}), one.left_out)
        for one in tables
    ]
