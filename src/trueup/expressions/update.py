"""Updates: changes of an item, as frozen values on paths that do not overlap.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TypeAlias

from .._dataclass import dataclass
from .._kinds import kind_of_value
from ..errors import NOWHERE, ErrorCode, InvalidCall, Place
from .path import Path


@dataclass(frozen=True, slots=True)
class PathChange:
    """A change at one path."""

    path: Path

    @property
    def is_relative(self) -> bool:
        """Whether a second run changes the item again, so that the change must not be resent."""
        return False

    @property
    def is_at_position(self) -> bool:
        """Whether the path ends at a list position, which is another element when the list has
        grown or shrunk."""
        return isinstance(self.path.segments[-1], int)


@dataclass(frozen=True, slots=True)
class Assign(PathChange):
    """Replace the value. A list position at or past the end appends."""

    value: object

    @property
    def is_relative(self) -> bool:
        """Of a list position, which past the end appends once more."""
        return self.is_at_position


@dataclass(frozen=True, slots=True)
class AssignIfMissing(PathChange):
    """Write the value if the attribute is absent. NULL counts as present: no update can tell."""

    value: object

    @property
    def is_relative(self) -> bool:
        """Of a list position, which past the end appends once more."""
        return self.is_at_position


@dataclass(frozen=True, slots=True)
class Add(PathChange):
    """Add to the number; an absent number counts as 0."""

    amount: object

    @property
    def is_relative(self) -> bool:
        """True."""
        return True


@dataclass(frozen=True, slots=True)
class Append(PathChange):
    """Add values, in this order, to either end of the list; an absent list counts as empty."""

    values: tuple[object, ...]
    at_front: bool = False

    @property
    def is_relative(self) -> bool:
        """True."""
        return True


@dataclass(frozen=True, slots=True)
class Remove(PathChange):
    """Remove the attribute or the list element, if it exists."""

    @property
    def is_relative(self) -> bool:
        """True for a list position: later elements move up, so a second run removes the next."""
        return self.is_at_position


@dataclass(frozen=True, slots=True)
class AddToSet(PathChange):
    """Add elements to the set; an absent set counts as empty."""

    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class RemoveFromSet(PathChange):
    """Remove elements from the set; removing the last element removes the attribute."""

    values: tuple[object, ...]


Change: TypeAlias = Assign | AssignIfMissing | Add | Append | Remove | AddToSet | RemoveFromSet
"""A change of an item. Each `match` over changes ends in `raise unhandled(...)`."""


def check_updates(updates: Sequence[Change]) -> tuple[Change, ...]:
    """Return the updates, if their order does not matter.

    Raises:
        InvalidCall: (invalid-update) there are no updates, two paths are equal, one path is inside
            another, or two paths need a map and a list at the same place.
    """
    if not updates:
        raise _refused(
            "an update without any change was asked for", NOWHERE, "give at least one change"
        )
    for update in updates:
        if not isinstance(update, PathChange):
            raise _refused(
                f"{kind_of_value(update)} was given where a change belongs",
                NOWHERE,
                "write changes as at(Model.field).assign(value), after the key; a key of several "
                "values is a tuple",
            )
    for first, second in combinations(updates, 2):
        _check_pair(first.path, second.path)
    return tuple(updates)


def _check_pair(first: Path, second: Path) -> None:
    """Refuse two paths that DynamoDB would call overlapping or conflicting."""
    for one, other in zip(first.segments, second.segments, strict=False):
        if type(one) is not type(other):
            raise _refused(
                "two changes need a map and a list at the same place",
                Place(note=f"attributes {first} and {second}"),
                "name map keys or list positions, not both",
            )
        if one != other:
            return
    raise _refused(
        "two changes meet: their paths are the same or one is inside the other",
        Place(note=f"attributes {first} and {second}"),
        "change each attribute once; combine the two or send two updates",
    )


def _refused(what: str, where: Place, fix: str) -> InvalidCall:
    return InvalidCall(what, where=where, fix=fix, code=ErrorCode.INVALID_UPDATE)
