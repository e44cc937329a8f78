"""Numbers and instants as plain values. An instant has a single form, which sorts by time."""

from __future__ import annotations

from datetime import UTC, datetime, time

from ...errors import ErrorCode, InvalidCall
from ...expressions.values import PlainValue, exact_number

_SAFE_INTEGER = 10**38


def encode_integer(value: int) -> PlainValue:
    """An integer of at most 38 digits."""
    return value if -_SAFE_INTEGER < value < _SAFE_INTEGER else exact_number(value)


def encode_datetime(value: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ`: fixed width, so that text order is time order."""
    utc = _utc(value)
    second = (utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second)
    # Faster than `isoformat` and than an f-string.
    return "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ" % (*second, utc.microsecond)  # noqa: UP031


def encode_seconds(value: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SSZ`."""
    if value.microsecond:
        raise InvalidCall(
            "a datetime has a fraction of a second, where whole seconds are declared",
            code=ErrorCode.FRACTIONAL_SECONDS,
            fix="drop the fraction with .replace(microsecond=0)",
        )
    return _utc(value).isoformat("T", "seconds")[:-6] + "Z"  # instead of +00:00


def encode_time(value: time) -> str:
    """`HH:MM:SS.ffffff` and the offset, if any: fixed width, so that text order is time order."""
    return value.isoformat(timespec="microseconds")


def encode_epoch(value: datetime) -> int:
    """Epoch seconds, rounded up."""
    return -int(-_utc(value).timestamp() // 1)


def _utc(value: datetime) -> datetime:
    """The same instant in UTC."""
    if value.tzinfo is None:
        raise InvalidCall(
            "a datetime has no time zone",
            code=ErrorCode.NAIVE_DATETIME,
            fix="give it a time zone, for example datetime.now(UTC)",
        )
    try:
        return value.astimezone(UTC)
    except OverflowError as error:  # a few hours before the year 1, or after 9999
        raise InvalidCall(
            "a datetime is outside of the years 1 to 9999 in UTC",
            code=ErrorCode.INVALID_VALUE,
            fix="give an instant within them",
        ) from error
