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
_OF_ROWS = frozenset({"(", ",", "VALUES", "ROW"})
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
    for place, ((kind, text), around) in enumerate(zip(tokens, _around(words), strict=True)):
        if kind == "name":
            slot = _slot(words, place, *around)
            found[text[1:]] = min(found[text[1:]], slot, key=order.index)
    return tuple(found.values())


def _slot(words: Sequence[str], place: int, is_listed: bool, clause: str) -> Slot:
    before = words[place - 1] if place else ""
    opener = words[place - 2] if place > 1 and before == "(" else ""
    following = words[place + 1 : place + _LOOKS_AT]
    after = " ".join(following)
    if opener in _OF_ARRAY or _CAST_AFTER.match(after):
        return Slot.ARRAY
    if opener == "CAST" and _CAST_AROUND.match(after):
        return Slot.ARRAY
    if after.startswith("::"):
        return Slot.PLAIN
    if before == "IN" or is_listed:
        return Slot.LISTED
    preceding = words[max(0, place - _LOOKS_AT) : place]
    operators = {_operator(preceding[::-1])[::-1], _operator(following)}
    is_compared = before in _COMPARING_WORDS or not _COMPARING.isdisjoint(operators)
    return Slot.COMPARED if is_compared and clause != "SET" else Slot.PLAIN


def _operator(words: Sequence[str]) -> str:
    """The operator that some words begin with; empty if there is none."""
    length = next((n for n, word in enumerate(words) if word not in _OPERATOR), len(words))
    return "".join(words[:length])


def _around(words: Sequence[str]) -> Iterator[tuple[bool, str]]:
    """Of each word, whether it is in the brackets of IN, those of a call or a subquery between left
    aside, and the word that begins its clause, inside the brackets around it; or empty."""
    listed, clauses, before = [False], [""], ""
    for word in words:
        yield listed[-1], clauses[-1]
        if word == "(":
            listed.append(before == "IN" or (before in _OF_ROWS and listed[-1]))
            clauses.append("")
        elif word == ")" and len(listed) > 1:
            listed.pop()
            clauses.pop()
        if word in ("SELECT", "WITH"):
            listed[-1] = False
        if word in _CLAUSES:
            clauses[-1] = word
        before = word
