"""Layout: nested text on one line where it fits, else with a line for each part."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Any, TypeAlias

from ..._dataclass import dataclass

WIDTH = 88
_INDENT = 4


@dataclass(frozen=True, slots=True)
class Group:
    """Parts between an opening and a closing, such as a list. Each part may have a prefix, such as
    the name of an argument. comma: what follows the last of several lines."""

    opening: str
    parts: tuple[tuple[str, Text], ...]
    closing: str
    comma: str = ","


Text: TypeAlias = str | Group


def laid_out(text: Text, indent: int = 0, used: int = 0) -> str:
    """The text; lines after the first begin with `indent` spaces. used: what stands beside it."""
    if isinstance(text, str):
        return text
    line = _on_one_line(text)
    if indent + used + len(line) <= WIDTH or not text.parts:
        return line
    inner = indent + _INDENT
    lines = [prefix + laid_out(part, inner, len(prefix) + 1) for prefix, part in text.parts]
    margin = "\n" + " " * inner
    body = ("," + margin).join(lines)
    return f"{text.opening}{margin}{body}{text.comma}\n{' ' * indent}{text.closing}"


def _on_one_line(text: Text) -> str:
    if isinstance(text, str):
        return text
    parts = [prefix + _on_one_line(part) for prefix, part in text.parts]
    return text.opening + ", ".join(parts) + text.closing


def json_text(value: Any) -> str:
    """A JSON value, or a plain value, as JSON for people; an object has a line for each member."""
    text = _json(value)
    if isinstance(text, Group) and isinstance(value, Mapping) and text.parts:
        members = [
            f"    {prefix}{laid_out(part, _INDENT, len(prefix) + 1)}" for prefix, part in text.parts
        ]
        return "{\n" + ",\n".join(members) + "\n}"
    return laid_out(text)


def _json(value: Any) -> Text:
    if isinstance(value, Mapping):
        members = tuple((f"{_json_scalar(name)}: ", _json(item)) for name, item in value.items())
        return Group("{", members, "}", comma="")
    if isinstance(value, Set):
        value = sorted(value)
    if isinstance(value, list | tuple):
        return Group("[", tuple(("", _json(item)) for item in value), "]", comma="")
    return _json_scalar(value)


def _json_scalar(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return json.dumps(f"base64: {_base64(value)}")
    return json.dumps(value, ensure_ascii=not (isinstance(value, str) and value.isprintable()))


def _base64(value: bytes) -> str:
    from base64 import b64encode

    return b64encode(value).decode()
