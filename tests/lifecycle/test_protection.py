"""Protection against deletion follows the stage, so that a stage for work can be torn down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from tests.lifecycle.places import Place, shop
from trueup.lifecycle.apply import apply
from trueup.lifecycle.declared import PROTECTION
from trueup.lifecycle.inspection import Intent, Target, inspect
from trueup.schema.hazard import Allowance
from trueup.testing.cleanup import drop_tables

LAYER = shop(more=("Users",))
DESTROY = Intent(frozenset({Allowance.PRUNE}), is_destroy=True)

LIFTED = Intent(is_named=True)
"""A person has typed the stage's name, which is protected no longer."""


def protecting(target: Target) -> Target:
    """The same stage, as long as it is protected."""
    return replace(target, scope=replace(target.scope, protect=True))


@pytest.fixture
def target(dynamodb_url: str) -> Iterator[Target]:
    prefix = f"trueup-protected-{uuid4().hex[:8]}-"
    try:
        with Place(dynamodb_url, prefix).opened(LAYER) as target:
            yield target
    finally:
        drop_tables(dynamodb_url, prefix)


def protections(target: Target) -> list[object]:
    """Of all tables that there are."""
    return [table.schema.facts[PROTECTION] for table in inspect(target).live.values()]


@pytest.mark.req("NT7")
def test_all_tables_of_a_protected_stage_are_protected_and_those_of_others_can_be_dropped(
    target: Target,
) -> None:
    apply(protecting(target), Intent())
    assert protections(target) == [True, True]
    apply(target, LIFTED)
    apply(target, DESTROY)
    assert protections(target) == []
    apply(target, Intent())
    assert protections(target) == [False, False]
    apply(target, DESTROY)
    assert protections(target) == []


def test_stage_that_becomes_protected_protects_what_is_there(target: Target) -> None:
    apply(target, Intent())
    apply(protecting(target), Intent())
    assert protections(target) == [True, True]
    apply(target, LIFTED)
    apply(target, DESTROY)  # so that the tables can be removed after the test
