"""Changes as the text of an UpdateExpression.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from __future__ import annotations

from collections.abc import Sequence

from ....errors import unhandled
from ....expressions.path import Path, Segment
from ....expressions.update import (
    Add,
    AddToSet,
    Append,
    Assign,
    AssignIfMissing,
    Change,
    Remove,
    RemoveFromSet,
    check_updates,
)
from ....expressions.values import Item
from .expressions import Parameters

_CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")


def update_text(
    changes: Sequence[Change], initial: Item, keys: frozenset[str], parameters: Parameters
) -> str:
    """The UpdateExpression, with changes in the order of their paths: elements past the end of a
    list are appended in that order.

    initial: further attributes of a newly created item. keys: names of the key attributes, which
        DynamoDB sets itself.

    Raises:
        InvalidCall: (invalid-update) there are no changes, or two of them overlap.
    """
    clauses: dict[str, list[str]] = {clause: [] for clause in _CLAUSES}
    for change in sorted(check_updates(changes), key=_order_of):
        clause, text = _change_text(change, parameters)
        clauses[clause].append(text)
    # From the back: positions are those of the old list, but an emulator may remove one by one.
    clauses["REMOVE"].reverse()
    changed = {change.path.segments[0] for change in changes}
    for attribute in sorted(initial.keys() - keys - changed):
        name = parameters.name(attribute)
        value = parameters.value(initial[attribute])
        clauses["SET"].append(f"{name} = if_not_exists({name}, {value})")
    return " ".join(f"{clause} {', '.join(texts)}" for clause, texts in clauses.items() if texts)


def _order_of(change: Change) -> tuple[Segment, ...]:
    # check_updates refused names and positions in one container, so segments can be ordered.
    return change.path.segments


def _change_text(change: Change, parameters: Parameters) -> tuple[str, str]:
    """The clause a change belongs to, and its text there."""
    path = parameters.path(change.path)
    match change:
        case Assign(_, value):
            return "SET", f"{path} = {parameters.value(value)}"
        case AssignIfMissing(_, value):
            return "SET", f"{path} = if_not_exists({path}, {parameters.value(value)})"
        case Add(whole, amount):
            return _sum_text(whole, path, amount, parameters)
        case Append(_, values, at_front):
            there = f"if_not_exists({path}, {parameters.value([])})"
            more = parameters.value(list(values))
            order = (more, there) if at_front else (there, more)
            return "SET", f"{path} = list_append({', '.join(order)})"
        case Remove():
            return "REMOVE", path
        case AddToSet(_, values):
            return "ADD", f"{path} {parameters.value(frozenset(values))}"
        case RemoveFromSet(_, values):
            return "DELETE", f"{path} {parameters.value(frozenset(values))}"
        case _:
            raise unhandled(change)


def _sum_text(path: Path, text: str, amount: object, parameters: Parameters) -> tuple[str, str]:
    """ADD is documented for top-level attributes only; elsewhere a sum means the same."""
    if len(path.segments) == 1:
        return "ADD", f"{text} {parameters.value(amount)}"
    start = parameters.value(0)
    return "SET", f"{text} = if_not_exists({text}, {start}) + {parameters.value(amount)}"
