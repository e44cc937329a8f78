"""What counts as a difference, and how it is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trueup.schema.changes import AddTable, Change, DropTable
from trueup.schema.diff import diff, diff_table
from trueup.schema.facts import Json, Unknown
from trueup.schema.tables import AttributeSchema, IndexSchema, TableSchema

ID = AttributeSchema("id", "S")
DAY = AttributeSchema("day", "N")
BY_DAY = IndexSchema("ByDay", (DAY,), (ID,), frozenset({"note"}))
TABLE = TableSchema("orders", (ID,), (), {"ByDay": BY_DAY}, "expires", "NEW_IMAGE", {"days": 7})


def differences(declared: TableSchema, live: TableSchema) -> list[str]:
    return [str(change) for change in diff_table(declared, live)]


def with_index(index: IndexSchema) -> TableSchema:
    return replace(TABLE, indexes={"ByDay": index})


@pytest.mark.parametrize(
    ("live", "difference"),
    [
        (replace(TABLE, sort=(DAY,)), "the key is (id S; day N), declared is (id S)"),
        (
            replace(TABLE, partition=(AttributeSchema("id", "N"),)),
            "the key is (id N), declared is (id S)",
        ),
        (replace(TABLE, indexes={}), "index ByDay is missing"),
        (
            replace(TABLE, indexes={"ByDay": BY_DAY, "Old": replace(BY_DAY, name="Old")}),
            "index Old is not declared",
        ),
        (with_index(replace(BY_DAY, sort=())), "index ByDay is (day N), not (day N; id S)"),
        (
            with_index(replace(BY_DAY, partition=(DAY, ID), sort=())),
            "index ByDay is (day N, id S), not (day N; id S)",
        ),
        (
            with_index(replace(BY_DAY, is_local=True)),
            "index ByDay is (day N; id S) local, not (day N; id S)",
        ),
        (
            with_index(replace(BY_DAY, projection=frozenset())),
            "index ByDay holds only keys, not note",
        ),
        (replace(TABLE, ttl=None), "the ttl attribute is none, declared is expires"),
        (replace(TABLE, stream=None), "the stream is off, declared is NEW_IMAGE"),
        (replace(TABLE, facts={"days": 35}), "days is 35, declared is 7"),
    ],
)
def test_difference_is_said(live: TableSchema, difference: str) -> None:
    assert differences(TABLE, live) == [difference]


def test_index_may_hold_more_than_is_declared() -> None:
    assert differences(TABLE, with_index(replace(BY_DAY, projection=None))) == []
    assert differences(with_index(replace(BY_DAY, projection=None)), TABLE) == [
        "index ByDay holds note, not all attributes"
    ]


@pytest.mark.parametrize(
    ("declared", "live", "agree"),
    [
        ({"type": "kms"}, {"type": "kms", "key": "k"}, True),
        ({"type": "kms", "key": "k"}, {"type": "kms", "key": "l"}, False),
        ({"type": "owned"}, {"type": "kms", "key": "k"}, False),
        ({"type": "owned"}, None, False),
    ],
)
def test_facts_agree_as_far_as_both_say_something(declared: Json, live: Json, agree: bool) -> None:
    changes = differences(replace(TABLE, facts={"x": declared}), replace(TABLE, facts={"x": live}))
    assert (changes == []) is agree


def test_fact_that_could_not_be_read_is_no_difference() -> None:
    assert differences(TABLE, replace(TABLE, facts={"days": Unknown("not permitted")})) == []


def test_table_is_added_or_not_declared() -> None:
    changes: list[Change] = [AddTable(TABLE), DropTable(replace(TABLE, name="old"))]
    assert diff({"orders": TABLE}, {"old": replace(TABLE, name="old")}) == changes
    assert list(map(str, changes)) == ["the table is missing", "the table is not declared"]
