"""The function that initialises the database: it converges, it repeats, it refuses, it waits."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from systems.domainflow import handlers
from systems.domainflow.initialise import converge
from trueup import Blocked, ErrorCode, NeedsOperator

REPLY = {
    "statusCode": 200,
    "body": '{"message": "Database schema initialized successfully"}',
}
COUNTS = """SELECT
(SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace
 AND relkind = 'r'),
(SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace
 AND relkind = 'i' AND relname LIKE 'idx%%'),
(SELECT count(*) FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
 WHERE c.relnamespace = current_schema()::regnamespace AND NOT g.tgisinternal)"""

Sql = psycopg.Connection[Any]


@pytest.fixture(autouse=True)
def _url(schema_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(handlers.URL, schema_url)


class Context:
    """What Lambda gives to a handler."""

    def __init__(self, remaining_ms: int) -> None:
        self._remaining_ms = remaining_ms

    def get_remaining_time_in_millis(self) -> int:
        return self._remaining_ms


@pytest.mark.req("D6", "D12", "DT1")
def test_three_runs_reply_the_same_and_change_nothing(sql: Sql) -> None:
    replies, counts = [], []
    for _ in range(3):
        replies.append(handlers.initialise({}, Context(60_000)))
        counts.append(sql.execute(COUNTS).fetchone())
    assert replies == [REPLY] * 3
    assert counts[0] == counts[1] == counts[2] == (7, 10, 9)


@pytest.mark.req("DT14")
def test_ten_at_once_do_no_harm(sql: Sql) -> None:
    with ThreadPoolExecutor(10) as pool:
        replies = list(pool.map(lambda _: handlers.initialise({}, Context(90_000)), range(10)))
    assert replies == [REPLY] * 10
    assert sql.execute(COUNTS).fetchone() == (7, 10, 9)


def test_run_that_finds_another_at_work_ends_in_time_and_names_it(
    schema_url: str, sql: Sql
) -> None:
    sql.execute("SET application_name = 'deploy-17'")
    sql.execute("SELECT pg_advisory_lock(hashtextextended('domainflow: initialise', 0))")
    with pytest.raises(Blocked) as refused:
        converge(schema_url, 1.0)
    assert refused.value.code is ErrorCode.LOCKED
    assert "deploy-17" in refused.value.what


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE users ALTER COLUMN username TYPE text",
        "ALTER TABLE agent_definitions DROP CONSTRAINT agent_definitions_agent_class_check, "
        "ADD CONSTRAINT agent_definitions_agent_class_check CHECK (true)",
        "DROP TRIGGER update_users_updated_at ON users; CREATE TRIGGER update_users_updated_at "
        "AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION update_updated_at_column()",
    ],
)
def test_what_is_no_addition_is_an_error_of_the_function(
    sql: Sql, change: str, caplog: pytest.LogCaptureFixture
) -> None:
    handlers.initialise({}, None)
    sql.execute(change.encode())
    before = sql.execute(COUNTS).fetchone()
    with caplog.at_level(logging.ERROR), pytest.raises(NeedsOperator) as refused:
        handlers.initialise({}, None)
    assert refused.value.code is ErrorCode.SCHEMA_MISMATCH
    assert "schema-mismatch" in caplog.text
    assert sql.execute(COUNTS).fetchone() == before


OLDER = [
    "ALTER TABLE teams DROP COLUMN members",
    "ALTER TABLE domain_configurations DROP COLUMN query_playbook, DROP COLUMN description",
    "DROP INDEX idx_incidents_structured_data; DROP INDEX idx_incidents_created_at",
    "DROP TRIGGER update_users_updated_at ON users",
    "ALTER TABLE agent_definitions DROP CONSTRAINT agent_definitions_agent_class_check",
    "ALTER TABLE image_evidence DROP CONSTRAINT image_evidence_incident_id_tenant_id_fkey",
    "DROP TABLE image_evidence",
    "DROP INDEX idx_agents_tenant_class",
]


@pytest.mark.req("DT2")
@pytest.mark.parametrize("change", OLDER, ids=lambda one: one[:50])
def test_older_schema_gets_what_it_lacks_and_keeps_its_rows(sql: Sql, change: str) -> None:
    handlers.initialise({}, None)
    tenant = "7b1f6c7e-52a5-4d7b-a7a1-0f7f3f6f2c11"
    sql.execute("SELECT set_config('trueup.tenant', %s, false)", (tenant,))
    sql.execute("INSERT INTO tenants (id, tenant_name) VALUES (%s, 'Utrecht')", (tenant,))
    sql.execute(change.encode())
    assert handlers.initialise({}, None) == REPLY
    assert sql.execute(COUNTS).fetchone() == (7, 10, 9)
    assert sql.execute("SELECT tenant_name FROM tenants").fetchall() == [("Utrecht",)]
