"""Calls whose time runs out while a reply comes too slowly, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.callers import OWN, Caller
from tests.faults.faults import DRIP
from tests.faults.operation import Operation
from tests.faults.reading import READS
from tests.faults.rows import OPERATIONS
from tests.faults.stage import Stage
from tests.faults.tables import key_of
from trueup import DeadlineExceeded, ReplyLost

TIMEOUT_S = 0.4
NAMES = {"get", "query", "create", "put", "update_assign", "update_add", "delete", "transaction"}
CHOSEN = [operation for operation in OPERATIONS if operation.name in NAMES]


@pytest.mark.parametrize("caller", OWN, ids=str)
@pytest.mark.parametrize("operation", CHOSEN, ids=lambda operation: operation.name)
def test_no_call_outlasts_its_time_and_none_promises_too_much(
    stage: Stage, caller: Caller, operation: Operation
) -> None:
    stage.set_up(operation.before)
    DRIP.inject(stage.proxy, *range(10))
    outcome: Any = stage.outcome(caller, operation.call, timeout_s=TIMEOUT_S)
    stored = stage.stored(operation.tables)
    assert type(outcome) is (DeadlineExceeded if operation in READS else ReplyLost)
    assert stored == sorted(operation.unharmed().stored, key=key_of)
    assert stage.proxy.begun == 1
