"""What is still to be done beside a plan: tables that are busy, and creations not recorded."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.lifecycle.test_ownership import PROTECTED, SHOP, record
from trueup.lifecycle.inspection import Sides
from trueup.lifecycle.state.ownership import sort_owned
from trueup.lifecycle.state.records import OwnedTable, Ownership, Scope
from trueup.schema.engine import LiveTable
from trueup.schema.tables import AttributeSchema, TableSchema

ORDERS = TableSchema("orders", (AttributeSchema("id", "S"),))


def sides(recorded: OwnedTable | None, scope: Scope = SHOP, **facts: Any) -> Sides:
    records = {"orders": recorded} if recorded else {}
    live = {} if facts.get("is_missing") else {"orders": LiveTable(ORDERS, **facts)}
    return Sides({"orders": ORDERS}, live, sort_owned(records, live, scope), records, scope)


@pytest.mark.parametrize(
    ("found", "busy"),
    [
        (sides(record()), []),
        (sides(record(), is_usable=False), ["orders"]),
        (sides(record(), busy={"index ByDay": "CREATING"}), ["orders"]),
        (sides(None, is_usable=False), []),
        (sides(record(stage="prod"), is_usable=False), []),
    ],
)
def test_only_tables_of_ours_are_waited_for(found: Sides, busy: list[str]) -> None:
    assert found.busy == busy


@pytest.mark.parametrize(
    ("found", "unrecorded"),
    [
        (sides(record()), []),
        (sides(record(ownership=Ownership.INTENDED)), ["orders"]),
        (sides(record(ownership=Ownership.INTENDED), is_missing=True), []),
        (sides(record(ownership=Ownership.INTENDED, stage="prod")), []),
        (sides(None), []),
        (sides(record(), PROTECTED), ["orders"]),
        (sides(record(protect=True), PROTECTED), []),
        (sides(record(protect=True)), []),
    ],
)
def test_creation_or_protection_that_nobody_recorded_is_known(
    found: Sides, unrecorded: list[str]
) -> None:
    assert found.unrecorded == unrecorded
