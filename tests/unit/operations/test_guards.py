"""Guards: a table of what is stored, what was asked, and the answer."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from tests.unit.operations.tables import Order, described
from trueup import Model, Table, loggable
from trueup.errors import (
    AlreadyExists,
    ConditionFailed,
    NotFound,
    Place,
    TrueupError,
    VersionConflict,
)
from trueup.expressions import as_condition
from trueup.model.description.check import describe
from trueup.model.translation.bind import Binder
from trueup.operations.actions import Check, Delete, Expect, Guard, Put
from trueup.operations.guards import alive, has_expired, refusal

STORED: dict[str, Any] = {"customer": "a", "number": 1, "status": "new", "version": 3}
IS_NEW = Binder(described).condition(as_condition(Order.status == "new"))
IS_OLD = Binder(described).condition(as_condition(Order.status == "old"))
NOTHING, SOMETHING = Expect.NOTHING, Expect.SOMETHING


@pytest.mark.parametrize(
    ("guard", "stored", "expected"),
    [
        (Guard(), None, None),
        (Guard(), STORED, None),
        (Guard(NOTHING), None, None),
        (Guard(NOTHING), STORED, AlreadyExists),
        (Guard(SOMETHING), None, NotFound),
        (Guard(SOMETHING), STORED, None),
        (Guard(version=3), STORED, None),
        (Guard(version=2), STORED, VersionConflict),
        (Guard(version=0), None, None),
        (Guard(version=1), None, VersionConflict),
        (Guard(version=0), {"customer": "a", "number": 1}, None),
        (Guard(condition=IS_NEW), STORED, None),
        (Guard(condition=IS_OLD), STORED, ConditionFailed),
        (Guard(condition=IS_NEW), None, ConditionFailed),
        (Guard(condition=~IS_NEW), None, None),
        (Guard(SOMETHING, condition=IS_NEW), None, NotFound),
        (Guard(NOTHING, condition=IS_OLD), STORED, AlreadyExists),
        (Guard(version=2, condition=IS_OLD), STORED, VersionConflict),
    ],
)
def test_the_first_thing_that_forbids_a_write_is_told(
    guard: Guard, stored: dict[str, Any] | None, expected: type[TrueupError] | None
) -> None:
    error = refusal("sqlite", Check(described, ("a", 1), guard), stored)
    assert (type(error) if error else None) is expected


def test_a_refusal_names_the_key_without_its_values() -> None:
    action = Check(described, ("secret", 1), Guard(NOTHING))
    error = refusal("sqlite", action, {**STORED, "customer": "secret"})
    assert error is not None
    assert error.where == Place("sqlite", table="Orders", key="customer and number")
    assert "secret" not in str(error)


class Visit(Model):
    """A key of which one half may be shown."""

    page: Annotated[str, loggable()]
    at: int


VISITS = describe(Table("Visits", Visit, partition="page", sort="at"))
HITS = describe(Table("Hits", Visit, partition="at", sort="page"))


@pytest.mark.parametrize(
    ("action", "shown"),
    [
        (Check(VISITS, ("home", 1), Guard(SOMETHING)), "page=home and at"),
        (Delete(VISITS, ("a\nb", 1), Guard(SOMETHING)), r"page='a\nb' and at"),
        (Put(HITS, {"page": "home", "at": 1}, Guard(SOMETHING)), "at and page=home"),
    ],
)
def test_a_refusal_shows_the_values_of_loggable_attributes(
    action: Check | Delete | Put, shown: str
) -> None:
    error = refusal("sqlite", action, None)
    assert error is not None
    assert error.where.key == shown


@pytest.mark.parametrize(
    ("expires", "expected"),
    [(99, True), (100, True), (101, False), (None, False), ("99", False), ([], False)],
)
def test_an_expiry_at_or_before_now_has_passed(expires: object, expected: bool) -> None:
    assert has_expired(expires, 100) is expected


def test_an_expired_item_counts_as_none_unless_it_is_asked_for() -> None:
    item: dict[str, Any] = {**STORED, "expires_at": 100}
    assert alive(described, item, 100) is None
    assert alive(described, item, 99) == item
    assert alive(described, item, None) == item
    assert alive(described, None, 100) is None
