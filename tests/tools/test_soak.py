"""Which cases run outside a soak."""

from __future__ import annotations

import pytest

from tests.soak import SHARE, share


def test_a_soak_runs_all() -> None:
    assert share(range(45), soak=True) == list(range(45))


@pytest.mark.parametrize("count", [1, 19, 20, 21, 45, 100])
def test_otherwise_at_least_a_twentieth_runs(count: int) -> None:
    assert len(share(range(count), soak=False)) * SHARE >= count


def test_and_every_kind_once() -> None:
    cases = [("a", 0), ("b", 1), ("a", 2), ("c", 3), ("b", 4)]
    assert share(cases, lambda case: case[0], soak=False) == [("a", 0), ("b", 1), ("c", 3)]
