"""Checks of the positions in a cursor, which comes from outside and may be forged."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ...errors import InvalidCall
from ...expressions.evaluate import holds
from ...expressions.values import Kind, exact_number, is_text
from ...model.description.tables import KeyAttribute
from ..actions import Position, Query, Scan


def can_start(parts: Sequence[Query | Scan], starts: Sequence[Position | None]) -> bool:
    """Whether every part has a position of its own, or no position yet."""
    return len(starts) == len(parts) and all(
        start is None or _is_within(part, start) for part, start in zip(parts, starts, strict=True)
    )


def _is_within(action: Query | Scan, position: Position) -> bool:
    """Whether an item at a position could be among the items that are read."""
    keys = action.table.position_keys(action.index)
    if len(position) != len(keys) or not all(map(_is_key_value, keys, position)):
        return False
    if isinstance(action, Scan):
        return True
    values = {key.attribute: value for key, value in zip(keys, position, strict=True)}
    return position[: len(action.partition)] == action.partition and all(
        holds(sort.condition, values) for sort in action.sort
    )


def _is_key_value(key: KeyAttribute, value: object) -> bool:
    match value:
        case str():
            return key.kind is Kind.S and value != "" and is_text(value)
        case bytes():
            return key.kind is Kind.B and value != b""
        case int() | Decimal() if not isinstance(value, bool):
            return key.kind is Kind.N and _is_stored(value)
        case _:
            return False


def _is_stored(number: int | Decimal) -> bool:
    try:
        return exact_number(number) == number
    except InvalidCall:
        return False
