"""Tables of templates as they would be declared, for `trueup adopt`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..errors import ErrorCode, NeedsOperator, Place
from ..lifecycle.adopt.code import Adopted
from ..lifecycle.adopt.tables import as_adopted, fits_pattern
from ..schema.engine import LiveTable
from ..schema.facts import Path, Unknown
from ..schema.tables import TableSchema
from .adopted_scaling import removal_setting, scaling_settings
from .tables import tables_of
from .template import Template


def adopt_template(
    template: Template, names: Sequence[str], *, pattern: str, protect: bool
) -> list[Adopted]:
    """The tables of these physical names, or all that fit the pattern, as the template has them.

    Facts that the template does not tell are left out, and so are indexes that it does not.

    Raises NeedsOperator: (table-not-found) the template has no table of a name, (schema-mismatch)
    it does not tell the key of a table.
    """
    tables = tables_of(template)
    for name in names:
        if name not in tables:
            known = ", ".join(tables) or "no table whose name is known"
            raise _refused(template, name, ErrorCode.TABLE_NOT_FOUND, f"the template has {known}")
    chosen = names or [name for name in tables if fits_pattern(name, pattern)]
    return [_adopted(template, tables[name], pattern, protect=protect) for name in chosen]


def _adopted(template: Template, table: LiveTable, pattern: str, *, protect: bool) -> Adopted:
    name = table.schema.name
    for path, why in table.unknown.items():
        if path[:1] in ((), ("key",)):
            raise _refused(template, name, ErrorCode.SCHEMA_MISMATCH, f"its key is {why}")
    found = as_adopted(replace(table, schema=_known(table)), pattern, protect=protect)
    left_out = dict(found.left_out)
    for path, why in table.unknown.items():
        if path[:1] == ("index",) and len(path) > 1 and path[1] in table.schema.indexes:
            left_out.setdefault(path[1], str(why))
    scaling, notes = scaling_settings(template, table.schema, found.settings)
    settings = {**found.settings, **removal_setting(table.schema), **scaling}
    return replace(found, left_out=left_out, settings=settings, notes=tuple(notes))


def _known(table: LiveTable) -> TableSchema:
    """The schema, with what is not known of its facts in their place."""
    schema = table.schema
    doubts: Mapping[Path, Unknown] = table.unknown
    facts = {name: doubts.get((name,), value) for name, value in schema.facts.items()}
    for path, why in doubts.items():
        if len(path) > 1 and path[0] in facts:
            facts[path[0]] = why
    return replace(
        schema,
        facts=facts,
        ttl=doubts.get(("ttl",), schema.ttl),
        stream=doubts.get(("stream",), schema.stream),
    )


def _refused(template: Template, table: str, code: ErrorCode, what: str) -> NeedsOperator:
    return NeedsOperator(
        f"the table {table!r} cannot be adopted: {what}",
        where=Place(note=template.file),
        fix="name tables that the template has, and give its parameters: --parameter NAME=VALUE",
        code=code,
    )
