"""How long items are kept, as a declared fact of their expiry."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import pytest
from pydantic import create_model

from tests.unit.model.declared import problems_of
from trueup import ErrorCode, ExpiresAt, InvalidCall, Model, Table, WholeSeconds, kept
from trueup.model.description.check import describe

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


class Visit(Model):
    key: str
    day: date
    made_at: datetime
    seen_at: WholeSeconds
    expires_at: Annotated[ExpiresAt | None, kept(days=90, after="made_at")] = None


def model_with(annotation: Any) -> type[Model]:
    return create_model("Other", __base__=Visit, expires_at=(annotation, None))


def test_an_item_is_kept_until_its_time_has_passed() -> None:
    assert kept(days=90).until(NOON) == NOON + timedelta(days=90)
    assert kept(days=1, hours=12).until(NOON) == NOON + timedelta(hours=36)


def test_without_a_start_the_time_begins_now() -> None:
    before = datetime.now(UTC)
    assert before <= kept(hours=1).until() - timedelta(hours=1)


def test_a_start_without_time_zone_is_refused() -> None:
    with pytest.raises(InvalidCall) as error:
        kept(days=1).until(datetime(2024, 2, 29))
    assert error.value.code is ErrorCode.NAIVE_DATETIME


def test_description_of_a_table_says_how_long_items_are_kept() -> None:
    expires = describe(Table("Visits", Visit, partition="key")).expires
    assert expires is not None
    assert expires.kept == kept(days=90, after="made_at")


def test_a_retention_sets_no_expiry() -> None:
    assert Visit(key="a", day=date(2024, 1, 1), made_at=NOON, seen_at=NOON).expires_at is None


@pytest.mark.parametrize("after", ["", "made_at", "seen_at"])
def test_time_counts_from_a_datetime_or_from_the_write(after: str) -> None:
    model = model_with(Annotated[ExpiresAt | None, kept(days=1, after=after)])
    assert problems_of(model) == []


@pytest.mark.parametrize(
    ("annotation", "problem"),
    [
        (
            Annotated[datetime | None, kept(days=1)],
            "'expires_at' is kept() and no expiry; declare it as Annotated[ExpiresAt, kept(...)]",
        ),
        (
            Annotated[ExpiresAt | None, kept()],
            "'expires_at' is kept() for no time; give days= or hours=",
        ),
        (
            Annotated[ExpiresAt | None, kept(days=-1)],
            "'expires_at' is kept() for no time; give days= or hours=",
        ),
        (
            Annotated[ExpiresAt | None, kept(days=1, after="day")],
            "'expires_at' is kept() after 'day', which is no field with a datetime",
        ),
        (
            Annotated[ExpiresAt | None, kept(days=1, after="made")],
            "'expires_at' is kept() after 'made', which is no field with a datetime",
        ),
    ],
)
def test_a_retention_that_means_nothing_is_refused(annotation: Any, problem: str) -> None:
    assert problems_of(model_with(annotation)) == [problem]
