"""What is kept of a batch: a count of what was written, and every failure."""

from __future__ import annotations

import pytest

from trueup.errors import Unavailable, VersionConflict
from trueup.operations import BatchResult
from trueup.operations.actions import BatchWritten


def conflict() -> VersionConflict:
    return VersionConflict("Somebody else wrote first.", fix="read it again")


def test_a_result_counts_successes_and_keeps_failures() -> None:
    result: BatchResult[str] = BatchResult()
    locked = Unavailable("It is locked.", fix="wait")
    result.add(0, ["a", "b"], BatchWritten([None, conflict()]))
    result.add(2, ["c", "d"], BatchWritten([None, locked]))
    assert result.written == 2
    assert [(one.position, one.item) for one in result.failures] == [(1, "b"), (3, "d")]
    assert not result.is_complete
    with pytest.raises(VersionConflict) as caught:
        result.raise_failures()
    assert caught.value.__notes__ == ["item 1 of a batch; 2 were written, 2 were not"]


def test_a_complete_result_raises_nothing() -> None:
    result: BatchResult[str] = BatchResult()
    result.add(0, ["a"], BatchWritten([None]))
    assert result.is_complete
    result.raise_failures()


def test_capacity_of_requests_is_added_where_it_is_known() -> None:
    result: BatchResult[str] = BatchResult()
    for units in (None, 2.5, None, 1.0):
        result.add(0, ["a"], BatchWritten([None], units))
    assert result.capacity_units == 3.5
