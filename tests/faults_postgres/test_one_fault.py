"""One fault, at each message of each operation: what comes back and what is stored are right."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from tests.faults.many import TRANSACTIONS
from tests.faults.operation import SAME, Operation, Resend
from tests.faults.rows import OPERATIONS
from tests.faults.stage import summary
from tests.faults.tables import key_of
from tests.faults_postgres.faults import FAULTS, Fault
from tests.faults_postgres.stage import WITHIN_S, Stage
from tests.soak import share
from trueup import DeadlineExceeded, OutcomeUnknown, ReplyLost, WriteResult
from trueup.testing.suite.harness.engine import Flavour

DEADLINE_S = 0.15
MOST_MESSAGES = 200


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_call_without_a_fault_does_what_its_row_says(stage: Stage, operation: Operation) -> None:
    stage.set_up(operation.before, operation.tables)
    outcome = stage.outcome(Flavour.SYNC, operation.call, lambda: None)
    assert told(outcome, operation.result) == operation.result
    assert stage.stored(operation.tables) == after(operation)


CASES = [
    (flavour, operation, fault)
    for operation in OPERATIONS
    for fault in FAULTS
    for flavour in Flavour
]


def kind_of(case: tuple[Flavour, Operation, Fault]) -> Hashable:
    return case[0], case[2].name


def name_of(value: Any) -> str:
    return str(value.value if isinstance(value, Flavour) else value.name)


CHOSEN = share(CASES, kind_of)


@pytest.mark.soak
@pytest.mark.parametrize(("flavour", "operation", "fault"), CHOSEN, ids=name_of)
def test_one_fault_at_any_message_is_survived_or_told(
    stage: Stage, flavour: Flavour, operation: Operation, fault: Fault
) -> None:
    within_s = DEADLINE_S if fault.is_slow else WITHIN_S
    for at in range(MOST_MESSAGES):
        stage.set_up(operation.before, operation.tables)
        stage.proxy.struck.clear()
        begin = partial(stage.proxy.arm, fault.act, at, of_rounds=fault.of_rounds)
        outcome = stage.outcome(flavour, operation.call, begin, within_s)
        if not stage.proxy.struck:
            return
        check(stage, operation, fault, outcome)
    pytest.fail("there is no end")


def check(stage: Stage, operation: Operation, fault: Fault, outcome: Any) -> None:
    [struck] = stage.proxy.struck
    found = stage.stored(operation.tables)
    if fault.is_slow and isinstance(outcome, DeadlineExceeded):
        assert found == before(operation), struck
    elif struck.may_commit and (fault.is_slow or Resend.UNKNOWN in resends(operation)):
        assert isinstance(outcome, ReplyLost), struck
        assert found == (after(operation) if fault.is_done else before(operation)), struck
    else:
        loss = lost(operation) if fault.is_done else operation.in_doubt
        expected = loss if struck.may_commit and loss is not SAME else operation.result
        assert told(outcome, expected, is_lost=struck.may_commit) == expected, struck
        assert found == after(operation), struck


def resends(operation: Operation) -> tuple[Resend, ...]:
    """What is done about lost replies; here no token tells one transaction from another."""
    is_transaction = operation in TRANSACTIONS
    return (Resend.UNKNOWN,) if is_transaction else operation.resend


def lost(operation: Operation) -> Any:
    """The result if it was done and its reply lost. Versions of one item are written together
    here, so that the first of them is not seen any more."""
    is_gone = operation.name == "put_many_versions_of_one"
    return OutcomeUnknown if is_gone else operation.lost


def before(operation: Operation) -> list[Any]:
    return sorted(operation.before, key=key_of)


def after(operation: Operation) -> list[Any]:
    return sorted(operation.unharmed().stored, key=key_of)


def told(outcome: Any, expected: Any, *, is_lost: bool = False) -> Any:
    """What an outcome says, apart from what the row does not, as not every engine knows it.

    is_lost: whether a reply was lost, so that nobody may know any more what was there before.
    """
    if isinstance(outcome, list) and isinstance(expected, list):
        return [told(*pair) for pair in zip(outcome, expected, strict=True)]
    said = summary(outcome)
    if isinstance(said, WriteResult) and isinstance(expected, WriteResult):
        is_open = expected.existed is None or (is_lost and said.existed is None)
        return replace(said, existed=expected.existed) if is_open else said
    return said
