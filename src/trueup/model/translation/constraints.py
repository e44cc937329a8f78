"""The constraints of a field's values, as pydantic checks them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from ..._dataclass import dataclass
from .annotations import metadata_of, unaliased, without_none

Bound = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Constraints:
    """What values of a field must be. None: there is no such constraint.

    ge, gt, le, lt: the bounds of a number. lengths: of text in characters, of lists in elements.
    pattern: a regular expression that a text contains. digits, places: of a number, in all and
    after the point. choices: the only values, texts or whole numbers.
    """

    ge: Bound | None = None
    gt: Bound | None = None
    le: Bound | None = None
    lt: Bound | None = None
    shortest: int | None = None
    longest: int | None = None
    pattern: str | None = None
    digits: int | None = None
    places: int | None = None
    choices: tuple[str, ...] | tuple[int, ...] = ()


NO_CONSTRAINTS = Constraints()

_NAMES = {
    "ge": "ge",
    "gt": "gt",
    "le": "le",
    "lt": "lt",
    "min_length": "shortest",
    "max_length": "longest",
    "pattern": "pattern",
    "max_digits": "digits",
    "decimal_places": "places",
}
"""Pydantic's names, and those of `annotated_types`, to ours."""


def constraints_of(field: FieldInfo) -> Constraints:
    """The constraints of a field. Bounds that are no numbers, such as dates, are left out."""
    found: dict[str, Any] = {}
    for part in _parts(field):
        for name, ours in _NAMES.items():
            value = getattr(part, name, None)
            if value is not None and _is_known(ours, value):
                found[ours] = getattr(value, "pattern", value)  # a compiled expression has a text
    return Constraints(**found, choices=choices_of(field.annotation))


def _parts(field: FieldInfo) -> Iterator[object]:
    """The metadata of a field, also inside an Optional."""
    for part in (*metadata_of(field.annotation), *field.metadata):
        yield from part.metadata if isinstance(part, FieldInfo) else (part,)


def _is_known(name: str, value: object) -> bool:
    if name in ("ge", "gt", "le", "lt"):
        return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return isinstance(value, str if name == "pattern" else int) or hasattr(value, "pattern")


def choices_of(annotation: Any) -> tuple[Any, ...]:
    """The values of a Literal or an Enum, if all are texts or all are whole numbers."""
    annotation, _ = without_none(annotation)
    while get_origin(annotation) is Annotated:
        annotation, _ = without_none(get_args(annotation)[0])
    annotation = unaliased(annotation)
    values: tuple[Any, ...] = ()
    if get_origin(annotation) is Literal:
        values = get_args(annotation)
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        values = tuple(member.value for member in annotation)
    is_one_kind = len({type(value) for value in values}) == 1
    return values if is_one_kind and isinstance(values[0], str | int) else ()
