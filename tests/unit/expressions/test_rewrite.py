"""Paths and literals are translated, shapes stay."""

from typing import Any

import pytest

from trueup.errors import InvalidCall
from trueup.expressions import (
    Add,
    AddToSet,
    Append,
    Assign,
    AssignIfMissing,
    At,
    Between,
    Change,
    Comparison,
    Condition,
    Exists,
    In,
    Kind,
    Missing,
    Op,
    Path,
    PlainValue,
    Remove,
    RemoveFromSet,
    Role,
    Size,
    check_updates,
    rewrite_condition,
    rewrite_update,
)


class Order:
    """Stands for a model."""


def _to_wire(path: Path) -> Path:
    return Path(None, tuple(f"w_{segment}" for segment in path.segments))


def _tagged(path: Path, literal: object, role: Role) -> PlainValue:
    assert path.root is Order
    return f"{path}:{role.name}:{literal}"


def _empty(path: Path, literal: object, role: Role) -> PlainValue:
    return frozenset()


F: At[Any] = At(Path(Order, ("f",)))
G: At[Any] = At(Path(Order, ("g",)))
FIRST: At[Any] = At(Path(Order, ("f", 0)))
WF, WG = Path(None, ("w_f",)), Path(None, ("w_g",))
W: At[Any] = At(WF)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (F == 1, W == "f:VALUE:1"),
        (F <= G, Comparison(Op.LE, WF, WG)),
        (F.between(1, G), Between(WF, "f:VALUE:1", WG)),
        (F.is_in(1, G), In(WF, ("f:VALUE:1", WG))),
        (F.begins_with("x"), W.begins_with("f:PREFIX:x")),
        (F.contains("x"), W.contains("f:ELEMENT:x")),
        (F.size() > 1, W.size() > "f:SIZE:1"),  # type: ignore[operator] # a tagged literal
        (F.exists() & ~G.missing(), W.exists() & ~Missing(WG)),
        (
            F.has_type(Kind.S) | (F.size() == G),
            W.has_type(Kind.S) | Comparison(Op.EQ, Size(WF), WG),
        ),
    ],
)
def test_condition_is_translated(condition: Condition, expected: Condition) -> None:
    assert rewrite_condition(condition, _to_wire, _tagged) == expected


def test_literal_that_is_not_stored_asks_for_existence() -> None:
    assert rewrite_condition(Comparison(Op.EQ, F.path, 1), _to_wire, _empty) == Missing(WF)
    assert rewrite_condition(Comparison(Op.NE, F.path, 1), _to_wire, _empty) == Exists(WF)


def test_condition_without_attribute_is_refused() -> None:
    with pytest.raises(InvalidCall):
        rewrite_condition(Comparison(Op.EQ, 1, 1), _to_wire, _tagged)


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        (F.assign(1), Assign(WF, "f:VALUE:1")),
        (F.assign_if_missing(1), AssignIfMissing(WF, "f:VALUE:1")),
        (F.add(1), Add(WF, "f:AMOUNT:1")),
        (F.prepend(1, 2), Append(WF, ("f:ELEMENT:1", "f:ELEMENT:2"), at_front=True)),
        (F.add_to_set(1), AddToSet(WF, ("f:ELEMENT:1",))),
        (F.remove_from_set(1), RemoveFromSet(WF, ("f:ELEMENT:1",))),
        (F.remove(), Remove(WF)),
    ],
)
def test_update_is_translated(update: Change, expected: Change) -> None:
    assert rewrite_update(update, _to_wire, _tagged) == expected


def test_assigning_an_empty_set_removes() -> None:
    assert rewrite_update(F.assign({1}), _to_wire, _empty) == Remove(WF)


def test_only_relative_updates_must_not_be_sent_again() -> None:
    updates = [F.assign(1), F.assign_if_missing(1), F.remove(), F.add_to_set(1)]
    assert not any(update.is_relative for update in [*updates, F.remove_from_set(1)])
    assert all(update.is_relative for update in [F.add(1), F.append(1), F.prepend(1)])


@pytest.mark.parametrize("update", [FIRST.assign(1), FIRST.assign_if_missing(1), FIRST.remove()])
def test_a_change_at_a_list_position_must_not_be_sent_again(update: Change) -> None:
    assert update.is_relative


def test_something_else_than_an_update_is_refused() -> None:
    with pytest.raises(InvalidCall, match="where a change belongs"):
        check_updates([F == 1])  # type: ignore[list-item] # the mistake under test
