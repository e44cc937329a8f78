"""What `trueup doctor` finds out about a PostgreSQL."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from pydantic import BaseModel

import trueup
from tests.wire.postgres.pgbouncer import running_pgbouncer
from trueup import Database, Layer, Model, Relational, Table
from trueup.engines.checks import Examination, Finding, Verdict
from trueup.engines.connect import find_driver
from trueup.testing.postgres import running_postgres

UNUSUAL = {
    "array_nulls": "off",
    "bytea_output": "escape",
    "datestyle": "SQL, DMY",
    "extra_float_digits": "0",
    "intervalstyle": "iso_8601",
    "standard_conforming_strings": "off",
    "timezone": "Asia/Tokyo",
}
"""Settings of a role, each of which changes values on their way."""


def findings(url: str, state_table: str = "") -> dict[str, Finding]:
    driver, address = find_driver(url)
    found = driver.checks(address, Examination({}, lambda: 0.0, state_table))
    return {finding.check: finding for finding in found}


def test_server_that_is_well(postgres_url: str, db: Database, prefix: str) -> None:
    found = findings(postgres_url, f"{prefix}People")
    assert {check: finding.verdict for check, finding in found.items()} == {
        "server": Verdict.GOOD,
        "encryption": Verdict.NOT_NEEDED,
        "writable": Verdict.GOOD,
        "timeouts": Verdict.NOT_NEEDED,
        "settings": Verdict.NOT_NEEDED,
        "state table": Verdict.GOOD,
    }
    assert found["server"].found.startswith("PostgreSQL ")
    assert db is not None


def test_state_table_that_is_not_there_yet(postgres_url: str, prefix: str) -> None:
    assert findings(postgres_url, prefix)["state table"].verdict is Verdict.NOT_NEEDED


def test_server_that_does_not_answer_leaves_it_unknown() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    found = findings(f"postgresql://127.0.0.1:{port}/shop")
    assert [finding.verdict for finding in found.values()] == [Verdict.UNKNOWN]


def test_password_that_is_refused_is_bad(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "hunter2")
    [finding] = findings(postgres_url).values()
    assert finding.verdict is Verdict.BAD
    assert "hunter2" not in repr(finding)


@pytest.mark.server
def test_role_without_timeouts_is_bad_behind_a_pooler_until_they_are_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the statements that are printed."""
    with running_postgres() as server:
        monkeypatch.setenv("PGPASSWORD", server.password)
        with running_pgbouncer(server.url, server.password) as url:
            missing = findings(url)["timeouts"]
            assert missing.verdict is Verdict.BAD
            assert "idle_in_transaction_session_timeout or lock_timeout or statement" in (
                missing.found
            )
            statements = missing.fix.partition(": ")[2]
            assert statements.count("ALTER ROLE CURRENT_USER SET ") == 3
            parameters: dict[str, Any] = dict(find_driver(server.url)[1].parameters)
            with psycopg.connect("", autocommit=True, **parameters) as connection:
                connection.execute(statements.encode())
        with running_pgbouncer(server.url, server.password) as url:
            assert findings(url)["timeouts"].verdict is Verdict.GOOD


@pytest.mark.server
def test_role_whose_settings_change_values_is_bad_behind_a_pooler_until_they_are_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the statements that are printed."""
    with running_postgres() as server:
        monkeypatch.setenv("PGPASSWORD", server.password)
        parameters: dict[str, Any] = dict(find_driver(server.url)[1].parameters)
        with psycopg.connect("", autocommit=True, **parameters) as connection:
            with running_pgbouncer(server.url, server.password) as url:
                assert findings(url)["settings"].verdict is Verdict.GOOD
            for name, value in UNUSUAL.items():
                connection.execute(f"ALTER ROLE CURRENT_USER SET {name} = '{value}'".encode())
            with running_pgbouncer(server.url, server.password) as url:
                found = findings(url)["settings"]
            assert found.verdict is Verdict.BAD
            assert found.found.endswith(f"values change by {', '.join(sorted(UNUSUAL))}")
            connection.execute(found.fix.partition(": ")[2].encode())
            with running_pgbouncer(server.url, server.password) as url:
                assert findings(url)["settings"].verdict is Verdict.GOOD


class Kept(Model):
    id: str
    ratio: float
    data: bytes
    at: datetime


class Answer(BaseModel):
    at: datetime
    ratio: float
    data: bytes
    took: timedelta
    names: list[str | None]


@pytest.mark.server
def test_settings_of_a_role_change_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table("Kept", Kept, partition="id", relational=Relational())
    layer = Layer("kept", target="postgres", tables=[table])
    noon = datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=UTC)
    row = Kept(id="\\a'", ratio=0.1 + 0.2, data=b"\x00\xff\\'", at=noon)
    with running_postgres() as server:
        monkeypatch.setenv("PGPASSWORD", server.password)
        parameters: dict[str, Any] = dict(find_driver(server.url)[1].parameters)
        with psycopg.connect("", autocommit=True, **parameters) as connection:
            for name, value in UNUSUAL.items():
                connection.execute(f"ALTER ROLE CURRENT_USER SET {name} = '{value}'".encode())
        with trueup.connect(server.url, layer) as db:
            db.create_tables()
            db.copy_in(table, [row])
            db.repository(table).put(row.model_copy(update={"id": "b"}))
            assert db.repository(table).get(row.id) == row
            assert sorted(one.id for one in db.copy_out(table)) == sorted([row.id, "b"])
            select = """select at, ratio, data, '-1 day 02:03:04.5'::interval as took,
            :names::text[] as names from "Kept" order by id"""
            for found in db.fetch(Answer, select, names=("a", None)):
                assert (found.at, found.ratio, found.data) == (row.at, row.ratio, row.data)
                assert found.took == timedelta(days=-1, hours=2, minutes=3, seconds=4.5)
                assert found.names == ["a", None]
            [zone] = db.fetch(Zone, "select current_setting('timezone') as name")
            assert zone.name == "UTC"


class Zone(BaseModel):
    name: str
