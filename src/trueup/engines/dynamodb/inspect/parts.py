"""Parts of descriptions, each of the kind that DynamoDB sends; a null is an absent part.

Anything else raises TypeError or ValueError, which `reading` takes for a damaged reply: a fact that
is guessed from a reply of another kind could agree with its declaration.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from ..errors import not_dynamodb

T = TypeVar("T")
Part = Mapping[str, Any]

MOST_PAGES = 1_000
"""More pages than any listing has: 100 tables or 10 tags are on each.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html"""


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


def next_page(token: str, before: set[str], action: str, table: str) -> bool:
    """Whether there is another page. before: the tokens that were sent, to which this one is added.

    Raises Unavailable if the pages never end.
    """
    if not token:
        return False
    if token in before or len(before) >= MOST_PAGES:
        raise not_dynamodb(action, table)
    before.add(token)
    return True


def _in(described: Part, name: str, kind: type, absent: T) -> Any | T:
    value = described.get(name)
    if value is None:
        return absent
    if type(value) is not kind:  # a bool is no number
        raise TypeError
    return value
