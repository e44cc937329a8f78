"""Translate the paths and literals of expressions, keeping their shape.

The model layer thus turns field names and Python values into attribute names and plain values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from typing import TypeAlias

from ..errors import ErrorCode, InvalidCall, unhandled
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
    Missing,
    Not,
    Operand,
    Or,
    Related,
    Size,
    compared_as_stored,
    compared_to_any,
)
from .path import Path
from .update import (
    Add,
    AddToSet,
    Append,
    Assign,
    AssignIfMissing,
    Change,
    Remove,
    RemoveFromSet,
)
from .values import PlainValue


class Role(Enum):
    """The role of a literal for the attribute that it is used with."""

    VALUE = "a value of the attribute itself"
    ELEMENT = "an element of a list or set; in `contains`, or a part of text or bytes"
    PREFIX = "the beginning of text or bytes"
    RELATED = "a value of a type of its own, such as a part of a map"
    SIZE = "a size"
    AMOUNT = "a number to add"


PathFn: TypeAlias = Callable[[Path], Path]
ValueFn: TypeAlias = Callable[[Path, object, Role], PlainValue]


def rewrite_condition(condition: Condition, path_fn: PathFn, value_fn: ValueFn) -> Condition:
    """The same condition with every path and literal translated.

    path_fn: called with each path as written.
    value_fn: called with the untranslated path that a literal is used with, the literal, its role.
        If it returns None or an empty set, `=` and `is_in` mean "missing", `<>` means "exists".
    """

    def inner(part: Condition) -> Condition:
        return rewrite_condition(part, path_fn, value_fn)

    def operand(value: Operand, other: Operand, role: Role = Role.VALUE) -> Operand:
        return _operand(value, other, role, path_fn, value_fn)

    match condition:
        case And(parts):
            return And(tuple(map(inner, parts)))
        case Or(parts):
            return Or(tuple(map(inner, parts)))
        case Not(part):
            return Not(inner(part))
        case Comparison(op, left, right):
            return compared_as_stored(op, operand(left, right), operand(right, left))
        case Between(value, low, high):
            return Between(operand(value, low), operand(low, value), operand(high, value))
        case In(value, values):
            others = tuple(operand(each, value) for each in values)
            return compared_to_any(operand(value, None), others)
        case BeginsWith(path, prefix):
            return BeginsWith(path_fn(path), operand(prefix, path, Role.PREFIX))
        case Contains(path, value):
            return Contains(path_fn(path), operand(value, path, Role.ELEMENT))
        case Exists(path) | Missing(path) | HasType(path, _):
            return replace(condition, path=path_fn(path))
        case Related():
            value = operand(condition.value, condition.path, Role.RELATED)
            return replace(condition, path=path_fn(condition.path), value=value)
        case _:
            raise unhandled(condition)


def _operand(
    value: Operand, other: Operand, role: Role, path_fn: PathFn, value_fn: ValueFn
) -> Operand:
    match value, other:
        case Path(), _:
            return path_fn(value)
        case Size(path), _:
            return Size(path_fn(path))
        case _, Path():
            return value_fn(other, value, role)
        case _, Size(path):
            return value_fn(path, value, Role.SIZE)
        case _:
            raise InvalidCall(
                "a condition compares two values and reads no attribute",
                fix="compare an attribute: Model.field == value",
                code=ErrorCode.INVALID_EXPRESSION,
            )


def rewrite_update(update: Change, path_fn: PathFn, value_fn: ValueFn) -> Change:
    """The same change with its path and literals translated; see `rewrite_condition`.

    Assigning an empty set becomes `Remove`, since empty sets are not stored.
    """
    path = path_fn(update.path)

    def literal(value: object, role: Role) -> PlainValue:
        return value_fn(update.path, value, role)

    def elements(values: tuple[object, ...]) -> tuple[PlainValue, ...]:
        return tuple(literal(value, Role.ELEMENT) for value in values)

    match update:
        case Assign(_, value):
            plain = literal(value, Role.VALUE)
            return Remove(path) if plain == frozenset() else Assign(path, plain)
        case AssignIfMissing(_, value):
            return AssignIfMissing(path, literal(value, Role.VALUE))
        case Add(_, amount):
            return Add(path, literal(amount, Role.AMOUNT))
        case Append(_, values, at_front):
            return Append(path, elements(values), at_front)
        case AddToSet(_, values):
            return AddToSet(path, elements(values))
        case RemoveFromSet(_, values):
            return RemoveFromSet(path, elements(values))
        case Remove():
            return Remove(path)
        case _:
            raise unhandled(update)
