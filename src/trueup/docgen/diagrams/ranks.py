"""In which column of a drawing each box stands, and in which order: the first half of a layout.

Boxes stand right of those that they refer to. An edge over several columns goes through a narrow
node of each, so that no box is in its way. What refers in a circle is turned round for this.

Source: https://doi.org/10.1109/TSMC.1981.4308636 (Sugiyama, Tagawa, Toda)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from ..._dataclass import dataclass
from .values import Diagram, Edge

_SWEEPS = 8
Node: TypeAlias = tuple[str, int]
"""A box by its id and -1, or a place of the edge of a number in a column, by the column's."""


@dataclass(frozen=True, slots=True)
class Wire:
    """An edge through the nodes of its columns, left to right. is_turned: whether its source is on
    the left."""

    edge: Edge
    nodes: tuple[Node, ...]
    is_turned: bool

    @property
    def is_loop(self) -> bool:
        """Whether a box refers to itself."""
        return len(self.nodes) == 1


@dataclass(frozen=True, slots=True)
class Columns:
    """The nodes of each column from the top, and the edges through them."""

    nodes: Sequence[Sequence[Node]]
    wires: Sequence[Wire]


def arranged(diagram: Diagram) -> Columns:
    """The columns of a diagram; the same from the same diagram."""
    turned = _turned(diagram)
    ranks = _ranks(diagram, turned)
    wires = [
        _wire(number, edge, ranks, is_turned=number in turned)
        for number, edge in enumerate(diagram.edges)
    ]
    columns: list[list[Node]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for box in diagram.boxes:
        columns[ranks[box.id]].append((box.id, -1))
    for wire in wires:
        for column, node in enumerate(wire.nodes[1:-1], ranks[wire.nodes[0][0]] + 1):
            columns[column].append(node)
    return Columns(_ordered(columns, wires), wires)


def _turned(diagram: Diagram) -> set[int]:
    """The numbers of edges that close a circle."""
    of: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, edge in enumerate(diagram.edges):
        if edge.source != edge.target:
            of[edge.target].append((number, edge.source))
    found: set[int] = set()
    done: set[str] = set()
    for box in diagram.boxes:
        # Without recursion: chains may be longer than Python's stack.
        open_: dict[str, int] = {} if box.id in done else {box.id: 0}
        while open_:
            at, position = next(reversed(open_.items()))
            if position == len(of[at]):
                del open_[at]
                done.add(at)
                continue
            open_[at] = position + 1
            number, source = of[at][position]
            if source in open_:
                found.add(number)
            elif source not in done:
                open_[source] = 0
    return found


def _ranks(diagram: Diagram, turned: Collection[int]) -> dict[str, int]:
    """The column of each box: one more than that of what it refers to."""
    before: dict[str, set[str]] = {box.id: set() for box in diagram.boxes}
    for number, edge in enumerate(diagram.edges):
        left, right = _ends(edge, is_turned=number in turned)
        if left != right:
            before[right].add(left)
    ranks: dict[str, int] = {}
    while len(ranks) < len(before):
        ready = [one for one in before if one not in ranks and before[one] <= ranks.keys()]
        ranks |= {one: 1 + max((ranks[left] for left in before[one]), default=-1) for one in ready}
    return ranks


def _ends(edge: Edge, *, is_turned: bool) -> tuple[str, str]:
    return (edge.source, edge.target) if is_turned else (edge.target, edge.source)


def _wire(number: int, edge: Edge, ranks: Mapping[str, int], *, is_turned: bool) -> Wire:
    left, right = _ends(edge, is_turned=is_turned)
    if left == right:
        return Wire(edge, ((left, -1),), is_turned)
    between = range(ranks[left] + 1, ranks[right])
    places = [(f"edge {number}", column) for column in between]
    return Wire(edge, ((left, -1), *places, (right, -1)), is_turned)


def _ordered(columns: list[list[Node]], wires: Sequence[Wire]) -> list[list[Node]]:
    """The columns, each sorted by where its neighbours stand, first from the left, then from the
    right, and again."""
    sides: list[dict[Node, list[Node]]] = [defaultdict(list), defaultdict(list)]
    for wire in wires:
        for left, right in zip(wire.nodes, wire.nodes[1:], strict=False):
            sides[0][right].append(left)
            sides[1][left].append(right)
    for sweep in range(_SWEEPS):
        side = sides[sweep % 2]
        numbers = range(len(columns)) if sweep % 2 == 0 else reversed(range(len(columns)))
        place = {node: at for column in columns for at, node in enumerate(column)}
        for number in numbers:
            columns[number] = _sorted(columns[number], side, place)
            place |= {node: at for at, node in enumerate(columns[number])}
    return columns


def _sorted(
    column: list[Node], neighbours: Mapping[Node, Sequence[Node]], place: Mapping[Node, int]
) -> list[Node]:
    def wanted(node: Node) -> float:
        near = [place[one] for one in neighbours.get(node, ())]
        return sum(near) / len(near) if near else place[node]

    return sorted(column, key=wanted)
