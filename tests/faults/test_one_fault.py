"""One fault, at each request of each operation: what comes back and what is stored are right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.callers import Caller
from tests.faults.faults import DRIP, FAULTS, Fault
from tests.faults.operation import Expected, Operation
from tests.faults.rows import OPERATIONS, callers_of
from tests.faults.stage import Stage, summary
from tests.faults.tables import key_of


def unharmed_cases() -> Iterator[Any]:
    for operation in OPERATIONS:
        for caller in callers_of(operation):
            yield pytest.param(caller, operation, id=f"{caller}-{operation.name}")


def fault_cases() -> Iterator[Any]:
    for operation in OPERATIONS:
        for caller in callers_of(operation):
            for fault in FAULTS:
                for number in range(operation.requests):
                    # Side by side, none of the others would need a connection later.
                    if fault.answer is None and operation.is_parallel and number:
                        continue
                    name = f"{caller}-{operation.name}-{fault.name}-{number}"
                    yield pytest.param(caller, operation, fault, number, id=name)


@pytest.mark.parametrize(("caller", "operation"), list(unharmed_cases()))
def test_call_without_a_fault_does_what_its_row_says(
    stage: Stage, caller: Caller, operation: Operation
) -> None:
    stage.set_up(operation.before)
    outcome = stage.outcome(caller, operation.call)
    check(stage, operation, outcome, operation.unharmed())


@pytest.mark.req("MT7")
@pytest.mark.parametrize(("caller", "operation", "fault", "number"), list(fault_cases()))
def test_one_fault_is_survived_or_told(
    stage: Stage, caller: Caller, operation: Operation, fault: Fault, number: int
) -> None:
    stage.set_up(operation.before)
    slow_at = [number] if fault is DRIP else []
    if not slow_at:
        fault.inject(stage.proxy, number)
    outcome = stage.outcome(caller, operation.call, slow_at=slow_at)
    check(stage, operation, outcome, operation.expected(fault, number))


def check(stage: Stage, operation: Operation, outcome: Any, expected: Expected) -> None:
    """That the call and the tables say what is expected."""
    stored = stage.stored(operation.tables)
    assert summary(outcome) == expected.result
    assert stored == sorted(expected.stored, key=key_of)
    assert stage.proxy.begun == expected.requests
