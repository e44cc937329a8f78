"""Checks that refuse a condition on every engine, before any item is read.

Called once, when the literals are plain values; `holds` does not repeat the checks for each item.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

from __future__ import annotations

from typing import cast

from .._kinds import kind_of_value
from ..errors import NOWHERE, ErrorCode, InvalidCall, Place, unhandled
from .condition import (
    And,
    BeginsWith,
    Between,
    Comparison,
    Condition,
    Contains,
    Exists,
    HasType,
    In,
    Includes,
    Intersects,
    Missing,
    Not,
    Op,
    Operand,
    Or,
    Overlaps,
    Relation,
    Size,
    Within,
    children,
    paths,
)
from .path import Path
from .values import ORDERED_KINDS, Kind, PlainValue, compare, kind_of

_TEXTUAL_KINDS = frozenset({Kind.S, Kind.B})


_MOST_METRES = 1_000_000_000
"""Farther away than everything on the earth."""

MOST_LEVELS = 300
"""Conditions inside of each other: DynamoDB takes no more operators, and Python recurses so far."""


def check_levels(condition: Condition) -> Condition:
    """Return the condition unchanged. To be asked first, before anything recurses into it.

    Raises:
        InvalidCall: (invalid-expression) it nests deeper than `MOST_LEVELS`.
    """
    level, current = 0, [condition]
    while current:
        level += 1
        if level > MOST_LEVELS:
            raise InvalidCall(
                f"a condition nests deeper than {MOST_LEVELS} levels",
                fix="join conditions with one operator; `~~a` is `a`",
                code=ErrorCode.INVALID_EXPRESSION,
            )
        current = [child for one in current for child in children(one)]
    return condition


def check_condition(condition: Condition) -> Condition:
    """Return the condition unchanged if it makes sense on every engine.

    Raises:
        InvalidCall: (invalid-expression) comparing values without an order by order, a range of two
            kinds or upside down, a prefix that is no text or bytes, no value in `is_in`, an
            attribute that contains itself.
    """
    for child in children(condition):
        check_condition(child)
    match condition:
        case Comparison(op, left, right):
            if op not in (Op.EQ, Op.NE):
                _check_ordered(condition, left, right)
        case Between(operand, low, high):
            _check_ordered(condition, operand, low, high)
            _check_range(condition, low, high)
        case In(_, ()):
            raise _refused(condition, "is_in() has no value", "give at least one")
        case BeginsWith(_, prefix):
            if _is_literal(prefix) and kind_of(prefix) not in _TEXTUAL_KINDS:
                raise _refused(condition, "a prefix is text or bytes", "pass str or bytes")
        case Contains(path, value):
            if path == value:
                raise _refused(condition, "an attribute cannot contain itself", "pass a value")
        case HasType() | Includes() | Overlaps() | Within() | Intersects():
            _check_function(condition)
        case And() | Or() | Not() | Exists() | Missing() | In():
            pass
        case _:
            raise unhandled(condition)
    return condition


def _check_function(condition: HasType | Relation) -> None:
    if isinstance(condition, HasType):
        _check_kind(condition, condition.kind)
    elif isinstance(condition, Includes):
        if not isinstance(condition.value, dict | list | set | frozenset):
            what = "includes() was given no map, list or set"
            raise _refused(condition, what, "use contains() for an element")
    elif isinstance(condition, Within) and not _is_distance(condition.metres):
        raise _refused(
            condition, f"a distance is no number from 0 to {_MOST_METRES:,}", "give metres"
        )


def _is_distance(metres: object) -> bool:
    if isinstance(metres, bool) or not isinstance(metres, int | float):
        return False
    return 0 <= metres <= _MOST_METRES


def _check_kind(condition: Condition, kind: object) -> None:
    if not isinstance(kind, Kind):
        what = f"has_type() was given {kind_of_value(kind)}"
        raise _refused(condition, what, "give a kind, such as Kind.NULL")


def _check_ordered(condition: Condition, *operands: Operand) -> None:
    for operand in operands:
        if _is_literal(operand) and kind_of(operand) not in ORDERED_KINDS:
            raise _refused(
                condition,
                f"values of kind {kind_of(operand).value} have no order",
                "compare by order with a number, text or bytes",
            )


def _check_range(condition: Condition, low: Operand, high: Operand) -> None:
    if not (_is_literal(low) and _is_literal(high)):
        return
    order = compare(cast(PlainValue, low), cast(PlainValue, high))
    if order is None:
        raise _refused(condition, "the two ends of a range differ in kind", "use one type")
    if order > 0:
        raise _refused(condition, "a range is upside down", "pass the lower end first")


def _is_literal(operand: Operand) -> bool:
    return not isinstance(operand, Path | Size)


def _refused(condition: Condition, what: str, fix: str) -> InvalidCall:
    path = next(paths(condition), None)
    return InvalidCall(
        what,
        where=Place(attribute=str(path)) if path else NOWHERE,
        fix=fix,
        code=ErrorCode.INVALID_EXPRESSION,
    )
