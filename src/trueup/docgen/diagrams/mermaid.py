"""A diagram as Mermaid text, which code hosts draw.

Sources: https://mermaid.js.org/syntax/entityRelationshipDiagram.html
    https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ..text.markdown import one_line
from .values import Box, Diagram, End, Line

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NO_WORD = re.compile(r"[^A-Za-z0-9_()\[\]-]+")
_RIGHT = {End.ANY: "o{", End.MAYBE_ONE: "o|", End.ONE: "||", End.PLAIN: "||"}
_LEFT = {End.ANY: "}o", End.MAYBE_ONE: "|o", End.ONE: "||", End.PLAIN: "||"}


def mermaid(diagram: Diagram) -> str:
    """The text of a diagram, without its end of line; the same bytes from the same diagram."""
    titles = Counter(box.title for box in diagram.boxes)
    ids = {
        box.id: _id(box, number, is_unique=titles[box.title] == 1)
        for number, box in enumerate(diagram.boxes, 1)
    }
    lines = _entities(diagram, ids) if diagram.is_relational else _flow(diagram, ids)
    return "\n".join(lines)


def _id(box: Box, number: int, *, is_unique: bool) -> str:
    """A word that is none of Mermaid's own."""
    return f"t_{box.title}" if is_unique and _WORD.fullmatch(box.title) else f"t{number}"


def _entities(diagram: Diagram, ids: dict[str, str]) -> Iterator[str]:
    yield "erDiagram"
    for box in diagram.boxes:
        yield f'    {ids[box.id]}["{_text(box.title)}"] {{'
        for line in box.lines:
            yield f"        {_attribute(line)}"
        yield "    }"
    for edge in diagram.edges:
        ends = f"{_LEFT[edge.target_end]}--{_RIGHT[edge.source_end]}"
        yield f'    {ids[edge.target]} {ends} {ids[edge.source]} : "{_text(edge.label)}"'


def _attribute(line: Line) -> str:
    """Type, name, marks, and what words cannot hold as a comment."""
    parts = [_word(line.detail), _word(line.name), ", ".join(line.marks)]
    notes = [line.name] * (_word(line.name) != line.name) + ["NULL"] * line.is_optional
    if notes:
        parts.append(f'"{_text(", ".join(notes))}"')
    return " ".join(filter(None, parts))


def _word(text: str) -> str:
    """The text as Mermaid takes it for a type or a name."""
    word = _NO_WORD.sub("_", text)
    return word if _WORD.match(word) else f"_{word}"


def _flow(diagram: Diagram, ids: dict[str, str]) -> Iterator[str]:
    yield "flowchart LR"
    for box in diagram.boxes:
        yield f'    {ids[box.id]}["{_label(box)}"]'
    for edge in diagram.edges:
        yield f"    {ids[edge.target]} --> {ids[edge.source]}"


def _label(box: Box) -> str:
    lines = [f"<b>{_text(box.title)}</b>"]
    lines += [_text(f"{' '.join(one.marks)} {one.name}") for one in box.lines]
    return "<br>".join(lines)


def _text(text: str) -> str:
    """A text between quotes: no character of it is Mermaid's or HTML's."""
    return re.sub(r'[#"<>&;`\\{}\[\]()%|]', lambda found: f"#{ord(found[0])};", one_line(text))
