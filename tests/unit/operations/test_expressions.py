"""What an engine cannot say in an expression is refused by name, before anything is sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.operations.tables import Echo, Order, context
from trueup import ANY_VERSION, UnsupportedByEngine, at, not_
from trueup.errors import ErrorCode
from trueup.expressions.condition import Contains, In
from trueup.expressions.key_condition import SortOp
from trueup.expressions.update import Append, Remove
from trueup.operations import Capabilities, Limits, Rules
from trueup.operations.actions import Query, Update
from trueup.operations.plans.context import TableContext
from trueup.operations.plans.reads import plan_query
from trueup.operations.plans.writes import plan_check, plan_update
from trueup.testing.suite.harness.refusals import refused

ALL = Capabilities()


def limited(
    capabilities: Capabilities = ALL, limits: Limits | None = None, target: str = ""
) -> TableContext:
    """The orders on an engine that cannot do everything."""
    engine = Echo()
    engine.rules = Rules("plain", limits or Limits(), capabilities, target)
    return replace(context(), engine=engine)


def test_condition_that_the_engine_lacks_is_refused_wherever_it_stands() -> None:
    plain = limited(Capabilities(conditions=ALL.conditions - {Contains}))
    lacking = not_(at(Order.status).contains("x") | (Order.total == 1))
    with refused(UnsupportedByEngine) as refusal:
        plan_check(plain, ("ada", 1), lacking)
    assert refusal.says("plain has no Contains in an expression", "table Orders")
    with refused(UnsupportedByEngine):
        plan_query(plain, "ada", filter=lacking)


def test_change_that_the_engine_lacks_is_refused() -> None:
    plain = limited(Capabilities(changes=ALL.changes - {Remove}))
    with refused(UnsupportedByEngine) as refusal:
        plan_update(plain, ("ada", 1), [at(Order.expires_at).remove()])
    assert refusal.says("plain has no Remove in an expression")


def test_sort_operator_that_the_engine_lacks_is_refused() -> None:
    plain = limited(Capabilities(sort_operators=ALL.sort_operators - {SortOp.BETWEEN}))
    with refused(UnsupportedByEngine) as refusal:
        plan_query(plain, "ada", sort=at(Order.number).between(1, 2))
    assert refusal.says("plain has no between in an expression")


def test_what_the_engine_has_is_said() -> None:
    plain = limited(
        Capabilities(
            conditions=frozenset({In}), changes=ALL.changes - {Append}, sort_operators=frozenset()
        )
    )
    plan = plan_query(plain, "ada", filter=at(Order.status).is_in("x", "y"))
    assert isinstance(plan.parts[0], Query)
    changes = [at(Order.total).assign(1)]
    assert isinstance(plan_update(plain, ("ada", 1), changes, version=ANY_VERSION), Update)


@pytest.mark.parametrize("limit", [None, 101, 100])
def test_is_in_takes_as_many_values_as_the_target(limit: int | None) -> None:
    plain = limited(limits=Limits(in_values=limit), target="dynamodb")
    wanted = at(Order.total).is_in(*range(101))
    if limit == 100:
        with refused(ErrorCode.INVALID_EXPRESSION) as refusal:
            plan_query(plain, "ada", filter=wanted)
        assert refusal.says("is_in() has 101 values; dynamodb takes at most 100")
    else:
        plan_query(plain, "ada", filter=wanted)
