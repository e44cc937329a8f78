"""What a value includes, and which ranges overlap, over plain values.

`includes` means what `@>` of jsonb means of maps and lists.
Source: https://www.postgresql.org/docs/15/datatype-json.html#JSON-CONTAINMENT
"""

from __future__ import annotations

from .values import PlainValue, compare, equal, kind_of


def includes(whole: PlainValue, part: PlainValue) -> bool:
    """Whether a map has every key of the part, with a value that includes its value; a list an
    element that includes each one of the part; a set every element. Others must be equal."""
    match whole, part:
        case dict(), dict():
            return all(name in whole and includes(whole[name], part[name]) for name in part)
        case list(), list():
            return all(any(includes(one, wanted) for one in whole) for wanted in part)
        case ((set() | frozenset()), (set() | frozenset())):
            return not part or (kind_of(whole) is kind_of(part) and part <= whole)
        case _:
            return equal(whole, part)


def overlap(one: PlainValue, other: PlainValue) -> bool:
    """Whether two ranges, as the model stores them, have a value in common."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return False
    return _begins_before_end(one, other) and _begins_before_end(other, one)


def _begins_before_end(one: dict[str, PlainValue], other: dict[str, PlainValue]) -> bool:
    lower, upper = one.get("lower"), other.get("upper")
    return lower is None or upper is None or compare(lower, upper) == -1
