"""Whether triggers act: those that Trueup writes do what they say; one in SQL of a user's own makes
a difference that is seen when it is disabled."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import assert_never

from ....model.declarations.relational import CountUpdates, TouchOnUpdate, Transitions
from ....model.description.tables import TableDescription
from ....schema.facts import Difference, Unknown, Value
from ....schema.tables import TableSchema
from ..ddl.relational import part
from ..payload import Steps
from ..values.names import column_name, literal, quote
from .attempts import CHECK, attempt
from .constraints import finding
from .rows import RowMaker

_ROW = 1
_MOST_SCENARIOS = 200


def trigger_findings(
    table: TableDescription, schema: TableSchema, rows: RowMaker
) -> Steps[list[Difference]]:
    """What the declared triggers of one copy do."""
    assert table.relational is not None
    columns = {one.name: column_name(one.attribute) for one in table.attributes}
    found = []
    names = part(schema, "triggers")
    for name, trigger in zip(names, table.relational.triggers, strict=True):
        column = columns[trigger.field]
        match trigger:
            case TouchOnUpdate():
                promised, seen = yield from _touches(rows, column)
            case CountUpdates():
                promised, seen = yield from _counts(rows, column)
            case Transitions():
                promised, seen = yield from _transits(rows, column, trigger)
            case _:
                assert_never(trigger)
        found.append(finding("triggers", name, promised, seen))
    for one in table.relational.objects:
        if one.kind == "trigger":
            found.append((yield from _own(rows, one.name)))
    return found


def _update(rows: RowMaker, column: str, sql: str, returning: str) -> str:
    table = quote(rows.live.name)
    return f"UPDATE {table} SET {quote(column)} = {sql} RETURNING {returning}"


def _touches(rows: RowMaker, column: str) -> Steps[tuple[str, Value]]:
    promised = "an update sets it to the time of the transaction"
    old = rows.insert(_ROW, {column: "'2000-01-01 00:00:00+00'"})
    other = next((one for one in rows.expressions if one != column), column)
    is_new = f"{quote(column)} >= now() - interval '1 second'"
    outcome = yield from attempt(old, _update(rows, other, quote(other), is_new))
    if outcome.state:
        return promised, Unknown(outcome.text)
    is_touched = bool(outcome.rows) and outcome.rows[0][0] is True
    return promised, promised if is_touched else "an update leaves it as it is"


def _counts(rows: RowMaker, column: str) -> Steps[tuple[str, Value]]:
    promised = "an update raises it by one"
    other = next((one for one in rows.expressions if one != column), column)
    before = rows.insert(_ROW, {column: "7"})
    outcome = yield from attempt(before, _update(rows, other, quote(other), quote(column)))
    if outcome.state:
        return promised, Unknown(outcome.text)
    after = outcome.rows[0][0] if outcome.rows else None
    return promised, promised if after == 8 else f"an update makes {after} of 7"


def _transits(rows: RowMaker, column: str, trigger: Transitions) -> Steps[tuple[str, Value]]:
    promised = "only the declared changes are accepted"
    for before, after, is_allowed in islice(_changes(trigger), _MOST_SCENARIOS):
        old, new = ("NULL" if one is None else literal(one) for one in (before, after))
        updated = _update(rows, column, new, "1")
        outcome = yield from attempt(rows.insert(_ROW, {column: old}), updated)
        if outcome.state not in ("", CHECK):
            return promised, Unknown(outcome.text)
        if bool(outcome.state) == is_allowed:
            what = "is refused" if is_allowed else "is accepted"
            return promised, f"the change from {before} to {after} {what}"
    return promised, promised


def _changes(trigger: Transitions) -> Iterator[tuple[str | None, str | None, bool]]:
    """All pairs of values that are named, and whether one may become the other."""
    values = list(trigger.allowed)
    values += [one for after in trigger.allowed.values() for one in after]
    named = list(dict.fromkeys(values))
    for before in named:
        for after in named:
            allowed = before == after or after in trigger.allowed.get(before, ())
            yield before, after, allowed


def _own(rows: RowMaker, name: str) -> Steps[Difference]:
    """Try what a trigger might care about, with it and without; the first difference shows that
    it acts."""
    promised = "it acts"
    if name not in rows.live.triggers:
        return finding("triggers", name, promised, "it is not there, or disabled")
    table = quote(rows.live.name)
    without = f"ALTER TABLE {table} DISABLE TRIGGER {quote(name)}"
    for statements in islice(_scenarios(rows), _MOST_SCENARIOS):
        seen = yield from attempt(*statements)
        otherwise = yield from attempt(without, *statements)
        if (seen.state, seen.rows) != (otherwise.state, otherwise.rows):
            return finding("triggers", name, promised, promised)
    why = Unknown("no generated write is treated in another way when it is disabled")
    return finding("triggers", name, promised, why)


def _scenarios(rows: RowMaker) -> Iterator[list[str]]:
    """Writes of one row: as it is, with other values, updated to them, and deleted."""
    table, row = quote(rows.live.name), f"to_jsonb({quote(rows.live.name)})"
    first = rows.insert(_ROW)
    yield [f"{first} RETURNING {row}"]
    yield [first, f"DELETE FROM {table}", f"SELECT count(*) FROM {table}"]
    for column, texts in sorted(rows.pools.items(), key=lambda pair: len(pair[1])):
        for text in texts[:8]:
            changed = rows.insert(_ROW, {column: literal(text)})
            yield [f"{changed} RETURNING {row}"]
            updated = f"UPDATE {table} SET {quote(column)} = {literal(text)} RETURNING {row}"
            yield [first, updated]
            yield [changed, f"DELETE FROM {table}", f"SELECT count(*) FROM {table}"]
