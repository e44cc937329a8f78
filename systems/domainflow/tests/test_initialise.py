"""The function that initialises the database: it converges, it repeats, it refuses, it waits."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest

import trueup
from systems.domainflow import handlers
from systems.domainflow.initialise import converge
from systems.domainflow.tables import layer
from trueup import Blocked, ErrorCode, NeedsOperator, TrueupError

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

    aws_request_id = "5f7c-1"

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


def test_program_that_makes_its_tables_finds_them_made(schema_url: str) -> None:
    handlers.initialise({}, None)
    with trueup.connect(schema_url, layer) as db:
        db.create_tables()


NAMES = """SELECT
(SELECT array_agg(relname::text ORDER BY relname) FROM pg_class
 WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'),
(SELECT array_agg(c.relname::text ORDER BY c.relname) FROM pg_index
 JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = current_schema()::regnamespace
 AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid)),
(SELECT array_agg(c.relname::text ORDER BY c.relname) FROM pg_trigger g
 JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_proc p ON p.oid = g.tgfoid
 WHERE c.relnamespace = current_schema()::regnamespace
 AND p.proname = 'update_updated_at_column' AND tgname = 'update_' || relname || '_updated_at')"""
TABLES = [
    "agent_definitions",
    "domain_configurations",
    "image_evidence",
    "incidents",
    "teams",
    "tenants",
    "users",
]
INDEXES = [
    "idx_agents_enabled",
    "idx_agents_tenant",
    "idx_agents_tenant_class",
    "idx_domains_tenant",
    "idx_image_evidence_incident",
    "idx_image_evidence_tenant",
    "idx_incidents_created_at",
    "idx_incidents_location",
    "idx_incidents_structured_data",
    "idx_incidents_tenant_domain",
]


@pytest.mark.req("D3", "D4", "D5")
def test_empty_database_gets_the_tables_indexes_and_triggers_of_the_document(sql: Sql) -> None:
    """And one trigger more, that of `image_evidence`."""
    handlers.initialise({}, None)
    assert sql.execute(NAMES).fetchone() == (TABLES, INDEXES, TABLES)


def told(caplog: pytest.LogCaptureFixture, level: int) -> list[Any]:
    """The fields of the function's records of a level."""
    return [vars(one) for one in caplog.records if one.levelno == level and "systems" in one.name]


@pytest.mark.req("D7")
def test_every_operation_is_logged_with_its_time(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        handlers.initialise({}, Context(60_000))
    done = [one["operation"] for one in told(caplog, logging.INFO)]
    assert list(dict.fromkeys(done)) == ["connect", "lock", "plan", "step", "verify", "converge"]
    assert all(one["duration_ms"] >= 0 for one in told(caplog, logging.INFO))
    assert [one["step"] for one in told(caplog, logging.INFO) if "step" in one] == [
        "create tenants, users, teams and 4 others"
    ]


@pytest.mark.req("D7")
@pytest.mark.parametrize(
    ("spoil", "operation", "hazards"),
    [
        ("ALTER TABLE users ALTER COLUMN username TYPE text", "plan", [["table-rewrite"]]),
        ("ALTER TABLE teams DROP COLUMN members", "step", []),
    ],
)
def test_failure_is_logged_where_it_happened_and_goes_on(
    sql: Sql, caplog: pytest.LogCaptureFixture, spoil: str, operation: str, hazards: list[list[str]]
) -> None:
    handlers.initialise({}, None)
    insert_team(sql)
    sql.execute(spoil.encode())
    with caplog.at_level(logging.INFO), pytest.raises(TrueupError) as raised:
        handlers.initialise({}, Context(60_000))
    failed = [one for one in told(caplog, logging.ERROR) if "code" in one]
    assert raised.value.code is ErrorCode.SCHEMA_MISMATCH
    assert [one.get("operation") for one in failed] == [operation, "converge", None]
    assert {one["code"] for one in failed} == {"schema-mismatch"}
    refused = [one for one in told(caplog, logging.ERROR) if one.get("operation") == "refuse"]
    assert [one["hazards"] for one in refused] == hazards
    assert failed[-1]["request_id"] == "5f7c-1"
    assert failed[-1]["exc_info"]


@pytest.mark.req("D7")
def test_log_of_a_failure_has_no_password(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, schema_url: str
) -> None:
    monkeypatch.setenv("PGPASSWORD", "not the password")
    with caplog.at_level(logging.DEBUG), pytest.raises(TrueupError) as raised:
        handlers.initialise({}, Context(60_000))
    assert raised.value.code is ErrorCode.CREDENTIALS_REFUSED
    [connect, *_] = told(caplog, logging.ERROR)
    assert (connect["operation"], connect["code"]) == ("connect", "credentials-refused")
    assert "not the password" not in caplog.text


def insert_team(sql: Sql) -> None:
    tenant, user = str(uuid4()), str(uuid4())
    sql.execute("SELECT set_config('trueup.tenant', %s, false)", (tenant,))
    sql.execute("INSERT INTO tenants (id, tenant_name) VALUES (%s, 'Utrecht')", (tenant,))
    sql.execute(
        "INSERT INTO users (id, username, email, cognito_sub, tenant_id, created_by)"
        " VALUES (%s, 'ada', 'ada@example.com', %s, %s, %s)",
        (user, user, tenant, user),
    )
    sql.execute(
        "INSERT INTO teams (team_name, tenant_id, members, created_by) VALUES ('x', %s, '[]', %s)",
        (tenant, user),
    )


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
