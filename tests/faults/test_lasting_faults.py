"""Faults that do not pass: four attempts, then an error that says what may have happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.faults.callers import BOTOCORE, OWN, Caller
from tests.faults.faults import (
    LOST,
    SWALLOWED,
    THROTTLED,
    THROTTLED_BY,
    Effect,
    Fault,
    error_reply,
    instead,
)
from tests.faults.operation import Operation, Resend
from tests.faults.reading import READS
from tests.faults.rows import OPERATIONS, callers_of
from tests.faults.stage import Stage
from tests.faults.tables import ACCOUNTS, Account, key_of
from trueup import (
    AsyncDatabase,
    InvalidCall,
    NeedsOperator,
    ReplyLost,
    RequestEvent,
    RequestRetried,
    RetryPolicy,
    Throttled,
    TrueupError,
    Unavailable,
    at,
)

ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Siege:
    """A fault for each attempt, and what a read and a write come to in the end."""

    name: str
    faults: tuple[Fault, Fault, Fault, Fault]
    of_read: type[TrueupError]
    of_write: type[TrueupError]


SIEGES = (
    Siege("throttled", (THROTTLED,) * 4, Throttled, Throttled),
    Siege("never answered", (SWALLOWED,) * 4, Unavailable, ReplyLost),
    Siege("always lost", (LOST,) * 4, Unavailable, ReplyLost),
    # That it was throttled in the end does not say that nothing was applied.
    Siege("lost, then throttled", (LOST, *(THROTTLED,) * 3), Throttled, ReplyLost),
    Siege("throttled, then lost", (*(THROTTLED,) * 3, LOST), Unavailable, ReplyLost),
)


def siege_cases() -> Iterator[Any]:
    for operation in OPERATIONS:
        if operation.requests > 1:
            continue
        for caller in callers_of(operation):
            for siege in SIEGES:
                name = f"{caller}-{operation.name}-{siege.name}"
                yield pytest.param(caller, operation, siege, id=name)


@pytest.mark.parametrize(("caller", "operation", "siege"), list(siege_cases()))
def test_four_attempts_in_vain_say_what_may_have_happened(
    stage: Stage, caller: Caller, operation: Operation, siege: Siege
) -> None:
    stage.set_up(operation.before)
    for number, fault in enumerate(siege.faults):
        fault.inject(stage.proxy, number)
    outcome = stage.outcome(caller, operation.call)
    found = stage.stored(operation.tables)
    assert type(outcome) is (siege.of_read if operation in READS else siege.of_write)
    made = attempts_made(operation, siege)
    assert stage.proxy.begun == made
    is_applied = any(fault.effect is Effect.APPLIED for fault in siege.faults[:made])
    stored = operation.unharmed().stored if is_applied else operation.before
    assert found == sorted(stored, key=key_of)


def attempts_made(operation: Operation, siege: Siege) -> int:
    """All, or those up to the first whose outcome is not known."""
    if operation.resend != (Resend.UNKNOWN,):
        return ATTEMPTS
    known = [fault.effect is Effect.NOT_APPLIED for fault in siege.faults]
    return known.index(False) + 1 if False in known else ATTEMPTS


async def _count(db: AsyncDatabase) -> Any:
    return await db.repository(ACCOUNTS).update("a", at(Account.balance).add(1))


EVERY_CALLER = pytest.mark.parametrize("caller", [*OWN, *BOTOCORE], ids=str)


@EVERY_CALLER
@pytest.mark.req("M53", "MT2", "MT6")
def test_attempts_are_four_and_nobody_below_multiplies_them(stage: Stage, caller: Caller) -> None:
    THROTTLED.inject(stage.proxy, *range(100))
    outcome = stage.outcome(caller, _count, retries=RetryPolicy(longest_pause_s=0))
    assert isinstance(outcome, Throttled)
    assert outcome.reasons == (THROTTLED_BY,)
    assert "ProvisionedThroughputExceededException" in outcome.native
    assert stage.proxy.begun == 4


@EVERY_CALLER
def test_no_retries_means_one_attempt(stage: Stage, caller: Caller) -> None:
    THROTTLED.inject(stage.proxy, *range(100))
    assert isinstance(stage.outcome(caller, _count, retries=RetryPolicy.NONE), Throttled)
    assert stage.proxy.begun == 1


@EVERY_CALLER
def test_a_server_that_is_away_is_tried_four_times(stage: Stage, caller: Caller) -> None:
    events: list[RequestEvent] = []
    stage.proxy.go_away()
    outcome = stage.outcome(caller, _count, observe=events.append)
    assert type(outcome) is Unavailable
    retried = [event for event in events if isinstance(event, RequestRetried)]
    assert [(event.attempt, event.error) for event in retried] == [
        (attempt, "unavailable") for attempt in (1, 2, 3)
    ]


@EVERY_CALLER
@pytest.mark.req("M49")
def test_throttling_that_passes_is_waited_for_longer_and_longer(
    stage: Stage, caller: Caller
) -> None:
    stage.set_up([Account(id="a")])
    THROTTLED.inject(stage.proxy, 0, 1, 2)
    pauses: list[float] = []

    def observe(event: RequestEvent) -> None:
        if isinstance(event, RequestRetried):
            assert event.error == "throttled"
            pauses.append(event.pause_s)

    policy = RetryPolicy(first_throttled_pause_s=0.001)
    stage.outcome(caller, _count, retries=policy, observe=observe)
    assert stage.stored([ACCOUNTS]) == [Account(id="a", balance=1)]
    for pause_s, longest_s in zip(pauses, (0.001, 0.002, 0.004), strict=True):
        assert 0 < pause_s <= longest_s


REFUSALS = {
    "ValidationException": InvalidCall,
    "AccessDeniedException": NeedsOperator,
    "ResourceNotFoundException": NeedsOperator,
    "ItemCollectionSizeLimitExceededException": NeedsOperator,
    "SomethingNewException": NeedsOperator,
}


@pytest.mark.parametrize("caller", OWN, ids=str)
@pytest.mark.parametrize(("code", "kind"), REFUSALS.items(), ids=REFUSALS)
@pytest.mark.req("M57")
def test_what_will_not_pass_is_raised_at_once(
    stage: Stage, caller: Caller, code: str, kind: type[TrueupError]
) -> None:
    stage.set_up([Account(id="a")])
    stage.proxy.script[0] = instead(error_reply(400, code))
    outcome = stage.outcome(caller, lambda db: db.repository(ACCOUNTS).put(Account(id="a")))
    assert isinstance(outcome, kind)
    assert stage.proxy.begun == 1
