"""Faults while tables are made: they are made once, whole, by the same call."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from uuid import uuid4

import pytest

from tests.faults.tables import ACCOUNTS, CLOCK, Account
from tests.faults_postgres.faults import FAULTS, Fault
from tests.faults_postgres.stage import LAYER, Stage
from tests.soak import share
from trueup import AsyncDatabase, connect
from trueup.testing.postgres import drop_tables
from trueup.testing.suite.harness.engine import Flavour

MOST_ROUNDS = 60
CASES = [(flavour, fault) for fault in FAULTS if not fault.is_slow for flavour in reversed(Flavour)]
CHOSEN = share(CASES)


@pytest.fixture
def prefix(postgres_url: str) -> Iterator[str]:
    """What the names of the tables of this test begin with."""
    made = f"c{uuid4().hex[:12]}-"
    yield made
    drop_tables(postgres_url, made)


async def create_tables(db: AsyncDatabase) -> None:
    await db.create_tables()


@pytest.mark.soak
@pytest.mark.parametrize(("flavour", "fault"), CHOSEN, ids=lambda value: value.name.lower())
def test_tables_are_made_whatever_fails_once(
    stage: Stage, postgres_url: str, prefix: str, flavour: Flavour, fault: Fault
) -> None:
    for at in range(MOST_ROUNDS):
        stage.proxy.struck.clear()
        names = f"{prefix}{at}-{{table}}"
        begin = partial(stage.proxy.arm, fault.act, at, of_rounds=True)
        assert stage.outcome(flavour, create_tables, begin, table_names=names) is None
        with connect(postgres_url, LAYER, table_names=names, clock=CLOCK) as db:
            db.create_tables()  # they are as declared, or it would be refused
            db.repository(ACCOUNTS).create(Account(id="a"))
        if not stage.proxy.struck:
            return
    pytest.fail("there is no end")
