"""Changes lead from any tables to any others, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, assert_never

from hypothesis import given
from hypothesis import strategies as st

from trueup.schema.changes import (
    AddIndex,
    AddTable,
    Change,
    ChangeIndex,
    ChangeKey,
    ChangePart,
    DropIndex,
    DropTable,
    RenamePart,
    SetFact,
    SetStream,
    SetTtl,
)
from trueup.schema.diff import diff
from trueup.schema.tables import AttributeSchema, IndexSchema, TableSchema

Tables = Mapping[str, TableSchema]

ATTRIBUTES = st.builds(AttributeSchema, st.sampled_from("abc"), st.sampled_from(["S", "N"]))
KEYS = st.lists(ATTRIBUTES, min_size=1, max_size=2).map(tuple)
PROJECTIONS = st.none() | st.frozensets(st.sampled_from("xyz"))
INDEXES = st.builds(
    IndexSchema, st.sampled_from(["I", "J"]), KEYS, KEYS | st.just(()), PROJECTIONS, st.booleans()
)
FACTS = st.fixed_dictionaries(
    {"days": st.integers(0, 2), "tags": st.sampled_from([{}, {"a": "b"}])}
)
SCHEMAS = st.builds(
    TableSchema,
    st.sampled_from(["t", "u", "v"]),
    KEYS,
    KEYS | st.just(()),
    st.lists(INDEXES, max_size=3).map(lambda found: {index.name: index for index in found}),
    st.sampled_from([None, "x", "y"]),
    st.sampled_from([None, "KEYS_ONLY"]),
    FACTS,
)
TABLES = st.lists(SCHEMAS, max_size=3).map(lambda found: {schema.name: schema for schema in found})


def applied(changes: Sequence[Change], tables: Tables) -> Tables:
    """The tables after the changes."""
    found = dict(tables)
    for change in changes:
        name = change.schema.name
        if isinstance(change, AddTable):
            found[name] = change.schema
        elif isinstance(change, DropTable):
            del found[name]
        else:
            found[name] = replace(found[name], **_changed(change, found[name]))
    return found


def _changed(change: Change, table: TableSchema) -> dict[str, Any]:
    match change:
        case ChangeKey(schema, _):
            return {"partition": schema.partition, "sort": schema.sort}
        case AddIndex(_, index) | ChangeIndex(_, _, index):
            return {"indexes": {**table.indexes, index.name: index}}
        case DropIndex(_, index):
            return {"indexes": {n: one for n, one in table.indexes.items() if n != index.name}}
        case SetTtl(_, _, after):
            return {"ttl": after}
        case SetStream(_, _, after):
            return {"stream": after}
        case SetFact(_, name, _, after):
            if isinstance(after, Mapping):  # a part that is None is taken away
                after = {part: value for part, value in after.items() if value is not None}
            return {"facts": {**table.facts, name: after}}
        case (
            AddTable() | DropTable() | ChangePart() | RenamePart()
        ):  # no table here is one of columns
            raise AssertionError(change)
        case _:
            assert_never(change)


@given(TABLES, TABLES)
def test_changes_lead_to_what_is_declared(declared: Tables, live: Tables) -> None:
    changes = diff(declared, live)
    assert diff(declared, applied(changes, live)) == []


@given(TABLES, TABLES)
def test_inverse_changes_lead_back(declared: Tables, live: Tables) -> None:
    changes = diff(declared, live)
    back = [change.inverse() for change in reversed(changes)]
    assert applied(back, applied(changes, live)) == live
    assert [change.inverse() for change in reversed(back)] == changes


@given(TABLES)
def test_equal_tables_have_no_differences(tables: Tables) -> None:
    assert diff(tables, tables) == []


@given(TABLES, TABLES)
def test_every_change_says_what_differs(declared: Tables, live: Tables) -> None:
    assert all(str(change) for change in diff(declared, live))
