"""What a query can ask of a sort key."""

from typing import Any

import pytest

from trueup.errors import ErrorCode, InvalidCall
from trueup.expressions import At, Condition, Path, SortCondition, SortOp, as_sort_conditions

P, Q, R, OTHER = (Path(None, (name,)) for name in ("p", "q", "r", "other"))
KEY = (P, Q, R)
AP: At[Any] = At(P)
AQ: At[Any] = At(Q)
AR: At[Any] = At(R)
AO: At[Any] = At(OTHER)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (AP == 1, [(P, SortOp.EQ, (1,))]),
        (AP < 1, [(P, SortOp.LT, (1,))]),
        (AP <= 1, [(P, SortOp.LE, (1,))]),
        (AP > 1, [(P, SortOp.GT, (1,))]),
        (AP >= 1, [(P, SortOp.GE, (1,))]),
        (AP.between(1, 2), [(P, SortOp.BETWEEN, (1, 2))]),
        (AP.begins_with("x"), [(P, SortOp.BEGINS_WITH, ("x",))]),
        ((AQ > 2) & (AP == 1), [(P, SortOp.EQ, (1,)), (Q, SortOp.GT, (2,))]),
        (
            (AP == 1) & ((AQ == 2) & AR.begins_with("x")),
            [(P, SortOp.EQ, (1,)), (Q, SortOp.EQ, (2,)), (R, SortOp.BEGINS_WITH, ("x",))],
        ),
    ],
)
def test_sort_condition_is_recognised(
    condition: Condition, expected: list[tuple[Path, SortOp, tuple[object, ...]]]
) -> None:
    assert list(as_sort_conditions(condition, KEY)) == [SortCondition(*one) for one in expected]


@pytest.mark.parametrize(
    "condition",
    [
        AP != 1,
        AP.is_in(1, 2),
        AP.contains("x"),
        AP.exists(),
        AP.size() == 1,
        ~(AP == 1),
        (AP == 1) | (AP == 2),
        AO == 1,
        (AP == 1) & (AO == 1),
        (AP > 1) & (AP < 5),
        (AP > 1) & (AQ == 2),
        AQ == 1,
        (AP == 1) & (AR == 2),
        AP == AQ,
        AP.between(1, AQ),
    ],
)
def test_anything_else_belongs_into_filter(condition: Condition) -> None:
    with pytest.raises(InvalidCall, match="filter=") as caught:
        as_sort_conditions(condition, KEY)
    assert caught.value.code is ErrorCode.INVALID_EXPRESSION


def test_table_without_sort_key_takes_no_sort_condition() -> None:
    with pytest.raises(InvalidCall, match="no sort attribute"):
        as_sort_conditions(AP == 1, ())


def test_bool_is_no_sort_condition() -> None:
    with pytest.raises(InvalidCall) as caught:
        as_sort_conditions(True, KEY)
    assert caught.value.code is ErrorCode.NOT_A_CONDITION
