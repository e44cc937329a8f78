"""Pauses: how long they are, how they grow, and what a server may ask for."""

from __future__ import annotations

import math
from typing import Any

import pytest

from trueup.errors import ErrorCode, InvalidCall, RetryableError, Throttled, Unavailable
from trueup.resilience import RetryPolicy

BUSY = Unavailable("x", fix="y")
THROTTLED = Throttled("x", fix="y")


def longest(policy: RetryPolicy, error: RetryableError, attempts: int) -> list[float]:
    return [policy.pause_s(attempt, error, lambda: 1.0) for attempt in range(1, attempts + 1)]


@pytest.mark.req("M55")
def test_patient_pauses_double_from_a_second_to_thirty() -> None:
    assert longest(RetryPolicy.PATIENT, THROTTLED, 7) == [1, 2, 4, 8, 16, 30, 30]
    assert longest(RetryPolicy.PATIENT, BUSY, 7) == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.req("M53")
def test_patient_and_standard_make_four_attempts() -> None:
    assert (
        RetryPolicy.PATIENT.retries,
        RetryPolicy.STANDARD.retries,
        RetryPolicy.NONE.retries,
    ) == (3, 3, 0)


@pytest.mark.req("M49")
def test_throttled_requests_wait_longer() -> None:
    assert longest(RetryPolicy.STANDARD, BUSY, 3) == [0.025, 0.05, 0.1]
    assert longest(RetryPolicy.STANDARD, THROTTLED, 6) == [1, 2, 4, 8, 16, 20]


@pytest.mark.req("M56", "MT3")
@pytest.mark.parametrize("jitter", [0.0, 0.25, 1.0])
def test_pause_is_any_part_of_the_longest(jitter: float) -> None:
    assert RetryPolicy.PATIENT.pause_s(3, BUSY, lambda: jitter) == 4 * jitter


def test_any_number_of_attempts_has_a_pause() -> None:
    assert RetryPolicy(retries=10**6).pause_s(10**6, BUSY, lambda: 1.0) == 20


@pytest.mark.parametrize(("asked_s", "pause_s"), [(0.0, 0.05), (3.0, 3.0), (60.0, 5.05)])
def test_pause_that_a_server_asks_for_is_kept_within_bounds(asked_s: float, pause_s: float) -> None:
    error = Unavailable("x", fix="y")
    error.retry_after_s = asked_s
    assert RetryPolicy.STANDARD.pause_s(2, error, lambda: 1.0) == pytest.approx(pause_s)


@pytest.mark.parametrize(
    "wrong",
    [
        {"retries": -1},
        {"first_pause_s": -0.1},
        {"first_throttled_pause_s": math.inf},
        {"longest_pause_s": math.nan},
    ],
)
def test_numbers_below_zero_or_without_end_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidCall) as caught:
        RetryPolicy(**wrong)
    assert caught.value.code is ErrorCode.INVALID_OPTION
