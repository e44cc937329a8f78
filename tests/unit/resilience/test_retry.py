"""Retries: what is sent again, what is not, and what the caller is told in the end."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.operations.wires import FLAVOURS, Flavour, Wire, drive, request
from trueup.errors import (
    AlreadyExists,
    DeadlineExceeded,
    ErrorCode,
    InvalidCall,
    NeedsOperator,
    OutcomeUnknown,
    ReplyLost,
    Throttled,
    TrueupError,
    Unavailable,
)
from trueup.operations import Operation, Request, RequestEvent, RequestFinished, RequestRetried
from trueup.operations.operation import gather, send, unchanged
from trueup.resilience import Retries, RetryPolicy
from trueup.resilience.budget import CAPACITY, COST, THROTTLED_COST, RetryBudget

BUSY = Unavailable("busy", fix="wait")
THROTTLED = Throttled("throttled", fix="wait")
LOST = ReplyLost("lost", fix="look")
AT_ONCE = RetryPolicy(longest_pause_s=0.0)


@pytest.fixture(params=FLAVOURS)
def flavour(request: pytest.FixtureRequest) -> Flavour:
    found: Flavour = request.param
    return found


def retried(
    flavour: Flavour,
    operation: Operation[Any],
    wire: Wire,
    policy: RetryPolicy = AT_ONCE,
    **more: Any,
) -> Any:
    return drive(flavour, Retries(policy)(operation), wire, **more)


def raised(flavour: Flavour, sent: Request[Any], wire: Wire) -> TrueupError:
    with pytest.raises(TrueupError) as caught:
        retried(flavour, send(sent), wire)
    return caught.value


def repeatable(action: str = "PutItem") -> Request[Any]:
    return replace(request(action), after_loss=unchanged)


def test_request_that_failed_is_sent_again(flavour: Flavour) -> None:
    wire = Wire(BUSY, THROTTLED, "reply")
    assert retried(flavour, send(request()), wire) == "reply"
    assert wire.performed == ["GetItem"] * 3


@pytest.mark.req("M53")
def test_three_retries_make_four_attempts(flavour: Flavour) -> None:
    wire = Wire(*[Throttled("x", fix="y")] * 4)
    error = raised(flavour, request(), wire)
    assert isinstance(error, Throttled)
    assert wire.performed == ["GetItem"] * 4
    assert error.__notes__ == ["4 attempts were made"]


@pytest.mark.req("M57")
@pytest.mark.parametrize(
    "error",
    [InvalidCall("x", fix="y"), AlreadyExists("x", fix="y"), NeedsOperator("x", fix="y")],
    ids=lambda error: type(error).__name__,
)
def test_error_that_stays_is_raised_at_once(flavour: Flavour, error: TrueupError) -> None:
    wire = Wire(error)
    assert raised(flavour, request(), wire) is error
    assert wire.performed == ["GetItem"]


def test_no_retries_raises_at_once(flavour: Flavour) -> None:
    wire = Wire(BUSY)
    with pytest.raises(Unavailable):
        retried(flavour, send(request()), wire, RetryPolicy.NONE)


def test_write_that_may_be_performed_once_is_not_sent_again(flavour: Flavour) -> None:
    wire = Wire(LOST)
    assert raised(flavour, request("UpdateItem"), wire) is LOST
    assert wire.performed == ["UpdateItem"]


def test_lost_write_is_followed_by_what_after_loss_gives(flavour: Flavour) -> None:
    second = request("PutItem again", lambda reply: f"{reply}, decoded as the second")
    first = replace(request("PutItem"), after_loss=lambda _: second)
    wire = Wire(LOST, BUSY, "reply")
    assert retried(flavour, send(first), wire) == "reply, decoded as the second"
    assert wire.performed == ["PutItem", "PutItem again", "PutItem again"]


@pytest.mark.parametrize(
    "last",
    [
        BUSY,
        NeedsOperator("no access", fix="x"),
        InvalidCall("closed", fix="x", code=ErrorCode.CLOSED),
    ],
    ids=["busy", "denied", "closed"],
)
def test_lost_write_that_is_never_answered_stays_unknown(
    flavour: Flavour, last: TrueupError
) -> None:
    """Unavailable would say that nothing was applied."""
    assert raised(flavour, repeatable(), Wire(LOST, *[last] * 3)) is LOST


@pytest.mark.parametrize(
    "answer",
    [AlreadyExists("x", fix="y"), OutcomeUnknown("x", fix="y")],
    ids=lambda error: type(error).__name__,
)
def test_answer_to_the_second_attempt_is_raised(flavour: Flavour, answer: TrueupError) -> None:
    wire = Wire(LOST, answer)
    assert raised(flavour, repeatable(), wire) is answer
    assert wire.performed == ["PutItem"] * 2


def test_error_is_raised_where_no_time_is_left_for_a_pause(flavour: Flavour) -> None:
    patient = RetryPolicy(first_pause_s=100.0, longest_pause_s=100.0)
    operation = Retries(patient, jitter=lambda: 1.0)(send(request()))
    with pytest.raises(Unavailable):
        drive(flavour, operation, Wire(BUSY), within_s=5.0)


def test_time_that_ran_out_for_one_attempt_leaves_time_for_another(flavour: Flavour) -> None:
    slow = DeadlineExceeded("no reply within 5 s", fix="y")
    assert retried(flavour, send(request()), Wire(slow, "reply")) == "reply"


def test_subscribers_hear_of_each_retry(flavour: Flavour) -> None:
    events: list[RequestEvent] = []
    retried(flavour, send(request()), Wire(BUSY, THROTTLED, "reply"), emit=events.append)
    assert [event for event in events if isinstance(event, RequestRetried)] == [
        RequestRetried("", "GetItem", "Orders", None, 1, 0.0, "unavailable"),
        RequestRetried("", "GetItem", "Orders", None, 2, 0.0, "throttled"),
    ]


def test_subscribers_hear_which_attempt_a_request_is(flavour: Flavour) -> None:
    events: list[RequestEvent] = []
    retried(flavour, send(request()), Wire(BUSY, THROTTLED, "reply"), emit=events.append)
    assert [e.attempt for e in events if isinstance(e, RequestFinished)] == [1, 2, 3]


@pytest.mark.req("M49")
def test_pauses_after_throttling_double(flavour: Flavour) -> None:
    events: list[RequestEvent] = []
    retries = Retries(RetryPolicy(first_throttled_pause_s=1e-6), jitter=lambda: 1.0)
    wire = Wire(*[THROTTLED] * 3, "reply")
    assert drive(flavour, retries(send(request())), wire, emit=events.append) == "reply"
    pauses = [event.pause_s for event in events if isinstance(event, RequestRetried)]
    assert pauses == [1e-6, 2e-6, 4e-6]


@pytest.mark.req("M56", "MT3")
@pytest.mark.parametrize("error", [BUSY, THROTTLED], ids=["busy", "throttled"])
def test_pauses_are_random_unless_a_test_says_otherwise(error: TrueupError) -> None:
    """From nothing up to the longest pause, never one pause twice."""
    retries = Retries(RetryPolicy(first_pause_s=1e-6, first_throttled_pause_s=1e-6))
    events: list[RequestEvent] = []
    for _ in range(100):
        wire = Wire(error, "reply")
        drive("sync", retries(send(request())), wire, emit=events.append)
    pauses = [event.pause_s for event in events if isinstance(event, RequestRetried)]
    assert len(set(pauses)) == 100
    assert 0 <= min(pauses) < 0.3e-6
    assert 0.7e-6 < max(pauses) <= 1e-6


def test_each_of_several_side_by_side_is_retried(flavour: Flavour) -> None:
    wire = Wire(BUSY, BUSY, "one", "two", "three")
    operation = gather([send(request()) for _ in range(3)], limit=1)
    assert retried(flavour, operation, wire) == ["one", "two", "three"]


def test_operation_can_handle_what_is_raised_in_the_end(flavour: Flavour) -> None:
    def operation() -> Operation[str]:
        try:
            yield from send(request())
        except Unavailable:
            return "handled"
        return "not reached"

    assert retried(flavour, operation(), Wire(*[BUSY] * 4)) == "handled"


def attempts(retries: Retries, *replies: Any) -> int:
    """How often a request was sent that met these replies."""
    wire = Wire(*replies)
    with suppress(TrueupError):
        drive("sync", retries(send(request())), wire)
    return len(wire.performed)


def test_budget_ends_retries_where_everything_fails() -> None:
    budget = RetryBudget()
    retries = Retries(AT_ONCE, budget)
    counts = [attempts(retries, *[BUSY] * 4) for _ in range(20)]
    assert sum(counts) - len(counts) == CAPACITY // COST == 35
    assert counts[-1] == 1


def test_retry_after_throttling_costs_less() -> None:
    """Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""
    retries = Retries(AT_ONCE, RetryBudget())
    counts = [attempts(retries, *[THROTTLED] * 4) for _ in range(50)]
    assert sum(counts) - len(counts) == CAPACITY // THROTTLED_COST == 100
    assert counts[-1] == 1


@pytest.mark.parametrize(
    ("replies", "calls"),
    [((BUSY, "reply"), 1), (("reply",), COST)],
    ids=["a retry that succeeds", "as many successes"],
)
def test_success_gives_back_what_a_retry_took(replies: tuple[Any, ...], calls: int) -> None:
    budget = RetryBudget(COST)
    budget.take(BUSY)
    if len(replies) > 1:
        budget.give(COST)
    for _ in range(calls):
        attempts(Retries(AT_ONCE, budget), *replies)
    assert budget.is_full


def test_budget_has_no_more_than_at_first() -> None:
    budget = RetryBudget(COST)
    budget.give(1000)
    assert (budget.take(BUSY), budget.take(BUSY)) == (COST, 0)


def test_operation_that_never_began_is_closed_without_a_trace() -> None:
    operation = Retries(AT_ONCE)(send(request()))
    operation.close()
    with pytest.raises(StopIteration):
        next(operation)
