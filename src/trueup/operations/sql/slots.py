"""What the text of a statement says of a placeholder: whether an array belongs there, or one value.

A database takes the text of an array for a plain text, and answers `id IN ('{a,b}')` without a
word. So an array is only sent where the text says that one belongs there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any


class Slot(Enum):
    """Where a placeholder stands; that of one name with several is the first of these.

    LISTED: in the brackets of IN. COMPARED: beside an operator that compares with one value.
    ARRAY: in those of ANY, or cast to an array. PLAIN: elsewhere, such as in VALUES or SET.
    """

    LISTED = "listed"
    COMPARED = "compared"
    ARRAY = "array"
    PLAIN = "plain"


_COMPARING = frozenset({"=", "==", "<>", "!=", "<", ">", "<=", ">="})
_COMPARING_WORDS = frozenset({"LIKE", "ILIKE", "BETWEEN"})
_OPERATOR = frozenset("+-*/<>=~!@#%^&|`?")
_CLAUSES = frozenset(
    {"SET", "WHERE", "FROM", "ON", "SELECT", "HAVING", "RETURNING", "WHEN", "VALUES", "UPDATE"}
)
_OF_ARRAY = frozenset({"ANY", "ALL", "SOME"})
_NAME = r'(?:"[^"]*"|[^\W\d][\w$]*)'
_ARRAY_TYPE = (
    rf"{_NAME}(?:\ \.\ {_NAME})?(?:\ (?:varying|precision))?(?:\ \([\ \d,]*\))?"
    r"(?:\ with(?:out)?\ time\ zone)?\ (?:\[|array\b)"
)
_CAST_AFTER = re.compile(rf"::\ {_ARRAY_TYPE}", re.IGNORECASE)
_CAST_AROUND = re.compile(rf"as\ {_ARRAY_TYPE}", re.IGNORECASE)
_LOOKS_AT = 20
"""The tokens after a placeholder that may be its cast: `::"a"."b"(10, 2) with time zone[]`."""


def is_sequence(value: Any) -> bool:
    """Whether a value is one that other libraries take for the right side of IN."""
    return isinstance(value, tuple | list | set | frozenset)


def slots_of(tokens: Sequence[tuple[str, str]], names: Sequence[str]) -> tuple[Slot, ...]:
    """The slot of each name. tokens: kinds and texts, without blanks and comments."""
    order = list(Slot)
    found = dict.fromkeys(names, Slot.PLAIN)
    words = [text.upper() for _, text in tokens]
    for place, (kind, text) in enumerate(tokens):
        if kind == "name":
            slot = _slot(words, place)
            found[text[1:]] = min(found[text[1:]], slot, key=order.index)
    return tuple(found.values())


def _slot(words: Sequence[str], place: int) -> Slot:
    before = words[place - 1] if place else ""
    opener = words[place - 2] if place > 1 and before == "(" else ""
    after = " ".join(words[place + 1 : place + _LOOKS_AT])
    if opener in _OF_ARRAY or _CAST_AFTER.match(after):
        return Slot.ARRAY
    if opener == "CAST" and _CAST_AROUND.match(after):
        return Slot.ARRAY
    if after.startswith("::"):
        return Slot.PLAIN
    if before == "IN" or any(word == "IN" for word in _heads(words, place)):
        return Slot.LISTED
    operators = {_operator(words[:place][::-1])[::-1], _operator(words[place + 1 :])}
    is_compared = before in _COMPARING_WORDS or not _COMPARING.isdisjoint(operators)
    return Slot.COMPARED if is_compared and _clause(words, place) != "SET" else Slot.PLAIN


def _operator(words: Sequence[str]) -> str:
    """The operator that some words begin with; empty if there is none."""
    length = next((n for n, word in enumerate(words) if word not in _OPERATOR), len(words))
    return "".join(words[:length])


def _heads(words: Sequence[str], place: int) -> Iterator[str]:
    """The word before each bracket around a place, up to that of a call or of a subquery."""
    depth = 0
    for at in range(place - 1, 0, -1):
        depth += (words[at] == ")") - (words[at] == "(")
        if words[at] in ("SELECT", "WITH") and depth == 0:
            return
        if depth == -1:
            depth, head = 0, words[at - 1]
            yield head
            if head not in ("(", ",", "VALUES", "ROW"):
                return


def _clause(words: Sequence[str], place: int) -> str:
    """The word that begins the clause of a place, inside the brackets around it; or empty."""
    depth = 0
    for word in reversed(words[:place]):
        depth += (word == ")") - (word == "(")
        if depth < 0:
            return ""
        if depth == 0 and word in _CLAUSES:
            return word
    return ""
