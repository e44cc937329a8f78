"""Markdown: names and texts of declarations, escaped, and the blocks of a page.

The pages are GitHub's Markdown, and render the same with MyST.

Source: https://github.github.com/gfm/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from inspect import cleandoc

from ..._dataclass import dataclass
from ..._visible import visible, visible_json

_SPECIAL = re.compile(r"[\\`*\[\]<>|~&#{}$!]|(?<![^\W_])_|_(?![^\W_])")
_BLOCK_START = re.compile(r"^(\s{0,3})(#|=+\s*$|-+\s*$|>|:{3,}|\|)", re.MULTILINE)
_CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, the blocks below it, and the sections below those. title: escaped."""

    title: str
    blocks: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()


def document(section: Section) -> str:
    """The text of a page."""
    return "\n\n".join(_blocks(section, level=1)) + "\n"


def _blocks(section: Section, level: int) -> Iterator[str]:
    yield f"{'#' * level} {section.title}"
    yield from filter(None, section.blocks)
    for inner in section.sections:
        yield from _blocks(inner, level + 1)


def one_line(text: str) -> str:
    """The text without line breaks and control characters, which are shown as escapes."""
    return "".join(
        character
        if character.isprintable() or character == " "
        else character.encode("unicode_escape").decode()
        for character in text
    )


def plain(name: str) -> str:
    """A name as running text: no character of it is Markdown."""
    return _SPECIAL.sub(lambda match: "\\" + match[0], one_line(name)).strip() or '""'


def code(text: str) -> str:
    """A text as a code span."""
    text = one_line(text)
    if not text.strip():
        return f"`{text!r}`"
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text[0] == "`" or text[-1] == "`" or text[0] == text[-1] == " " else ""
    return f"{fence}{space}{text}{space}{fence}"


def codes(names: Iterable[str]) -> str:
    """Several names as code spans, between commas."""
    return ", ".join(map(code, names))


def listed(texts: Sequence[str], last: str = "and") -> str:
    """`a, b and c`."""
    return f" {last} ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))


def fenced(language: str, text: str) -> str:
    """A block of code, in which control characters are escapes."""
    text = visible_json(text) if language == "json" else visible(text, keep="\n\t")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of escaped cells; empty without rows."""
    lines = [_row(row) for row in rows]
    return "\n".join([_row(head), "|" + "---|" * len(head), *lines]) if lines else ""


def facts(named: Iterable[tuple[str, str]]) -> str:
    """A list of facts, each with its name. Both are escaped."""
    return "\n".join(f"* **{name}**: {text}" for name, text in named)


def _row(cells: Sequence[str]) -> str:
    return "|" + "|".join(f" {_cell(cell)} " if cell else " " for cell in cells) + "|"


def _cell(text: str) -> str:
    """A pipe ends a cell even inside of a code span, unless it is escaped."""
    return re.sub(r"\s*\n\s*", " ", text.strip()).replace("|", r"\|")


def link(text: str, target: str) -> str:
    """A link to another page. text: escaped."""
    return f"[{text}]({target})"


def prose(text: str | None) -> str:
    """What someone wrote in a docstring or a description: Markdown that stays within its block.

    Code spans are kept; HTML, headings and other blocks are shown as they were written.
    """
    text = visible(cleandoc(text or "").strip(), keep="\n")
    if "```" in text or "~~~" in text:
        return fenced("text", text)
    text = _BLOCK_START.sub(r"\1\\\2", text)
    parts, end = [], 0
    for span in _CODE_SPAN.finditer(text):
        parts += [_no_html(text[end : span.start()]), span[0]]
        end = span.end()
    return "".join([*parts, _no_html(text[end:])])


def _no_html(text: str) -> str:
    return text.replace("<", "\\<").replace("{", "\\{").replace("[", "\\[")


def paragraphs(text: str) -> list[str]:
    """The parts of a text between empty lines, each on one line."""
    return [" ".join(one.split()) for one in re.split(r"\n\s*\n", text) if one.strip()]


def sentence(text: str) -> str:
    """A description on one line, with a full stop."""
    line = re.sub(r"\s+", " ", prose(text).strip())
    return line if not line or line[-1] in ".!?…:" else f"{line}."


def sentences(*texts: str) -> str:
    """Several sentences, the first word of each with a capital letter."""
    found = [text for text in texts if text]
    return " ".join(text[:1].upper() + text[1:] for text in found)
