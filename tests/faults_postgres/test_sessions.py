"""One fault, at each message of a session: all of it is there, or nothing and an error says so."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.faults.tables import ACCOUNTS, Account
from tests.faults_postgres.faults import FAULTS, Fault
from tests.faults_postgres.stage import WITHIN_S, Stage
from tests.soak import share
from trueup import AsyncDatabase, DeadlineExceeded, ReplyLost, TrueupError, Unavailable, at
from trueup.testing.suite.harness.engine import Flavour

MOST_MESSAGES = 200
DEADLINE_S = 0.15
BEFORE = [Account(id="a", balance=1), Account(id="c")]
AFTER = [Account(id="a", balance=2), Account(id="b"), Account(id="d")]
CASES = [(flavour, fault) for fault in FAULTS for flavour in Flavour]
CHOSEN = share(CASES, lambda case: case[0])


async def work(db: AsyncDatabase) -> None:
    """Reads and writes of each kind, one of them in a savepoint."""
    async with db.session() as session:
        accounts = session.repository(ACCOUNTS)
        assert await accounts.get("a") == BEFORE[0]
        await accounts.update("a", at(Account.balance).add(1))
        await accounts.create(AFTER[1])
        await accounts.put(AFTER[2])
        async with session.savepoint():
            await accounts.delete("c")


@pytest.mark.soak
@pytest.mark.parametrize(("flavour", "fault"), CHOSEN, ids=lambda value: value.name.lower())
def test_fault_in_a_session_leaves_all_or_nothing(
    stage: Stage, flavour: Flavour, fault: Fault
) -> None:
    within_s = DEADLINE_S if fault.is_slow else WITHIN_S
    for at_message in range(MOST_MESSAGES):
        stage.set_up(BEFORE)
        stage.proxy.struck.clear()
        begin = partial(stage.proxy.arm, fault.act, at_message, of_rounds=fault.of_rounds)
        outcome = stage.outcome(flavour, work, begin, within_s)
        if not stage.proxy.struck:
            assert outcome is None or fault.is_slow
            return
        check(stage, fault, outcome)
    pytest.fail("there is no end")


def check(stage: Stage, fault: Fault, outcome: Any) -> None:
    [struck] = stage.proxy.struck
    found = stage.stored([ACCOUNTS])
    if struck.may_commit:
        assert isinstance(outcome, ReplyLost), struck
        assert found == (AFTER if fault.is_done else BEFORE), struck
    elif isinstance(outcome, TrueupError):
        assert type(outcome) is (DeadlineExceeded if fault.is_slow else Unavailable), struck
        assert found == BEFORE, struck
    else:
        assert found == AFTER, struck
