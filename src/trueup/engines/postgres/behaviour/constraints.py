"""Whether constraints act: each refuses what it is there to refuse, and accepts an ordinary row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from ....model.declarations.relational import Unique
from ....model.description.tables import Attribute, TableDescription
from ....schema.facts import Difference, Unknown, Value
from ....schema.tables import TableSchema
from ..ddl.relational import part
from ..payload import Steps
from ..tables.layout import key_name
from ..values.names import column_name, literal, quote
from .attempts import CHECK, DUPLICATE, NOT_NULL, OVERLAP, Outcome, attempt
from .rows import RowMaker, checks_in
from .values import RARE

_FIRST, _SECOND = 1, 2
_OTHERS = (RARE + 1, RARE + 2)
"""Rows that differ from the first also in columns with few values."""


def finding(kind: str, name: str, promised: str, found: Value) -> Difference:
    """What was promised of a declared thing, beside what was seen."""
    return Difference(("behaviour", kind, name), promised, found)


def constraint_findings(
    table: TableDescription, schema: TableSchema, rows: RowMaker
) -> Steps[list[Difference]]:
    """What the constraints of one copy do, but for its references."""
    found = [(yield from _ordinary(rows))]
    found += yield from _checks(schema, rows)
    found += yield from _parity(table, schema, rows)
    found += yield from _required(schema, rows)
    found += yield from _defaults(schema, rows)
    found += yield from _unique(table, schema, rows)
    found += yield from _exclusions(table, schema, rows)
    return found


def _ordinary(rows: RowMaker) -> Steps[Difference]:
    outcome = yield from attempt(rows.insert(_FIRST), rows.insert(_SECOND))
    return finding("row", "ordinary", "accepted", outcome.text)


def _checks(schema: TableSchema, rows: RowMaker) -> Steps[list[Difference]]:
    found = []
    for name in checks_in(schema):
        texts = rows.failing.get(name)
        if texts is None:
            why = Unknown("no generated value fails the condition")
            found.append(finding("checks", name, "refuses what fails it", why))
            continue
        outcome = yield from attempt(rows.insert(_FIRST, _written(texts)))
        shown = ", ".join(f"{column} {_short(text)}" for column, text in texts.items())
        told = _refusal(outcome, f"refuses {shown}", CHECK, name)
        found.append(finding("checks", name, f"refuses {shown}", told))
    return found


def _written(texts: Mapping[str, str | None]) -> dict[str, str | None]:
    return {column: "NULL" if one is None else literal(one) for column, one in texts.items()}


def _short(text: str | None) -> str:
    if text is None:
        return "NULL"
    return repr(text if len(text) <= 24 else f"{text[:12]}… of {len(text)} characters")


def _refusal(outcome: Outcome, promised: str, state: str, by: str = "") -> Value:
    """What was promised if it was seen; else what was."""
    if not outcome.state:
        return promised.replace("refuses", "accepts", 1)
    if outcome.state == state and (not by or not outcome.by or outcome.by == by):
        return promised
    return Unknown(f"{outcome.text}, before it could act")


def _parity(
    table: TableDescription, schema: TableSchema, rows: RowMaker
) -> Steps[list[Difference]]:
    """Whether the model and the table accept the same values of each limited field."""
    found = []
    promised = "the model and the table accept the same values"
    own = {column_name(one.attribute): one for one in table.attributes}
    for column, attribute in own.items():
        texts = rows.pools.get(column, [])
        adapter = _adapter(table, attribute)
        if adapter is None or not _is_limited(attribute, column, schema):
            continue
        differing: Value = promised
        for text in texts[:12]:
            value = _python(text, rows.live.columns[column].base)
            if value is None:
                continue
            outcome = yield from attempt(rows.insert(_FIRST, {column: literal(text)}))
            is_accepted = _accepts(adapter, value)
            if is_accepted == bool(outcome.state) and differing == promised:
                who = "the model alone accepts" if is_accepted else "the table alone accepts"
                differing = f"{who} {_short(text)}"
        found.append(finding("model", column, promised, differing))
    return found


def _is_limited(attribute: Attribute, column: str, schema: TableSchema) -> bool:
    """Whether the table is declared to hold the limits of a field."""
    limits = attribute.constraints
    column_facts = part(schema, "columns").get(column)
    assert isinstance(column_facts, Mapping)
    is_typed = "varying(" in str(column_facts["type"])
    return is_typed or (
        (
            (limits.shortest, limits.longest, limits.ge, limits.gt, limits.le, limits.lt)
            != (None,) * 6
            or bool(limits.choices)
        )
        and any(column in condition for condition in checks_in(schema).values())
    )


def _adapter(table: TableDescription, attribute: Attribute) -> TypeAdapter[Any] | None:
    for model in table.models.values():
        declared = model.model_fields.get(attribute.name)
        if declared is not None:
            kind: Any = declared.annotation
            for one in declared.metadata:
                kind = Annotated[kind, one]
            return TypeAdapter(kind) if not _is_model(kind) else None
    return None


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _python(text: str, base: str) -> object:
    if base in ("text", "character varying", "character"):
        return text
    if base in ("smallint", "integer", "bigint"):
        return int(text)
    return Decimal(text) if base == "numeric" else None


def _accepts(adapter: TypeAdapter[Any], value: object) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def _required(schema: TableSchema, rows: RowMaker) -> Steps[list[Difference]]:
    found = []
    for name, column in part(schema, "columns").items():
        assert isinstance(column, Mapping)
        if column["required"] and name in rows.expressions:
            outcome = yield from attempt(rows.insert(_FIRST, {name: "NULL"}))
            promised = "refuses NULL"
            told = _refusal(outcome, promised, NOT_NULL, name)
            found.append(finding("required", name, promised, told))
    return found


def _defaults(schema: TableSchema, rows: RowMaker) -> Steps[list[Difference]]:
    found = []
    for name, column in part(schema, "columns").items():
        assert isinstance(column, Mapping)
        if not (column.get("default") or column.get("generated") or column.get("identity")):
            continue
        left_out = rows.insert(_FIRST, {name: None})
        outcome = yield from attempt(f"{left_out} RETURNING {quote(name)} IS NOT NULL")
        is_given = not outcome.state and outcome.rows[0][0] is True
        promised = "the database gives a value"
        other = "NULL is stored" if not outcome.state else outcome.text
        found.append(finding("default", name, promised, promised if is_given else other))
    return found


def _uniques(
    table: TableDescription, schema: TableSchema
) -> Iterator[tuple[str, tuple[str, ...], Unique | None]]:
    """The name and the columns of what is unique: the key first."""
    assert table.relational is not None
    yield key_name(schema), tuple(column_name(one.attribute) for one in table.key), None
    attributes = {one.name: column_name(one.attribute) for one in table.attributes}
    for unique in table.relational.unique:
        columns = tuple(attributes[name] for name in unique.field_names)
        yield unique.name or f"{'_'.join(columns)}", columns, unique


def _unique(
    table: TableDescription, schema: TableSchema, rows: RowMaker
) -> Steps[list[Difference]]:
    found = []
    for name, columns, unique in _uniques(table, schema):
        promised = f"refuses a second row with the same {' and '.join(columns)}"
        if unique is not None and unique.where:
            same = yield from _partial(unique, rows)
            if not same:
                why = Unknown("no generated row is among those that are unique")
                found.append(finding("unique", name, promised, why))
                continue
        # What is unique by fewer columns would refuse the row first.
        fewer = [
            f"ALTER TABLE {quote(rows.live.name)} DROP CONSTRAINT {quote(one.name)}"
            for one in rows.live.constraints.values()
            if one.kind in "pu" and set(one.columns) < set(columns)
        ]
        setup = [*fewer, rows.insert(_FIRST)]
        outcome = yield from _second(rows, setup, columns)
        told = _refusal(outcome, promised, DUPLICATE)
        found.append(finding("unique", name, promised, told))
    return found


def _second(rows: RowMaker, setup: list[str], columns: tuple[str, ...]) -> Steps[Outcome]:
    """What comes of a second row with the same values in columns, and perhaps no others: the first
    outcome, or that of a row that is accepted."""
    same = {one: rows.value(one, _FIRST) for one in columns}
    first = yield from attempt(*setup, rows.insert(_SECOND, same))
    for number in _OTHERS:
        if not first.state:
            break
        outcome = yield from attempt(*setup, rows.insert(number, same))
        first = first if outcome.state else outcome
    return first


def _partial(unique: Unique, rows: RowMaker) -> Steps[bool]:
    """Whether the first row is among those that a part of the rows is."""
    counted = f"SELECT count(*) FROM {quote(rows.live.name)} WHERE {unique.where}"
    outcome = yield from attempt(rows.insert(_FIRST), rows.insert(_SECOND), counted)
    return not outcome.state and outcome.rows[0][0] == _SECOND


def _exclusions(
    table: TableDescription, schema: TableSchema, rows: RowMaker
) -> Steps[list[Difference]]:
    assert table.relational is not None
    found = []
    attributes = {one.name: column_name(one.attribute) for one in table.attributes}
    names = [
        name for name, sql in part(schema, "constraints").items() if str(sql).startswith("EXCLUDE")
    ]
    for name, exclusion in zip(names, table.relational.exclusions, strict=True):
        columns = [attributes[one] for one in exclusion.fields]
        again = rows.insert(_SECOND, {one: rows.value(one, _FIRST) for one in columns})
        outcome = yield from attempt(rows.insert(_FIRST), again)
        promised = "refuses a second row that overlaps"
        told = _refusal(outcome, promised, OVERLAP, name)
        found.append(finding("exclusions", name, promised, told))
    return found
