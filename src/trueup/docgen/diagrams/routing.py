"""How the edges of a drawing go between its columns, each on a track of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from ..._dataclass import dataclass
from .placing import MARGIN, Rows
from .ranks import Wire, arranged
from .sizes import FOOT
from .values import Box, Diagram

_TRACK = 8


@dataclass(frozen=True, slots=True)
class Placed:
    """A box at its place."""

    box: Box
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Route:
    """An edge as a line through points, from its left end, or its source for a loop."""

    wire: Wire
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything at its place."""

    boxes: Sequence[Placed]
    routes: Sequence[Route]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Hop:
    """A part of an edge between two columns, from a height to another. is_back: whether both ends
    are on the left."""

    wire: int
    start: int
    end: int
    is_back: bool


def drawn(diagram: Diagram) -> Drawing:
    """The drawing of a diagram; the same from the same diagram."""
    rows = Rows(arranged(diagram), {box.id: box for box in diagram.boxes})
    gutters = [list(_gutter(rows, number)) for number in range(len(rows.columns.nodes))]
    tracks = [_tracks(hops) for hops in gutters]
    sides = _sides(rows, tracks)
    boxes = list(_boxes(rows, sides))
    points: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, hops in enumerate(gutters):
        right, following = sides[number][1], sides[number + 1][0]
        for at, hop in enumerate(hops):
            x = right + FOOT + tracks[number].get(at, 0) * _TRACK
            end = right if hop.is_back else following
            points[hop.wire] += [(right, hop.start), (x, hop.start), (x, hop.end), (end, hop.end)]
    routes = [Route(wire, tuple(points[at])) for at, wire in enumerate(rows.columns.wires)]
    spare = 0 if any(gutters[-1:]) else 2 * FOOT
    bottom = max((one.y + one.height for one in boxes), default=0)
    return Drawing(boxes, routes, sides[-1][0] - spare + MARGIN, bottom + MARGIN)


def _gutter(rows: Rows, column: int) -> Iterator[_Hop]:
    """The parts of edges right of a column."""
    there = set(rows.columns.nodes[column])
    for at, wire in enumerate(rows.columns.wires):
        if wire.is_loop and wire.nodes[0] in there:
            yield _Hop(at, rows.ports[at, True], rows.ports[at, False], is_back=True)
        for left, right in zip(wire.nodes, wire.nodes[1:], strict=False):
            if left in there:
                start = rows.leaves(at, left, is_left=True)
                yield _Hop(at, start, rows.leaves(at, right, is_left=False), is_back=False)


def _tracks(hops: Sequence[_Hop]) -> dict[int, int]:
    """The upright part of each, so that none is over another and few cross, by their numbers."""

    def order(number: int) -> tuple[int, int]:
        hop = hops[number]
        kind = 0 if hop.is_back else 1 if hop.end > hop.start else 2
        return kind, -hop.start if kind == 1 else hop.start

    found: dict[int, int] = {}
    for number in sorted(range(len(hops)), key=order):
        hop = hops[number]
        if hop.start == hop.end:
            continue
        low, high = sorted((hop.start, hop.end))
        over = [
            track
            for other, track in found.items()
            if max(low, min(hops[other].start, hops[other].end)) - 4
            <= min(high, max(hops[other].start, hops[other].end))
        ]
        found[number] = max(over, default=-1) + 1
    return found


def _sides(rows: Rows, tracks: Sequence[Mapping[int, int]]) -> list[tuple[int, int]]:
    """The left and the right side of each column, and of what is right of all of them."""
    found: list[tuple[int, int]] = []
    x = MARGIN
    for column, used in zip(rows.columns.nodes, tracks, strict=True):
        right = x + max(rows.sizes[node][0] for node in column)
        found.append((x, right))
        x = right + 2 * FOOT + (max(used.values(), default=-1) + 1) * _TRACK
    return [*found, (x, x)]


def _boxes(rows: Rows, sides: Sequence[tuple[int, int]]) -> Iterator[Placed]:
    for number, column in enumerate(rows.columns.nodes):
        left, right = sides[number]
        for node in column:
            if node[1] < 0:
                box = rows.boxes[node[0]]
                yield Placed(box, left, rows.tops[node], right - left, rows.height(node))
