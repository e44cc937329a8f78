"""Field types of our own: expiry, version, whole seconds, composed texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any

import pytest
from pydantic import Field, ValidationError
from typing_extensions import TypeAliasType

from tests.unit.model.declared import codec_of, read_back, stored
from trueup import ExpiresAt, Model, Version, WholeSeconds, composed, expires_in, loggable
from trueup.errors import ErrorCode, InvalidCall
from trueup.testing.suite.harness.refusals import refused

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
NOON_EPOCH_S = 1709208000
EAST = timezone(timedelta(hours=5))
Expiry = TypeAliasType("Expiry", ExpiresAt)


class Session(Model):
    key: str
    expires_at: ExpiresAt | None = None


class Mapping(Model):
    a: str
    b: int
    key: str = composed("{a}#{b:3}")


def refused_with(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return error.value.errors()[0]["type"]


@pytest.mark.parametrize(
    "given",
    [
        NOON,
        NOON.astimezone(EAST),
        NOON - timedelta(microseconds=1),
        NOON_EPOCH_S,
        NOON_EPOCH_S - 0.5,
        Decimal(NOON_EPOCH_S),
        "2024-02-29T12:00:00Z",
    ],
)
def test_an_expiry_is_stored_in_whole_epoch_seconds_rounded_up(given: Any) -> None:
    session = Session(key="a", expires_at=given)
    assert stored(session) == {"key": "a", "expires_at": NOON_EPOCH_S}
    assert read_back(session) == session
    assert session.expires_at == NOON


def test_an_expiry_before_1970_is_rounded_up_as_well() -> None:
    assert stored(Session.model_validate({"key": "a", "expires_at": -1.5}))["expires_at"] == -1


def test_a_duration_counts_from_now() -> None:
    given = {"key": "a", "expires_at": timedelta(days=1)}
    session = Session.model_validate(given, context={"clock": lambda: NOON})
    assert session.expires_at == NOON + timedelta(days=1)


def test_expires_in_counts_from_the_given_instant() -> None:
    assert expires_in(days=1, hours=1, seconds=0.5, now=NOON) == NOON + timedelta(
        days=1, hours=1, seconds=1
    )


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (NOON_EPOCH_S * 1000, ErrorCode.MILLISECOND_EXPIRY),
        (float(NOON_EPOCH_S * 1000), ErrorCode.MILLISECOND_EXPIRY),
        (float("nan"), ErrorCode.INVALID_NUMBER),
        (Decimal("NaN"), ErrorCode.INVALID_NUMBER),
        (253_402_300_800, ErrorCode.MILLISECOND_EXPIRY),
        (-(10**11), ErrorCode.MILLISECOND_EXPIRY),
        (timedelta.max, ErrorCode.INVALID_VALUE),
        (datetime(9999, 12, 31, 23, 59, 59, 1, UTC), ErrorCode.INVALID_VALUE),
        (NOON.replace(tzinfo=None), ErrorCode.NAIVE_DATETIME),
    ],
)
def test_an_expiry_that_is_a_mistake_is_refused(given: Any, code: ErrorCode) -> None:
    with pytest.raises(ValidationError) as caught:
        Session(key="a", expires_at=given)
    assert refused_with(caught) == code.value


@pytest.mark.fault("F6")
@pytest.mark.parametrize("given", [253_402_300_799, 253_402_300_798.5, -62_135_596_800, 10**11])
def test_an_expiry_in_any_year_reads_back(given: Any) -> None:
    session = Session(key="a", expires_at=given)
    assert read_back(session) == session


@pytest.mark.fault("F6")
@pytest.mark.parametrize(
    ("days", "now", "code"),
    [
        (10**7, NOON, ErrorCode.INVALID_VALUE),
        (10**12, NOON, ErrorCode.INVALID_VALUE),
        (1, NOON.replace(tzinfo=None), ErrorCode.NAIVE_DATETIME),
    ],
)
def test_an_expiry_out_of_time_is_refused(days: float, now: datetime, code: ErrorCode) -> None:
    with refused(code):
        expires_in(days=days, now=now)


def test_an_expiry_behind_an_alias_is_one() -> None:
    class Aliased(Model):
        key: str
        gone: Expiry | None = None

    codec = codec_of(Aliased)
    assert codec.table.expires is not None
    assert codec.encode(Aliased(key="a", gone=NOON))["gone"] == NOON_EPOCH_S


def test_a_list_of_expiries_is_not_the_expiry() -> None:
    class Listed(Model):
        key: str
        gone: list[ExpiresAt] = []

    assert codec_of(Listed).table.expires is None


def test_a_version_is_not_negative() -> None:
    class Versioned(Model):
        key: str
        version: Version = 0

    with pytest.raises(ValidationError):
        Versioned(key="a", version=-1)
    assert codec_of(Versioned).table.version is not None


def test_whole_seconds_are_stored_without_a_fraction() -> None:
    class Stamped(Model):
        key: str
        at: WholeSeconds

    stamped = Stamped(key="a", at=NOON.astimezone(EAST))
    assert stored(stamped)["at"] == "2024-02-29T12:00:00Z"
    assert read_back(stamped) == stamped


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (NOON + timedelta(microseconds=1), ErrorCode.FRACTIONAL_SECONDS),
        (NOON.replace(tzinfo=None), ErrorCode.NAIVE_DATETIME),
    ],
)
def test_whole_seconds_refuse_what_they_cannot_hold(given: datetime, code: ErrorCode) -> None:
    class Stamped(Model):
        key: str
        at: WholeSeconds

    with pytest.raises(ValidationError) as caught:
        Stamped(key="a", at=given)
    assert refused_with(caught) == code.value


def test_a_naive_datetime_is_refused_when_it_is_written() -> None:
    class Stamped(Model):
        key: str
        at: datetime

    with pytest.raises(InvalidCall) as caught:
        stored(Stamped(key="a", at=NOON.replace(tzinfo=None)))
    assert caught.value.code is ErrorCode.NAIVE_DATETIME


def test_a_composed_field_is_built_from_its_parts() -> None:
    mapping = Mapping(a="x#y", b=7)
    assert mapping.key == "x%23y#007"
    assert read_back(mapping) == mapping


def test_a_composed_field_that_agrees_with_its_parts_is_accepted() -> None:
    assert Mapping(a="x", b=7, key="x#007") == Mapping(a="x", b=7)


def test_a_composed_field_that_contradicts_its_parts_is_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        Mapping(a="x", b=7, key="secret#007")
    assert refused_with(caught) == ErrorCode.COMPOSED_MISMATCH.value
    assert "secret" not in str(caught.value)


def test_a_composed_field_is_rebuilt_when_a_changed_item_is_written() -> None:
    mapping = Mapping(a="x", b=7)
    mapping.b = 8
    assert stored(mapping)["key"] == "x#008"
    assert stored(mapping.model_copy(update={"a": "z"}))["key"] == "z#008"


def test_a_subclass_composes_its_own_stored_parts() -> None:
    class Dated(Mapping):
        b: int = 0
        day: datetime
        place: str = composed("{day}/{b:2}")

    dated = Dated(a="x", day=NOON)
    assert (dated.key, dated.place) == ("x#000", "2024-02-29T12:00:00.000000Z/00")
    assert Mapping(a="x", b=1).key == "x#001"
    assert read_back(dated) == dated


def test_a_composed_field_of_an_absent_part_is_absent() -> None:
    class Sparse(Model):
        key: str
        day: str | None = None
        place: str | None = composed("{day}#{key}")

    sparse = Sparse(key="a")
    assert stored(sparse) == {"key": "a"}
    assert read_back(sparse) == sparse


def test_a_loggable_key_says_so() -> None:
    class Open(Model):
        key: Annotated[str, loggable()]

    class Shut(Model):
        key: Annotated[str, Field(min_length=1)]

    assert codec_of(Open).table.partition.loggable
    assert not codec_of(Shut).table.partition.loggable
