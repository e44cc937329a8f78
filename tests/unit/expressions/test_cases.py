"""The reference meaning agrees with the oracle."""

from copy import deepcopy
from decimal import Decimal
from itertools import pairwise

import pytest

from trueup.errors import ErrorCode, InvalidCall
from trueup.expressions import (
    apply,
    check_condition,
    compare,
    equal,
    exact_number,
    holds,
    kind_of,
)
from trueup.testing.suite.oracle import (
    CONDITION_CASES,
    KEY_ORDER_CASES,
    REFUSED_CONDITION_CASES,
    UPDATE_CASES,
    Case,
    KeyOrderCase,
    RefusedCase,
    UpdateCase,
)

TABLES = [
    (CONDITION_CASES, 70),
    (UPDATE_CASES, 40),
    (KEY_ORDER_CASES, 12),
    (REFUSED_CONDITION_CASES, 10),
]


def _name(case: Case | RefusedCase | UpdateCase | KeyOrderCase) -> str:
    return case.name


@pytest.mark.parametrize("case", CONDITION_CASES, ids=_name)
def test_condition_means_what_the_oracle_says(case: Case) -> None:
    assert holds(check_condition(case.condition), case.item) is case.expected


@pytest.mark.parametrize("case", REFUSED_CONDITION_CASES, ids=_name)
def test_condition_is_refused_before_any_item_is_read(case: RefusedCase) -> None:
    with pytest.raises(InvalidCall) as caught:
        check_condition(case.condition)
    assert caught.value.code is case.expected


@pytest.mark.parametrize("case", UPDATE_CASES, ids=_name)
def test_update_does_what_the_oracle_says(case: UpdateCase) -> None:
    before = deepcopy(case.item)
    if isinstance(case.expected, ErrorCode):
        with pytest.raises(InvalidCall) as caught:
            apply(case.updates, case.item)
        assert caught.value.code is case.expected
    else:
        assert equal(apply(case.updates, case.item), case.expected)
    assert equal(case.item, before)


@pytest.mark.parametrize("case", KEY_ORDER_CASES, ids=_name)
def test_keys_are_ordered_as_the_oracle_says(case: KeyOrderCase) -> None:
    values = case.values_in_order
    assert {kind_of(value) for value in values} == {case.kind}
    assert all(exact_number(n) == n for n in values if isinstance(n, int | Decimal))
    assert all(compare(a, b) == -1 for a, b in pairwise(values))


@pytest.mark.parametrize(("table", "at_least"), TABLES)
def test_oracle_is_large_and_says_where_from(
    table: tuple[Case | RefusedCase | UpdateCase | KeyOrderCase, ...], at_least: int
) -> None:
    assert len(table) >= at_least
    assert len({case.name for case in table}) == len(table)
    assert all(case.source.startswith("https://docs.aws.amazon.com/") for case in table)
