"""Write sets: how many actions, and one for each item."""

from __future__ import annotations

import pytest

from tests.unit.operations.tables import Order, context
from trueup import InvalidCall, at
from trueup.errors import ErrorCode
from trueup.operations import Limits, Rules
from trueup.operations.actions import Check, Write
from trueup.operations.plans.transactions import plan_transaction
from trueup.operations.plans.writes import plan_check, plan_delete, plan_put, plan_update

RULES = Rules("echo", Limits(transaction_actions=3))


def actions_on(number: int) -> dict[str, Write | Check]:
    """One action of each kind, all on the same item."""
    return {
        "put": plan_put(context(), Order(customer="a", number=number)),
        "update": plan_update(context(), ("a", number), [at(Order.total).add(1)], version=1),
        "delete": plan_delete(context(), ("a", number), version=1),
        "check": plan_check(context(), ("a", number), Order.status == "new"),
    }


KINDS = ["put", "update", "delete", "check"]


def test_as_many_actions_as_allowed_are_one_write_set() -> None:
    actions = [actions_on(number)["put"] for number in range(3)]
    assert plan_transaction(RULES, actions).actions == tuple(actions)


def test_one_more_is_refused() -> None:
    with pytest.raises(InvalidCall) as caught:
        plan_transaction(RULES, [actions_on(number)["put"] for number in range(4)])
    assert caught.value.code is ErrorCode.TOO_MANY_ACTIONS


@pytest.mark.parametrize("first", KINDS)
@pytest.mark.parametrize("second", KINDS)
def test_two_actions_on_one_item_are_refused(first: str, second: str) -> None:
    with pytest.raises(InvalidCall) as caught:
        plan_transaction(RULES, [actions_on(1)[first], actions_on(2)[first], actions_on(1)[second]])
    assert caught.value.code is ErrorCode.DUPLICATE_ACTION
    assert "0 and 2" in caught.value.what
