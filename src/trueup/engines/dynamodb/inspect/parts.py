"""Parts of descriptions, each of the kind that DynamoDB sends; a null is an absent part.

Anything else raises TypeError or ValueError, which `reading` takes for a damaged reply: a fact that
is guessed from a reply of another kind could agree with its declaration. Templates are read by them
as well, so that they need no package of the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
Part = Mapping[str, Any]


def text_in(described: Part, name: str, absent: str = "") -> str:
    """A text of a reply."""
    return _in(described, name, str, absent)


def flag_in(described: Part, name: str) -> bool:
    """Whether something is on; what is absent is off."""
    return _in(described, name, bool, False)


def count_in(described: Part, name: str) -> int | None:
    """A whole number, if there is one."""
    return _in(described, name, int, None)


def part_in(described: Part, name: str) -> Part:
    """An object of a reply; empty if it is absent."""
    return _in(described, name, dict, {})


def parts_in(described: Part, name: str) -> Sequence[Part]:
    """A list of objects; empty if it is absent."""
    parts: list[Part] = _in(described, name, list, [])
    if not all(type(part) is dict for part in parts):
        raise TypeError
    return parts


def texts_in(described: Part, name: str) -> Sequence[str]:
    """A list of texts; empty if it is absent."""
    texts: list[str] = _in(described, name, list, [])
    if not all(type(text) is str for text in texts):
        raise TypeError
    return texts


def _in(described: Part, name: str, kind: type, absent: T) -> Any | T:
    value = described.get(name)
    if value is None:
        return absent
    if type(value) is not kind:  # a bool is no number
        raise TypeError
    return value
