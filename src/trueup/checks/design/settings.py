"""Rules of settings: expiry, recovery, capacity, streams."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from ...model.translation.shapes import Leaf, Scalar
from ...schema.severity import Severity
from ..rule import Rule
from .declared import DeclaredTable

_TTL = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html"
_EXPIRY = re.compile(r"ttl|expir(es|ed|y|ation)(_?(at|on|time|date))?(_?epoch)?(_?(s|ms))?", re.I)
_NUMBERS = (Scalar(Leaf.INTEGER), Scalar(Leaf.NUMBER), Scalar(Leaf.FLOAT))

PAST_EXAMPLE = Rule(
    "D009",
    Severity.LOW,
    "The example of an expiry is in the past",
    "Who copies the example writes an item that is deleted at once.",
    "give an example in the future, or none: documentation makes one up",
    _TTL,
)
PLAIN_EXPIRY = Rule(
    "D010",
    Severity.MEDIUM,
    "A field is called an expiry, and is none",
    "DynamoDB deletes nothing by it, and reads return the items for ever.",
    "declare the field as ExpiresAt, or call it otherwise",
    _TTL,
)
FIXED_UNITS = Rule(
    "D011",
    Severity.MEDIUM,
    "Provisioned units do not scale",
    "Beyond the units calls are throttled, and below them they are paid for.",
    "declare scaling=, or leave billing= out, which pays by request",
    "https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-1",
)
NO_RECOVERY = Rule(
    "D012",
    Severity.HIGH,
    "Point-in-time recovery is off",
    "Items that a mistake deletes or overwrites cannot be had back.",
    "leave pitr_days= out, or give the days; accept this for a table that can be computed anew",
    "https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-2",
)
UNREAD_STREAM = Rule(
    "D013",
    Severity.LOW,
    "No function of the layer reads a stream",
    "Change records are kept for a day, and are gone: what they were for does not happen.",
    "declare the function that handles them: Function(..., stream=table); or drop stream=",
)
UNASKED = Rule(
    "D014",
    Severity.LOW,
    "No function of the layer asks a pattern",
    "The pattern, and an index that is there for it, serve nobody that is declared.",
    "declare it where it is asked: Function(..., reads=[table.pattern(...)]); or drop it",
)


def past_example(declared: DeclaredTable) -> Iterator[str]:
    """Examples of the field with the expiry."""
    expires = declared.description.expires
    if expires is None:
        return
    for model in (declared.table.model, *declared.table.entity_models):
        field = model.model_fields.get(expires.name)
        for example in (field.examples if field else None) or ():
            if (when := _epoch_s(example)) is not None and when < declared.now.timestamp():
                yield f"the example of {expires.name} in {model.__name__} is in the past"
                return


def _epoch_s(value: Any) -> float | None:
    """A time in epoch seconds; None if the value tells none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value.timestamp()
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return float(value) if is_number else None


def plain_expiry(declared: DeclaredTable) -> Iterator[str]:
    """Numbers that are called as expiries are, in a table without an expiry."""
    if declared.description.expires is not None:
        return
    for one in declared.attributes.values():
        if one.shape in _NUMBERS and (
            _EXPIRY.fullmatch(one.name) or _EXPIRY.fullmatch(one.attribute)
        ):
            yield f"{one.name} of {declared.table.name} is a number, by which nothing expires"


def fixed_units(declared: DeclaredTable) -> Iterator[str]:
    """Provisioned tables without scaling."""
    settings = declared.table.dynamodb
    if settings.billing == "provisioned" and settings.scaling is None:
        yield (
            f"{declared.table.name} has {settings.read_units} read units and "
            f"{settings.write_units} write units, whatever the load"
        )


def no_recovery(declared: DeclaredTable) -> Iterator[str]:
    """Tables without recovery."""
    if declared.table.dynamodb.pitr_days == 0:
        yield f"{declared.table.name} cannot be restored to a point in time"


def unread_stream(declared: DeclaredTable) -> Iterator[str]:
    """Streams, in a layer that declares functions."""
    functions = declared.layer.functions
    readers = [one for one in functions if one.changes and one.changes.table is declared.table]
    if declared.table.stream is not None and functions and not readers:
        yield f"no function of the layer has the stream of {declared.table.name}"


def unasked(declared: DeclaredTable) -> Iterator[str]:
    """Patterns, in a layer that declares functions."""
    accesses = [one for function in declared.layer.functions for one in function.accesses]
    here = [one for one in accesses if one.table is declared.table]
    asked = {one.of for one in here if one.call == "pattern"}
    key = (declared.table.partition, *filter(None, [declared.table.sort]))
    by_key = [key] if any(one.call == "get" for one in here) else []
    for pattern in declared.table.patterns if accesses else ():
        # One item by its whole key is what `get` reads.
        if pattern.name not in asked and (pattern.index or pattern.given or key) not in by_key:
            name = declared.table.name
            yield f"no function of the layer asks the pattern {pattern.name} of {name}"


RULES = {
    PAST_EXAMPLE: past_example,
    PLAIN_EXPIRY: plain_expiry,
    FIXED_UNITS: fixed_units,
    NO_RECOVERY: no_recovery,
    UNREAD_STREAM: unread_stream,
    UNASKED: unasked,
}
