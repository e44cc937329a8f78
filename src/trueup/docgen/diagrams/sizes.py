"""How large the parts of a drawing are, in pixels."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping

from .ranks import Columns, Node
from .values import Box, Line

HEADER, ROW, PADDING = 30, 22, 12
"""The heights of a title and of a line, and the space beside them."""
LETTER, TITLE_LETTER = 8, 9
"""The widths of a character of the monospaced fonts, a little more than they are."""
LONGEST = 48
"""The most characters of a name or a type; longer ones are cut off."""
FOOT = 24
"""The space for the end of an edge."""
LANE, PORT = 14, 8
"""The height of an edge that passes a column, and the least between two edges at a box."""


def width_of(text: str) -> int:
    """How many columns of a monospaced font a text takes."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def cut(text: str) -> str:
    """The text, or its beginning if it is too long."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def detail_of(line: Line) -> str:
    """What stands on the right of a line."""
    return cut(line.detail) + (" NULL" if line.is_optional else "")


def marks_width(box: Box) -> int:
    """The width of the marks of a box with the space behind them."""
    longest = max((len(" ".join(line.marks)) for line in box.lines), default=0)
    return (longest + 1) * LETTER if longest else 0


def sizes_of(columns: Columns, boxes: Mapping[str, Box]) -> dict[Node, tuple[int, int]]:
    """The width and the height of each node; a box is as high as its edges need."""
    ends: dict[tuple[str, bool], int] = defaultdict(int)
    for wire in columns.wires:
        ends[wire.nodes[0][0], False] += 2 if wire.is_loop else 1
        if not wire.is_loop:
            ends[wire.nodes[-1][0], True] += 1
    found: dict[Node, tuple[int, int]] = {}
    for node in (node for column in columns.nodes for node in column):
        box = boxes.get(node[0]) if node[1] < 0 else None
        if box is None:
            found[node] = 0, LANE
            continue
        needed = max(ends[box.id, False], ends[box.id, True]) * 3 * PORT
        found[node] = _box_width(box), HEADER + max(len(box.lines) * ROW + 8, needed)
    return found


def _box_width(box: Box) -> int:
    rows = [width_of(cut(one.name)) + width_of(detail_of(one)) + 2 for one in box.lines]
    body = max(rows, default=0) * LETTER + marks_width(box)
    return max(body, width_of(cut(box.title)) * TITLE_LETTER) + 2 * PADDING
