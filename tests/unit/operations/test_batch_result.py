"""What is kept of a batch: a count of what was written, and every failure."""

from __future__ import annotations

import pickle

import pytest

from trueup.errors import ErrorCategory, TrueupError, Unavailable, VersionConflict
from trueup.operations import BatchIncomplete, BatchResult
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


def incomplete(*errors: TrueupError) -> BatchIncomplete:
    """The error of a batch of "a", which was written, and of items with these errors."""
    result: BatchResult[str] = BatchResult()
    result.add(0, ["a", *map(str, errors)], BatchWritten([None, *errors]))
    with pytest.raises(BatchIncomplete) as caught:
        result.checked()
    return caught.value


def test_an_incomplete_result_raises_what_it_keeps() -> None:
    first = conflict()
    error = incomplete(first, Unavailable("It is locked.", fix="wait"))
    assert str(error) == (
        "[batch-incomplete] the batch wrote 1 of 3 items; the first that failed is item 1: "
        "[version-conflict] Somebody else wrote first.\n"
        "  to do: look at `result.failures`; for this one: read it again"
    )
    assert error.__cause__ is first
    assert [one["position"] for one in error.to_dict()["failures"]] == [1, 2]


def test_its_category_is_the_one_of_all_failures() -> None:
    assert incomplete(conflict(), conflict()).category is conflict().category
    mixed = incomplete(conflict(), Unavailable("It is locked.", fix="wait"))
    assert mixed.category is ErrorCategory.SERVICE_ERROR


def test_an_incomplete_result_survives_a_process() -> None:
    error = pickle.loads(pickle.dumps(incomplete(conflict())))
    assert error.result.failures[0].position == 1
    assert str(error) == str(incomplete(conflict()))


def test_a_pickled_error_holds_no_items() -> None:
    result: BatchResult[str] = BatchResult()
    result.add(0, ["s3cr3t"], BatchWritten([conflict()]))
    with pytest.raises(BatchIncomplete) as caught:
        result.checked()
    assert b"s3cr3t" not in pickle.dumps(caught.value)
    assert caught.value.result.failures[0].item == "s3cr3t"


def test_a_complete_result_raises_nothing() -> None:
    result: BatchResult[str] = BatchResult()
    result.add(0, ["a"], BatchWritten([None]))
    assert result.is_complete
    assert result.checked() is result


def test_capacity_of_requests_is_added_where_it_is_known() -> None:
    result: BatchResult[str] = BatchResult()
    for units in (None, 2.5, None, 1.0):
        result.add(0, ["a"], BatchWritten([None], units))
    assert result.capacity_units == 3.5
