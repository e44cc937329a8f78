"""Plain values as Python's text, laid out as formatters lay it out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from json import dumps

LINE = 88
"""The line length that formatters and linters of Python have unless they are told another."""


def literal(value: object, *, depth: int = 0, used: int = 0) -> str:
    """The text of a value: on one line if it fits, else a line for each part.

    depth: how far the line is indented, in steps of four. used: characters before and after it.
    """
    flat = _flat(value)
    if 4 * depth + used + len(flat) <= LINE or not isinstance(value, (Mapping, list, tuple)):
        return flat
    inner, outer = "    " * (depth + 1), "    " * depth
    if isinstance(value, Mapping):
        lines = [_pair(name, one, depth + 1) for name, one in value.items()]
        return "{\n" + "".join(f"{inner}{line},\n" for line in lines) + outer + "}"
    lines = [literal(one, depth=depth + 1, used=1) for one in value]
    return "[\n" + "".join(f"{inner}{line},\n" for line in lines) + outer + "]"


def text(value: str) -> str:
    """A text in double quotes, or in single ones if that needs fewer backslashes."""
    escaped = dumps(value, ensure_ascii=False)
    if value.count('"') <= value.count("'"):
        return escaped
    inner = re.sub(r"\\(.)", lambda found: '"' if found[1] == '"' else found[0], escaped[1:-1])
    return "'" + inner.replace("'", "\\'") + "'"


def _pair(name: object, value: object, depth: int) -> str:
    key = _flat(name)
    return f"{key}: {literal(value, depth=depth, used=len(key) + 3)}"


def _flat(value: object) -> str:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        pairs = (f"{_flat(name)}: {_flat(one)}" for name, one in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(_flat(one) for one in value) + "]"
    return repr(value)
