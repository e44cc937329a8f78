"""The rules in force: the smaller limit, and only what both can do."""

from __future__ import annotations

import pytest

from trueup.operations import Capabilities, Limits, Rules
from trueup.operations.engine import narrowed


@pytest.mark.parametrize(
    ("own", "target", "expected"), [(None, None, None), (5, None, 5), (None, 5, 5), (5, 3, 3)]
)
def test_the_smaller_limit_holds(own: int | None, target: int | None, expected: int | None) -> None:
    rules = narrowed(
        Rules("sqlite", Limits(item_bytes=own)), Rules("dynamodb", Limits(item_bytes=target))
    )
    assert rules.limits.item_bytes == expected


def test_the_engine_keeps_its_name_and_its_batch_sizes() -> None:
    engine = Rules("sqlite", Limits(batch_get_keys=500, batch_write_items=400))
    target = Rules("dynamodb", Limits(batch_get_keys=100, batch_write_items=25))
    rules = narrowed(engine, target)
    assert rules.engine == "sqlite"
    assert (rules.limits.batch_get_keys, rules.limits.batch_write_items) == (500, 400)


@pytest.mark.parametrize(("own", "target"), [(True, False), (False, True), (False, False)])
def test_what_one_cannot_do_is_not_done(own: bool, target: bool) -> None:
    rules = narrowed(
        Rules("a", capabilities=Capabilities(filters_on_keys=own)),
        Rules("b", capabilities=Capabilities(filters_on_keys=target)),
    )
    assert not rules.capabilities.filters_on_keys
    assert rules.capabilities.consistent_index_reads
