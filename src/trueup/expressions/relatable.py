"""The conditions that not every engine evaluates: parts, overlaps, distances.

T is the field's type. `At`, which users get, has them beside all others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from .condition import Condition, Includes, Intersects, Overlaps, Within
from .path import Path

if TYPE_CHECKING:
    from ..geo import Geometry, Point
    from ..ranges import Range

T = TypeVar("T")
E = TypeVar("E")
G = TypeVar("G", bound="Geometry")


class Relatable(Generic[T]):
    """The attribute at a path, related to other values of its type."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    @overload
    def includes(self: Relatable[list[E]], part: Sequence[E]) -> Condition: ...
    @overload
    def includes(self: Relatable[list[E] | None], part: Sequence[E]) -> Condition: ...
    @overload
    def includes(self: Relatable[set[E]], part: AbstractSet[E]) -> Condition: ...
    @overload
    def includes(self: Relatable[set[E] | None], part: AbstractSet[E]) -> Condition: ...
    @overload
    def includes(self: Relatable[frozenset[E]], part: AbstractSet[E]) -> Condition: ...
    @overload
    def includes(self: Relatable[frozenset[E] | None], part: AbstractSet[E]) -> Condition: ...
    @overload
    def includes(self, part: Mapping[str, Any]) -> Condition: ...
    def includes(self: Relatable[Any], part: object) -> Condition:
        """The map has every key of the part, with a value that includes its value; the list has an
        element that includes each one of the part; the set has every element. Keys are names as
        they are stored. An index of method "gin" serves it on PostgreSQL."""
        return Includes(self._path, part)

    @overload
    def overlaps(self: Relatable[Range[E]], other: Range[E]) -> Condition: ...
    @overload
    def overlaps(self: Relatable[Range[E] | None], other: Range[E]) -> Condition: ...
    def overlaps(self: Relatable[Any], other: object) -> Condition:
        """The two ranges have a value in common."""
        return Overlaps(self._path, other)

    @overload
    def within(self: Relatable[G], centre: Point, *, metres: float) -> Condition: ...
    @overload
    def within(self: Relatable[G | None], centre: Point, *, metres: float) -> Condition: ...
    def within(self: Relatable[Any], centre: object, *, metres: float) -> Condition:
        """The geometry is at most so many metres away from the centre, on the spheroid of the
        earth. For filters on PostgreSQL, where an index of method "gist" serves it."""
        return Within(self._path, centre, metres)

    @overload
    def intersects(self: Relatable[G], other: Geometry) -> Condition: ...
    @overload
    def intersects(self: Relatable[G | None], other: Geometry) -> Condition: ...
    def intersects(self: Relatable[Any], other: object) -> Condition:
        """The two geometries have a point in common. For filters on PostgreSQL, as `within`."""
        return Intersects(self._path, other)
