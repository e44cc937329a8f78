"""What is kept of a batch: a count of what was written, and every failure."""

from __future__ import annotations

import pytest

from tests.unit.operations.tables import context
from trueup.errors import TrueupError, Unavailable, VersionConflict
from trueup.operations import BatchResult, ItemOutcome
from trueup.operations.batching import Window, window_size


def conflict() -> VersionConflict:
    return VersionConflict("Somebody else wrote first.", fix="read it again")


def test_a_window_holds_a_few_batches() -> None:
    assert window_size(context().engine) == 16


def outcome(position: int, error: TrueupError | None) -> ItemOutcome[str]:
    return ItemOutcome(position, "item", error)


def test_a_result_counts_successes_and_keeps_failures() -> None:
    result: BatchResult[str] = BatchResult()
    result.add(Window([outcome(0, None), outcome(1, conflict())]))
    result.add(Window([outcome(2, None), outcome(3, Unavailable("It is locked.", fix="wait"))]))
    assert result.written == 2
    assert [failure.position for failure in result.failures] == [1, 3]
    assert not result.is_complete
    with pytest.raises(VersionConflict) as caught:
        result.raise_failures()
    assert caught.value.__notes__ == ["item 1 of a batch; 2 were written, 2 were not"]


def test_a_complete_result_raises_nothing() -> None:
    result: BatchResult[str] = BatchResult()
    result.add(Window([outcome(0, None)]))
    assert result.is_complete
    result.raise_failures()


def test_capacity_of_the_windows_is_added_where_it_is_known() -> None:
    result: BatchResult[str] = BatchResult()
    for units in (None, 2.5, None, 1.0):
        result.add(Window([outcome(0, None)], units))
    assert result.capacity_units == 3.5
