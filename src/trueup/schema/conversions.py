"""What becomes of the values of a column whose type changes, and whether its rows are written anew.

Each sentence is observed on a server by tests/postgres_changes/test_effects.py.
Source: https://www.postgresql.org/docs/15/sql-altertable.html#SQL-ALTERTABLE-NOTES
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_SIZE = re.compile(r"\s*\((\d+)(?:,\s*(\d+))?\)")
_WHOLE = ("smallint", "integer", "bigint")
_OTHER_NUMBERS = ("numeric", "double precision", "real")
_TEXTS = ("text", "character varying")
_CHARACTERS = (*_TEXTS, "character")
_TIMES = ("timestamp without time zone", "timestamp with time zone")

_SAFE_CALLS = re.compile(
    r"\b(now|current_timestamp|transaction_timestamp|statement_timestamp|current_date|localtimestamp"
    r"|current_user|session_user|current_setting|timezone|date_trunc|make_interval|numeric|varchar"
    r"|array)\s*\(",
    re.IGNORECASE,
)
_CALL = re.compile(r"\b[a-z_][a-z_0-9.]*\s*\(", re.IGNORECASE)
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_CASTS = re.compile(r"::\s*[a-z_ ]+\([\d, ]*\)", re.IGNORECASE)

Parsed = tuple[str, int | None, int]


def parsed(type_: str) -> Parsed:
    """A type's name, its length or precision if it has one, and its scale."""
    size = _SIZE.search(type_)
    name = _SIZE.sub("", type_).strip().lower()
    name = {
        "int": "integer",
        "varchar": "character varying",
        "decimal": "numeric",
        "timestamptz": "timestamp with time zone",
        "timestamp": "timestamp without time zone",
    }.get(name, name)
    return (name, int(size[1]), int(size[2] or 0)) if size else (name, None, 0)


def keeps_rows(before: str, after: str) -> bool:
    """Whether the rows stay as they are when a column gets another type: nothing is written anew,
    and nothing is read."""
    (old, length, scale), (new, longest, new_scale) = parsed(before), parsed(after)
    if old in _TEXTS and new in _TEXTS:
        return longest is None or (length is not None and length <= longest)
    if old == new == "numeric":
        is_as_wide = length is not None and longest is not None and length <= longest
        return longest is None or (is_as_wide and scale == new_scale)
    return old == new and length == longest and scale == new_scale


_EXACT: Mapping[str, Collection[str]] = {
    "smallint": (*_WHOLE, "numeric", "real", "double precision"),
    "integer": (*_WHOLE, "numeric", "double precision"),
    "bigint": (*_WHOLE, "numeric"),
    "real": ("double precision",),
    "boolean": ("integer",),
    "date": _TIMES,
    "timestamp without time zone": ("timestamp with time zone",),
    "timestamp with time zone": ("timestamp without time zone",),
    **dict.fromkeys(_TEXTS, ("citext", "json", "numeric", "uuid", *_WHOLE)),
}
"""Types of which another type has every value, or the server refuses it: from one to the others."""


def loses(before: str, after: str, enums: Collection[str] = ()) -> bool:
    """Whether values may lose something without an error, such as their fraction: of all pairs of
    types that are not known to keep it. enums: names of types whose labels are declared."""
    (old, length, scale), (new, longest, new_scale) = parsed(before), parsed(after)
    if old.endswith("[]") and new.endswith("[]"):  # the cast of an array cuts its texts off
        inner = loses(old.removesuffix("[]"), new.removesuffix("[]"), enums)
        return inner or (longest is not None and (length is None or longest < length))
    if new in _TEXTS or new in enums:  # labels, and texts that are too long, are refused
        return False
    if old == new == "numeric":
        return longest is not None and (length is None or new_scale < scale)
    if new == "numeric" and longest is not None and old not in _WHOLE:
        return True
    if old == new or (old in _TIMES and new in _TIMES):
        is_cut = longest is not None and (length is None or longest < length)
        return old not in _CHARACTERS and is_cut
    return new not in _EXACT.get(old, ())


def is_assigned(before: str, after: str) -> bool:
    """Whether the server converts values by itself, and refuses those that do not fit."""
    (old, *_), (new, *_) = parsed(before), parsed(after)
    numbers = (*_WHOLE, *_OTHER_NUMBERS)
    return (
        old == new
        or new in _CHARACTERS
        or (old in numbers and new in numbers)
        or (old in (*_TIMES, "date") and new in (*_TIMES, "date"))
    )


def is_alike(before: str, after: str) -> bool:
    """Whether columns of the two types can refer to each other: the server compares them."""
    (old, *_), (new, *_) = parsed(before), parsed(after)
    return old == new or any({old, new} <= set(some) for some in (_WHOLE, _TEXTS))


def is_same_for_all(default: str) -> bool:
    """Whether a default is one value for all rows that are there, so that none is written anew."""
    calls = _SAFE_CALLS.sub("", _CASTS.sub("", _QUOTED.sub("''", default)))
    return _CALL.search(calls) is None
