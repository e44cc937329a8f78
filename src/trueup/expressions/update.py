"""Updates: what to change in an item, as frozen actions on paths that do not overlap.

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
        """Whether doing it twice changes the item twice, so that it must not be sent again."""
        return False

    @property
    def is_at_position(self) -> bool:
        """Whether the path ends at a list position, which means another element once the list
        grew or shrank."""
        return isinstance(self.path.segments[-1], int)


@dataclass(frozen=True, slots=True)
class Assign(PathChange):
    """Replace what is there. A list position at or past the end appends."""

    value: object

    @property
    def is_relative(self) -> bool:
        """Of a list position, which past the end appends once more."""
        return self.is_at_position


@dataclass(frozen=True, slots=True)
class AssignIfMissing(PathChange):
    """Write the value if nothing is there. NULL counts as there: no update can tell it apart."""

    value: object

    @property
    def is_relative(self) -> bool:
        """Of a list position, which past the end appends once more."""
        return self.is_at_position


@dataclass(frozen=True, slots=True)
class Add(PathChange):
    """Add to the number there; an absent one counts as 0."""

    amount: object

    @property
    def is_relative(self) -> bool:
        """True."""
        return True


@dataclass(frozen=True, slots=True)
class Append(PathChange):
    """Put values, in this order, behind or before those of the list; an absent one is empty."""

    values: tuple[object, ...]
    at_front: bool = False

    @property
    def is_relative(self) -> bool:
        """True."""
        return True


@dataclass(frozen=True, slots=True)
class Remove(PathChange):
    """Take the attribute or the list element away; what is not there stays away."""

    @property
    def is_relative(self) -> bool:
        """Of a list position: those behind move up, so that a second time takes the next."""
        return self.is_at_position


@dataclass(frozen=True, slots=True)
class AddToSet(PathChange):
    """Put elements into the set; an absent one is empty."""

    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class RemoveFromSet(PathChange):
    """Take elements out of the set; the last one takes the attribute with it."""

    values: tuple[object, ...]


Change: TypeAlias = Assign | AssignIfMissing | Add | Append | Remove | AddToSet | RemoveFromSet
"""One change of an item. Each `match` over changes ends in `raise unhandled(...)`."""


def check_updates(updates: Sequence[Change]) -> tuple[Change, ...]:
    """The same updates, once it is sure that their order does not matter.

    Raises:
        InvalidCall: (invalid-update) there are none; two paths are the same, one is inside the
            other, or the two need different things (a map and a list) at one place.
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
    """Refuse two paths of which DynamoDB would say that they overlap or conflict."""
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
