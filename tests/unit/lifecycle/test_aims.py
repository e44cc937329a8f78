"""A plan that was broken off is known again by what its steps lead to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trueup.lifecycle.aims import Seen, is_rest, seen
from trueup.schema.engine import LiveTable
from trueup.schema.facts import Value
from trueup.schema.hazard import Allowance
from trueup.schema.plan import Plan, make_plan
from trueup.schema.tables import AttributeSchema, IndexSchema, TableSchema

FACTS: dict[str, Value] = {"days": 7, "tags": {"team": "shop"}}
BY_DAY = IndexSchema("ByDay", (AttributeSchema("day", "N"),))
DECLARED = TableSchema(
    "orders", (AttributeSchema("id", "S"),), indexes={"ByDay": BY_DAY}, ttl="expires", facts=FACTS
)
OTHER_KEY = replace(DECLARED, partition=(AttributeSchema("key", "S"),))


def plan(live: TableSchema | None, declared: TableSchema = DECLARED) -> Plan:
    found = {} if live is None else {live.name: LiveTable(live)}
    return make_plan({declared.name: declared}, found, owned=["orders"], allowed=[Allowance.PRUNE])


FIRST_HALVES = {
    "nothing of a new table": (None, None),
    "a new table without its expiry": (None, replace(DECLARED, ttl=None)),
    "a new table without a fact": (None, replace(DECLARED, facts={"days": 0, "tags": {}})),
    "a new table without its index": (None, replace(DECLARED, indexes={})),
    "all of a new table": (None, DECLARED),
    "the old expiry switched off": (replace(DECLARED, ttl="until"), replace(DECLARED, ttl=None)),
    "the old index dropped": (
        replace(DECLARED, indexes={"ByDay": replace(BY_DAY, sort=DECLARED.partition)}),
        replace(DECLARED, indexes={}),
    ),
    "one of two changes": (
        replace(DECLARED, ttl=None, indexes={}),
        replace(DECLARED, ttl=None),
    ),
    "a replaced table dropped": (OTHER_KEY, None),
    "a replaced table made without its expiry": (OTHER_KEY, replace(DECLARED, ttl=None)),
}


@pytest.mark.parametrize("half", FIRST_HALVES)
def test_what_is_left_is_the_rest(half: str) -> None:
    before, after = FIRST_HALVES[half]
    assert is_rest(plan(after), seen(plan(before)))


OTHER_PLANS = {
    "another expiry": (None, plan(DECLARED, replace(DECLARED, ttl="until"))),
    "a fact more": (replace(DECLARED, ttl=None), plan(replace(DECLARED, facts={"days": 1}))),
    "an index more": (replace(DECLARED, ttl=None), plan(replace(DECLARED, indexes={}))),
    "a drop after a creation": (None, plan(DECLARED, replace(DECLARED, name="users"))),
    "a replacement after a change": (replace(DECLARED, ttl=None), plan(OTHER_KEY)),
    "an index dropped that was to be made": (
        replace(DECLARED, indexes={}),
        plan(DECLARED, replace(DECLARED, indexes={})),
    ),
}


@pytest.mark.parametrize("other", OTHER_PLANS)
def test_anything_else_is_not(other: str) -> None:
    before, then = OTHER_PLANS[other]
    assert then.changes
    assert not is_rest(then, seen(plan(before)))


def test_change_that_an_option_has_to_allow_is_no_rest_of_a_plan_that_did_not_say_so() -> None:
    whole = seen(plan(None))
    then = plan(OTHER_KEY)  # leads to the same table, but drops one for it
    assert seen(then).aims >= whole.aims
    assert not is_rest(then, Seen("1", seen(then).aims, whole.hazards))
    assert is_rest(then, Seen("1", seen(then).aims, seen(then).hazards))


def test_digest_tells_other_aims_and_hazards() -> None:
    kinds = [
        Seen("1", frozenset(one), frozenset(two)) for one, two in ("aa", "ab", "ba", ("ab", ""))
    ]
    assert len({one.digest for one in kinds}) == len(kinds)
