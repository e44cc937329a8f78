"""The parts of a page of Markdown: sections, tables, and the code of its calls."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any


def section_of(text: str, *titles: str) -> str:
    """The part below the last of these headings, each of which stands inside of the one before."""
    path: list[str] = []
    found: list[str] = []
    for line, is_code in _lines(text):
        if line.startswith("#") and not is_code:
            marks, _, title = line.partition(" ")
            path = [*path[: len(marks) - 1], title]
        elif tuple(path[1 : len(titles) + 1]) == titles:
            found.append(line)
    return "\n".join(found)


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    is_code = False
    for line in text.splitlines():
        is_code ^= line.startswith("```")
        yield line, is_code


def rows_of(text: str) -> list[list[str]]:
    """The cells of all tables, without the marks of code."""
    rows = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [[cell.replace("`", "").strip() for cell in row] for row in rows]


def keys_of(text: str) -> list[str]:
    """The attributes of a key, partition first."""
    return re.findall(r"^\* \*\*(?:Partition|Sort) key\*\*: `(.*?)` \(", text, re.MULTILINE)


def json_of(text: str) -> Any:
    """The first block of JSON."""
    return json.loads(text.partition("```json\n")[2].partition("```")[0])


def calls_of(text: str) -> dict[str, str]:
    """The blocks of Python, by the line of text in front of each; empty for none."""
    calls: dict[str, str] = {}
    said = ""
    block: list[str] | None = None
    for line in text.splitlines():
        if line == "```python":
            block = []
        elif line == "```" and block is not None:
            calls[said] = "\n".join(block)
            block = None
        elif block is not None:
            block.append(line)
        elif line:
            said = line
    return calls
