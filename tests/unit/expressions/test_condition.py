"""Conditions combine, refuse truth and can be walked."""

from collections.abc import Callable
from typing import Any

import pytest

from trueup.errors import ErrorCode, InvalidCall
from trueup.expressions import (
    And,
    Comparison,
    Condition,
    Exists,
    Not,
    Op,
    Or,
    Path,
    Size,
    all_of,
    any_of,
    as_condition,
    not_,
    paths,
)

A, B, C = (Path(None, (name,)) for name in "abc")
X, Y, Z = Exists(A), Exists(B), Exists(C)
UNTYPED: Any = X


def test_conditions_combine_and_flatten() -> None:
    assert And((X, Y, Z)) == X & Y & Z
    assert Or((X, Y, Z)) == X | Y | Z
    assert And((X, Or((Y, Z)))) == X & (Y | Z)
    assert ~X == Not(X) == not_(X)


@pytest.mark.parametrize(
    "misuse", [lambda: bool(X), lambda: UNTYPED and Y, lambda: not UNTYPED, lambda: UNTYPED or Y]
)
def test_condition_has_no_truth(misuse: Callable[[], object]) -> None:
    with pytest.raises(InvalidCall, match=r"& \| ~") as caught:
        misuse()
    assert caught.value.code is ErrorCode.INVALID_EXPRESSION


@pytest.mark.parametrize(
    "misuse",
    [
        lambda: as_condition(True),
        lambda: X & True,
        lambda: False | X,
        lambda: not_(False),
    ],
)
def test_real_bool_is_refused(misuse: Callable[[], object]) -> None:
    with pytest.raises(InvalidCall, match=r"not of Model\.field") as caught:
        misuse()
    assert caught.value.code is ErrorCode.NOT_A_CONDITION


def test_paths_are_found_everywhere() -> None:
    condition: Condition = ~(X | Comparison(Op.EQ, Size(B), 1)) & Comparison(Op.LT, A, C)
    assert list(paths(condition)) == [A, B, A, C]


def test_all_of_leaves_out_none_and_is_none_without_any() -> None:
    assert all_of(X, None, Y) == X & Y
    assert all_of(X) == X
    assert all_of() is None
    assert all_of(None, None) is None


def test_any_of_needs_a_condition() -> None:
    assert any_of(X, Y) == X | Y
    with pytest.raises(InvalidCall, match="no condition"):
        any_of()


def test_values_are_no_conditions_of_all_or_any() -> None:
    for combine in (all_of, any_of):
        with pytest.raises(InvalidCall, match="not-a-condition"):
            combine(True)
