"""Where the boxes of a drawing stand, and where edges meet them: heights, in pixels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from ..._dataclass import dataclass
from .ranks import Columns, Node, Wire
from .sizes import HEADER, PORT, ROW, sizes_of
from .values import Box

_GAP = 28
MARGIN = 24
_End: TypeAlias = tuple[int, bool]
"""An end of an edge: its number, and whether it is the source."""


@dataclass(frozen=True)
class Rows:
    """The heights of all nodes. columns: what stands where. boxes: by their ids."""

    columns: Columns
    boxes: Mapping[str, Box]

    @cached_property
    def sizes(self) -> Mapping[Node, tuple[int, int]]:
        """The width and the height of each node."""
        return sizes_of(self.columns, self.boxes)

    @cached_property
    def tops(self) -> Mapping[Node, int]:
        """The top of each node."""
        return _tops(self.columns, self.sizes)

    @cached_property
    def ports(self) -> Mapping[_End, int]:
        """The height at which each edge meets its source, and its target: at a line, or where there
        is room."""
        return _ports(self)

    def height(self, node: Node) -> int:
        """How high a node is."""
        return self.sizes[node][1]

    def middle(self, node: Node) -> int:
        """The middle of a node."""
        return self.tops[node] + self.height(node) // 2

    def leaves(self, number: int, node: Node, *, is_left: bool) -> int:
        """The height at which an edge leaves a node, of whose column it is the left end, or the
        right."""
        if node[1] >= 0:
            return self.middle(node)
        return self.ports[number, self.columns.wires[number].is_turned == is_left]


def _tops(columns: Columns, sizes: Mapping[Node, tuple[int, int]]) -> dict[Node, int]:
    """The top of each node: the highest column without gaps, the others beside their neighbours."""
    heights = [sum(sizes[node][1] + _GAP for node in column) for column in columns.nodes]
    if not heights:
        return {}
    first = heights.index(max(heights))
    near: dict[Node, list[Node]] = defaultdict(list)
    for wire in columns.wires:
        for left, right in zip(wire.nodes, wire.nodes[1:], strict=False):
            near[left].append(right)
            near[right].append(left)
    tops: dict[Node, int] = {}
    for number in [first, *range(first + 1, len(heights)), *reversed(range(first))]:
        bottom = 0
        for node in columns.nodes[number]:
            middles = [tops[one] + sizes[one][1] // 2 for one in near[node] if one in tops]
            wanted = sum(middles) // len(middles) - sizes[node][1] // 2 if middles else 0
            tops[node] = max(wanted, bottom)
            bottom = tops[node] + sizes[node][1] + (_GAP if node[1] < 0 else 0)
    highest = min(tops.values())
    return {node: top - highest + MARGIN for node, top in tops.items()}


def _ports(rows: Rows) -> dict[_End, int]:
    wires = rows.columns.wires
    found: dict[_End, int] = {}
    sides: dict[tuple[str, bool], list[_End]] = defaultdict(list)
    for number, wire in enumerate(wires):
        for is_source in (True, False):
            is_left = wire.is_loop or is_source == wire.is_turned
            node = wire.nodes[0 if is_left else -1]
            sides[node[0], is_left].append((number, is_source))
    for (id, is_left), ends in sides.items():
        fixed = [end for end in ends if end[1] and wires[end[0]].edge.line is not None]
        found |= _at_lines(fixed, wires, rows.tops[id, -1])
        near = {
            end: rows.middle(_neighbour(wires[end[0]], is_left=is_left))
            for end in ends
            if end not in found
        }
        free = sorted(near, key=lambda end: (near[end], end))
        taken = [found[end] for end in fixed]
        found |= zip(free, _between(rows, (id, -1), taken, len(free)), strict=True)
    return found


def _at_lines(ends: Iterable[_End], wires: Sequence[Wire], top: int) -> dict[_End, int]:
    """Beside the line of each; ends of one line stand apart."""
    lines: dict[int, list[_End]] = defaultdict(list)
    for end in ends:
        lines[wires[end[0]].edge.line or 0].append(end)
    return {
        end: top + HEADER + line * ROW + ROW // 2 + 4 + (2 * at - len(some) + 1) * 5
        for line, some in lines.items()
        for at, end in enumerate(some)
    }


def _between(rows: Rows, node: Node, taken: Sequence[int], count: int) -> list[int]:
    """Heights for ends without a line, away from those that are taken."""
    top = rows.tops[node]
    free = [
        y
        for y in range(top + PORT, top + rows.height(node) - PORT + 1, PORT)
        if all(abs(y - other) > PORT + 3 for other in taken)
    ]
    return [free[(2 * at + 1) * len(free) // (2 * count)] for at in range(count)]


def _neighbour(wire: Wire, *, is_left: bool) -> Node:
    if wire.is_loop:
        return wire.nodes[0]
    return wire.nodes[1] if is_left else wire.nodes[-2]
