"""Whose a table is, by what was recorded of it."""

from __future__ import annotations

from typing import Any

import pytest

from trueup.lifecycle.state.ownership import intended, settled, sort_owned
from trueup.lifecycle.state.records import TABLES, OwnedTable, Ownership, Scope
from trueup.schema.engine import LiveTable
from trueup.schema.tables import AttributeSchema, TableSchema

SHOP = Scope("shop", "beta")


def live(identity: str = "", name: str = "orders") -> dict[str, LiveTable]:
    schema = TableSchema(name, (AttributeSchema("id", "S"),))
    return {name: LiveTable(schema, identity=identity)}


def record(**facts: Any) -> OwnedTable:
    given: dict[str, Any] = {
        "kind": TABLES,
        "id": "orders",
        "layer": "shop",
        "stage": "beta",
        "ownership": Ownership.CREATED,
        "since_epoch_s": 0,
    }
    return OwnedTable(**(given | facts))


@pytest.mark.parametrize(("recorded", "found"), [("1", "1"), ("", "1"), ("1", ""), ("", "")])
def test_table_with_the_recorded_identity_is_ours(recorded: str, found: str) -> None:
    owned = sort_owned({"orders": record(identity=recorded)}, live(found), SHOP)
    assert (list(owned.ours), owned.strangers) == (["orders"], {})


@pytest.mark.case("S23")
def test_table_with_another_identity_was_restored_or_recreated() -> None:
    owned = sort_owned({"orders": record(identity="1")}, live("2"), SHOP)
    assert owned.ours == {}
    assert "was it restored or recreated?" in owned.strangers["orders"]


@pytest.mark.parametrize(
    ("other", "whose"),
    [
        ({"stage": "prod"}, "layer shop, stage prod"),
        ({"layer": "billing"}, "layer billing, stage beta"),
        ({"stage": ""}, "layer shop"),
    ],
)
def test_table_of_another_scope_is_theirs(other: dict[str, str], whose: str) -> None:
    owned = sort_owned({"orders": record(**other)}, live(), SHOP)
    assert owned.ours == {}
    assert owned.strangers == {"orders": f"it belongs to {whose}"}


def test_table_without_a_record_is_neither() -> None:
    owned = sort_owned({}, live(), SHOP)
    assert (owned.ours, owned.strangers) == ({}, {})


def test_table_that_is_not_there_yet_is_ours() -> None:
    assert list(sort_owned({"orders": record()}, {}, SHOP).ours) == ["orders"]


@pytest.mark.case("S45")
def test_intention_is_completed_by_the_identity_that_is_found() -> None:
    known = {one.id: one for one in intended(["orders"], SHOP, {}, 5)}
    assert list(settled(known, {}, SHOP)) == []
    (done,) = settled(known, live("7"), SHOP)
    assert (done.ownership, done.identity, done.since_epoch_s) == (Ownership.CREATED, "7", 5)
    assert list(settled({"orders": done}, live("7"), SHOP)) == []


PROTECTED = Scope("shop", "beta", protect=True)


@pytest.mark.parametrize(
    ("scope", "lifts", "expected"),
    [(SHOP, False, []), (PROTECTED, True, []), (SHOP, True, [False])],
)
def test_recorded_protection_ends_only_if_it_is_lifted(
    scope: Scope, lifts: bool, expected: list[bool]
) -> None:
    known = {"orders": record(protect=True, identity="7")}
    found = settled(known, live("7"), scope, lifts=lifts)
    assert [one.protect for one in found] == expected


def test_protection_is_recorded_and_kept_when_a_table_is_made_anew() -> None:
    (made,) = settled({"orders": record(identity="7")}, live("7"), PROTECTED)
    assert made.protect
    (anew,) = intended(["orders"], SHOP, {"orders": made}, 5)
    assert anew.protect
    (other,) = intended(["orders"], Scope("shop", "dev"), {"orders": made}, 5)
    assert not other.protect


def test_protected_scope_is_the_same_scope() -> None:
    assert (PROTECTED, PROTECTED.id, hash(PROTECTED)) == (SHOP, SHOP.id, hash(SHOP))


def test_scopes_have_different_ids() -> None:
    scopes = [Scope("a/b"), Scope("b", "a"), Scope("b", "/a"), Scope("a/b", "%"), Scope("%2F", "a")]
    assert len({scope.id for scope in scopes}) == len(scopes)
