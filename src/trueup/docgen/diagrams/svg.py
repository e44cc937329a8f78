"""A diagram as SVG: readable without scripts, in the dark, and by who does not see it.

Sources: https://www.w3.org/TR/SVG2/
    https://www.w3.org/TR/WCAG22/#contrast-minimum
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ..._visible import visible
from .routing import Placed, Route, drawn
from .sizes import HEADER, PADDING, ROW, cut, detail_of, marks_width
from .values import Diagram, End

_LEGEND = 22
_STYLE = """\
text { font: 13px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328 }
.paper { fill: #ffffff }
.box { fill: #ffffff; stroke: #59636e }
.head { fill: #ddf4ff; stroke: #59636e }
.title { font-weight: bold; font-size: 14px }
.mark { fill: #0550ae }
.detail, .legend { fill: #59636e }
.edge { fill: none; stroke: #59636e; stroke-width: 1.3 }
.ring { fill: #ffffff; stroke: #59636e; stroke-width: 1.3 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .paper, .box { fill: #0d1117 }
  .head { fill: #12304f }
  .mark { fill: #79c0ff }
  .detail, .legend { fill: #a5aeb8 }
  .box, .head, .edge { stroke: #a5aeb8 }
  .ring { fill: #0d1117; stroke: #a5aeb8 }
}"""
"""Texts have a contrast of at least 4.5 to 1 on what is behind them."""


def svg(diagram: Diagram) -> str:
    """The text of the picture, without a mark at its beginning; the same bytes from the same
    diagram."""
    drawing = drawn(diagram)
    height = drawing.height + _LEGEND
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.width}" height="{height}" '
        f'viewBox="0 0 {drawing.width} {height}" role="img" aria-labelledby="title described">',
        f'<title id="title">{_text(diagram.title)}</title>',
        f'<desc id="described">{_text(_described(diagram))}</desc>',
        f"<style>\n{_STYLE}\n</style>",
        f'<rect class="paper" width="{drawing.width}" height="{height}"/>',
        *(line for route in drawing.routes for line in _edge(diagram, route)),
        *(line for one in drawing.boxes for line in _box(one)),
        _label("legend", PADDING * 2, drawing.height + 4, diagram.legend),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _described(diagram: Diagram) -> str:
    """All that is seen, in words."""
    said = [f"{len(diagram.boxes)} boxes: {', '.join(box.title for box in diagram.boxes)}."]
    return " ".join([*said, *(f"{diagram.words(edge)}." for edge in diagram.edges)])


def _box(placed: Placed) -> Iterator[str]:
    box, x, y = placed.box, placed.x, placed.y
    yield f"<g><title>{_text(f'{box.title}: {box.about}' if box.about else box.title)}</title>"
    yield f'<rect class="box" x="{x}" y="{y}" {_size(placed.width, placed.height)} rx="4"/>'
    yield f'<rect class="head" x="{x}" y="{y}" {_size(placed.width, HEADER)} rx="4"/>'
    yield _label("title", x + PADDING, y + 20, cut(box.title))
    for number, line in enumerate(box.lines):
        bottom = y + HEADER + number * ROW + 19
        if line.marks:
            yield _label("mark", x + PADDING, bottom, " ".join(line.marks))
        yield _label("name", x + PADDING + marks_width(box), bottom, cut(line.name))
        if detail := detail_of(line):
            yield _label("detail", x + placed.width - PADDING, bottom, detail, anchor="end")
    yield "</g>"


def _size(width: int, height: int) -> str:
    return f'width="{width}" height="{height}"'


def _label(kind: str, x: int, y: int, text: str, anchor: str = "") -> str:
    at = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{kind}" x="{x}" y="{y}"{at}>{_text(text)}</text>'


def _edge(diagram: Diagram, route: Route) -> Iterator[str]:
    """The line, and what stands at its ends."""
    wire, edge, points = route.wire, route.wire.edge, route.points
    path = "M" + " L".join(f"{x} {y}" for x, y in dict.fromkeys(points))
    yield f'<g><title>{_text(diagram.words(edge))}</title><path class="edge" d="{path}"/>'
    first, last = (edge.source_end, edge.target_end)
    if not wire.is_loop and not wire.is_turned:
        first, last = last, first
    yield from _end(first, *points[0], 1)
    yield from _end(last, *points[-1], 1 if wire.is_loop else -1)
    yield "</g>"


def _end(end: End, x: int, y: int, way: int) -> Iterator[str]:
    """How many: two strokes, a ring and a stroke, or a ring and a foot. way: 1 if the edge goes to
    the right from here, else -1."""
    ring = f'<circle class="ring" cx="{x + 14 * way}" cy="{y}" r="4"/>'
    near, far = x + 6 * way, x + 11 * way
    strokes = {
        End.ONE: f"M{near} {y - 5} V{y + 5} M{far} {y - 5} V{y + 5}",
        End.MAYBE_ONE: f"M{near} {y - 5} V{y + 5}",
        End.ANY: f"M{x} {y - 5} L{x + 10 * way} {y} L{x} {y + 5}",
        End.PLAIN: "",
    }[end]
    if strokes:
        yield f'<path class="edge" d="{strokes}"/>'
    if end in (End.MAYBE_ONE, End.ANY):
        yield ring


def _text(text: str) -> str:
    return escape(visible(text))
