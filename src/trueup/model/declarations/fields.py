"""Field types and markers: facts of stored attributes that a plain annotation cannot express."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from ..._dataclass import dataclass
from ..._kinds import checks_kinds
from ...errors import ErrorCode, InvalidCall, Place
from ..translation.annotations import metadata_of
from .templates import Template, parse_template

_FIRST_EPOCH_S, _LAST_EPOCH_S = -62_135_596_800, 253_402_300_799
"""The years 1 to 9999. Numbers outside are refused as milliseconds: so are all from 1978 on."""


@dataclass(frozen=True, slots=True)
class Marker:
    """The role of a field beyond its type, in the field's metadata."""

    role: str


EXPIRES = Marker("expires")
VERSION = Marker("version")
WHOLE_SECONDS = Marker("whole seconds")
LOGGABLE = Marker("loggable")
CREATED = Marker("created")
UPDATED = Marker("updated")
MARKERS = (EXPIRES, VERSION, CREATED, UPDATED, WHOLE_SECONDS, LOGGABLE)


def _expiry(value: Any, info: ValidationInfo) -> Any:
    """Turn an instant, a duration from now, or epoch seconds into an instant."""
    if isinstance(value, timedelta):
        return _later(_now(info), value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return datetime.fromtimestamp(_epoch_s(value), UTC)
    return value


def _epoch_s(value: int | float | Decimal) -> int:
    """Whole seconds, rounded up."""
    if not math.isfinite(value):
        raise PydanticCustomError(ErrorCode.INVALID_NUMBER.value, "an expiry is a finite number")
    whole = math.ceil(value)
    if not _FIRST_EPOCH_S <= whole <= _LAST_EPOCH_S:
        raise PydanticCustomError(
            ErrorCode.MILLISECOND_EXPIRY.value,
            "an expiry is in epoch seconds, this number in milliseconds; divide it by 1000",
        )
    return whole


def _later(start: datetime, duration: timedelta) -> datetime:
    try:
        return start + duration
    except OverflowError as error:
        raise _outside_of_time() from error


def _outside_of_time() -> PydanticCustomError:
    return PydanticCustomError(
        ErrorCode.INVALID_VALUE.value, "the datetime is outside of the years 1 to 9999 in UTC"
    )


def _now(info: ValidationInfo) -> datetime:
    clock: Callable[[], datetime] | None = (info.context or {}).get("clock")
    return clock() if clock else datetime.now(UTC)


def _whole_second_up(value: datetime) -> datetime:
    """Round up, so that nothing expires before the requested instant."""
    try:
        value = _aware(value).astimezone(UTC)
        whole = value.replace(microsecond=0)
        return whole if whole == value else whole + timedelta(seconds=1)
    except OverflowError as error:  # at the ends of the years 1 and 9999
        raise _outside_of_time() from error


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise PydanticCustomError(
            ErrorCode.NAIVE_DATETIME.value, "the datetime has no time zone; use datetime.now(UTC)"
        )
    return value


def _no_fraction(value: datetime) -> datetime:
    if value.microsecond:
        raise PydanticCustomError(
            ErrorCode.FRACTIONAL_SECONDS.value,
            "this attribute is declared in whole seconds; drop the fraction with "
            ".replace(microsecond=0)",
        )
    return _aware(value)


ExpiresAt = Annotated[datetime, BeforeValidator(_expiry), AfterValidator(_whole_second_up), EXPIRES]
"""When an item expires. Stored as a number of epoch seconds, as DynamoDB's TTL requires; read as a
datetime in UTC. Accepts a datetime with a time zone, a timedelta from now, or epoch seconds;
fractions are rounded up, milliseconds are refused.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
"""

Version = Annotated[int, Field(ge=0), VERSION]
"""An optimistic version: 0 in an item that was never stored, and raised by 1 on each write. A write
succeeds only if the stored version is still the version that it was based on."""

CreatedAt = Annotated[datetime, CREATED]
"""When an item was first written, by the clock of the database object: `created: CreatedAt | None =
None`. A put or create fills it if it is None, so that a put of what was read keeps it;
`update_or_create` fills it if the item has none; other updates leave it alone."""

UpdatedAt = Annotated[datetime, UPDATED]
"""When an item was last written, by the clock of the database object: `updated: UpdatedAt | None =
None`. Every write sets it, whatever the model holds."""

WholeSeconds = Annotated[datetime, AfterValidator(_no_fraction), WHOLE_SECONDS]
"""A datetime stored as `YYYY-MM-DDTHH:MM:SSZ`; fractions of a second are refused."""


def loggable() -> Marker:
    """Let errors show the values of a key field: `Annotated[str, loggable()]`.

    An error about an item then says `key id=ada`; without the marker, `key id`.
    """
    return LOGGABLE


@checks_kinds(fix="call it as expires_in(days=30)")
def expires_in(
    *, days: float = 0, hours: float = 0, seconds: float = 0, now: datetime | None = None
) -> datetime:
    """The instant after a duration, for an `ExpiresAt` field. now: the start; None is now.

    Raises InvalidCall for an instant after the year 9999, or a `now` without time zone.
    """
    start = now or datetime.now(UTC)
    try:
        return _whole_second_up(start + timedelta(days=days, hours=hours, seconds=seconds))
    except (OverflowError, ValueError) as error:  # a naive `now` among them
        naive = start.tzinfo is None
        raise InvalidCall(
            "the instant of an expiry cannot be told",
            code=ErrorCode.NAIVE_DATETIME if naive else ErrorCode.INVALID_VALUE,
            where=Place(note="expires_in()"),
            fix="give a time that ends by the year 9999, and now= with a time zone",
        ) from error


class Composer:
    """The default of a composed field: builds the text from the fields before it.

    plain: returns the stored form of a model's parts; set when the model exists.
    """

    def __init__(self, template: Template) -> None:
        self.template = template
        self.plain: Callable[[Mapping[str, Any], tuple[str, ...]], dict[str, Any]] | None = None

    def __call__(self, data: dict[str, Any]) -> str | None:
        """The text for the fields validated so far."""
        assert self.plain is not None
        return self.template.build(self.plain(data, self.template.fields))

    def check(self, value: str | None, info: ValidationInfo) -> str | None:
        """Refuse a value that contradicts its parts."""
        if all(field in info.data for field in self.template.fields) and value != self(info.data):
            raise PydanticCustomError(
                ErrorCode.COMPOSED_MISMATCH.value,
                "the value is not what its template {template} gives for the parts",
                {"template": repr(self.template.text)},
            )
        return value


@checks_kinds(fix='call it as composed("{a}#{b}")')
def composed(template: str, *, raw: bool = False, description: str | None = None) -> Any:
    """A field whose text is built from fields declared before it, as in `"{a}#{b}"`.

    The text is stored, can be a key or an index key, and is rebuilt whenever a part changes. The
    constructor needs no value; a value that contradicts the parts is refused.

    raw: parts are not escaped, and a part with a separator is refused. For tables that other
    programs read or have written.
    description: explains the field in reports and documentation.
    """
    composer = Composer(parse_template(template, raw=raw))
    field: FieldInfo = Field(default_factory=composer, description=description)  # type: ignore[assignment]  # typed as the field's value for checkers
    field.metadata.append(AfterValidator(composer.check))
    return field


def template_of(field: FieldInfo) -> Template | None:
    """The template of a composed field; None for other fields."""
    composer = field.default_factory
    return composer.template if isinstance(composer, Composer) else None


def has_marker(field: FieldInfo, marker: Marker) -> bool:
    """Whether the field, or the type inside its Optional, carries `marker`."""
    return marker in field.metadata or marker in metadata_of(field.annotation)
