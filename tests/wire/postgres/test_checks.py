"""What `trueup doctor` finds out about a PostgreSQL."""

from __future__ import annotations

import socket
from typing import Any

import psycopg
import pytest

from tests.wire.postgres.pgbouncer import running_pgbouncer
from trueup import Database
from trueup.engines.checks import Examination, Finding, Verdict
from trueup.engines.connect import find_driver
from trueup.testing.postgres import running_postgres


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
