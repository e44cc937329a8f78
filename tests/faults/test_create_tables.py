"""Faults while tables are made: each request of `create_tables` may be sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.faults.callers import BOTOCORE, OWN, Caller
from tests.faults.faults import DRIP, FAULTS, Fault
from tests.faults.stage import Stage
from tests.faults.tables import SESSIONS
from trueup import AsyncDatabase, Layer, RequestEvent, RequestStarted, connect
from trueup.testing.cleanup import drop_tables

LAYER = Layer("faults", target="dynamodb", tables=[SESSIONS])
REQUESTS = [
    "DescribeTable",
    "CreateTable",
    "DescribeTable",
    "UpdateTimeToLive",
    "UpdateContinuousBackups",
]
LOOKS = ["DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups"]


@pytest.fixture
def new_names(dynamodb_url: str) -> Iterator[str]:
    """Names of tables that are not there yet."""
    prefix = f"trueup-faults-{uuid4().hex[:12]}-"
    try:
        yield f"{prefix}{{table}}"
    finally:
        drop_tables(dynamodb_url, prefix)


async def create_tables(db: AsyncDatabase) -> None:
    await db.create_tables()


@pytest.mark.parametrize(
    "number", range(len(REQUESTS)), ids=[f"{n}-{name}" for n, name in enumerate(REQUESTS)]
)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("caller", [*OWN, BOTOCORE[0]], ids=str)
def test_tables_are_made_whatever_fails_once(
    stage: Stage, dynamodb_url: str, new_names: str, caller: Caller, fault: Fault, number: int
) -> None:
    slow_at = [number] if fault is DRIP else []
    if not slow_at:
        fault.inject(stage.proxy, number)
    outcome: Any = stage.outcome(
        caller, create_tables, slow_at=slow_at, layer=LAYER, table_names=new_names
    )
    assert outcome is None
    seen: list[RequestEvent] = []
    with connect(dynamodb_url, LAYER, table_names=new_names) as db:
        db.subscribe(seen.append)
        db.create_tables()  # refuses a table that differs
    assert [event.action for event in seen if isinstance(event, RequestStarted)] == LOOKS
