"""Whatever fails, a caller gets a typed error of Trueup's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib import metadata
from uuid import uuid4

import pytest

import trueup
from systems.pdfjobs.models import Cost, Currency, JobResult, JobStatus
from systems.pdfjobs.seeds import CLIENTS, PRICE, seed
from systems.pdfjobs.service import JobService
from systems.pdfjobs.tables import layer
from trueup import Database, InvalidCall, NeedsOperator, Unavailable

NOW = datetime(2026, 5, 4, tzinfo=UTC)
CALLS: dict[str, Callable[[JobService], object]] = {
    "submit": lambda service: service.submit("acme", "https://files.example.com/1.pdf"),
    "find": lambda service: service.find("acme", uuid4()),
    "newest": lambda service: service.newest("acme"),
    "sent_between": lambda service: service.sent_between("acme", NOW, NOW + timedelta(1)),
    "with_status": lambda service: service.with_status(JobStatus.QUEUED),
    "result": lambda service: service.result("acme", uuid4()),
    "costs": lambda service: service.costs("acme"),
    "take": lambda service: service.take(),
    "complete": lambda service: service.complete(JobResult(job_id=uuid4())),
    "fail": lambda service: service.fail(uuid4(), "no reason"),
    "delete": lambda service: service.delete("acme", uuid4()),
}


def test_every_call_of_the_service_is_among_these() -> None:
    assert CALLS.keys() == {name for name in vars(JobService) if not name.startswith("_")}


@pytest.fixture
def no_tables(schema_url: str) -> Iterator[Database]:
    with trueup.connect(schema_url, layer) as opened:
        yield opened


@pytest.mark.req("C79", "C87")
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_missing_table_is_a_typed_error(
    no_tables: Database, call: Callable[[JobService], object]
) -> None:
    with pytest.raises((NeedsOperator, InvalidCall)) as failed:
        call(JobService(no_tables))
    assert "42P01" in str(failed.value)


@pytest.mark.req("C79")
def test_missing_server_is_a_typed_error() -> None:
    with pytest.raises(Unavailable):
        trueup.connect("postgresql://127.0.0.1:1/none?user=nobody", layer, timeout_s=1)


@pytest.mark.req("C77")
def test_costs_are_asked_in_sql_and_there_is_no_orm(db: Database) -> None:
    seed(db)
    service = JobService(db)
    assert [service.costs(client) for client in CLIENTS] == [
        [
            Cost(
                model="reader-2-small",
                currency=Currency.EUR,
                results=1,
                tokens_used=1_800 + number,
                cost=(1_800 + number) * PRICE,
            )
        ]
        for number in range(3)
    ]
    assert service.costs("nobody") == []
    needed = {
        re.match(r"[\w-]+", one)[0].lower()  # type: ignore[index]  # a requirement has a name
        for one in metadata.requires("trueup") or ()
        if "extra ==" not in one or "postgres" in one
    }
    assert "psycopg" in needed
    assert not needed & {"sqlalchemy", "sqlmodel", "peewee", "pony", "tortoise-orm", "django"}
