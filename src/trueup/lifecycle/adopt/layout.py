"""Python expressions as text, laid out as ruff and black do: in one line, or a part on each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from ..._dataclass import dataclass

LINE = 88
"""Black's default: the longest line."""

_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Group:
    """Parts between brackets, each after a prefix such as `sort=`."""

    opening: str
    parts: tuple[tuple[str, Expression], ...]
    closing: str

    def __str__(self) -> str:
        parts = ", ".join(f"{prefix}{part}" for prefix, part in self.parts)
        return f"{self.opening}{parts}{self.closing}"


Expression: TypeAlias = "str | Group"


def call(name: str, given: Iterable[Expression], options: Mapping[str, Expression]) -> Group:
    """A call with arguments by position and by name."""
    parts = [("", part) for part in given]
    return Group(
        f"{name}(", (*parts, *((f"{option}=", part) for option, part in options.items())), ")"
    )


def a_list(parts: Iterable[Expression]) -> Group:
    """A list."""
    return Group("[", tuple(("", part) for part in parts), "]")


def quoted(text: str) -> str:
    """A text as Python, on one line: what cannot be printed is escaped."""
    escaped = json.dumps(text, ensure_ascii=False)
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in escaped
    )


def literal(value: Any) -> Expression:
    """A value of JSON, as Python."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        parts = ((f"{literal(name)}: ", literal(part)) for name, part in value.items())
        return Group("{", tuple(parts), "}")
    if isinstance(value, list | tuple):
        return a_list(map(literal, value))
    return repr(value)


def laid_out(prefix: str, expression: Expression, indent: str = "", suffix: str = "") -> str:
    """An expression after a prefix: in one line if it is short enough."""
    line = f"{indent}{prefix}{expression}{suffix}"
    if isinstance(expression, str) or not expression.parts or len(line) <= LINE:
        return line
    inner = indent + _INDENT
    parts = [laid_out(before, part, inner, ",") for before, part in expression.parts]
    head, tail = f"{indent}{prefix}{expression.opening}", f"{indent}{expression.closing}{suffix}"
    return "\n".join([head, *parts, tail])
