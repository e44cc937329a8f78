"""Each access pattern uses an index, on as many rows as make reading them all a bad plan."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import RawCursor

from systems.pdfjobs.questions import EXAMPLES
from systems.pdfjobs.seeds import CLIENTS, sample_jobs
from systems.pdfjobs.tables import jobs, results
from tests.soak import IS_SOAK
from trueup import Database, Table

ROWS = 100_000
JOBS = f"""INSERT INTO jobs (client_id, status, pdf_url, created_at, completed_at, error_message)
SELECT
  CASE WHEN g % 40 = 7 THEN '{CLIENTS[0]}' ELSE 'client-' || g % 200 END,
  CASE WHEN g % 10 = 3 THEN 'queued' WHEN g % 100 = 1 THEN 'processing'
    WHEN g % 100 = 2 THEN 'failed' ELSE 'completed' END::job_status,
  'https://files.example.com/' || g || '.pdf', now() - g * interval '1 minute', now(), 'none'
FROM generate_series(1, {ROWS}) AS g"""
RESULTS = """INSERT INTO job_results (job_id, extracted_data, confidence_score, tokens_used)
SELECT id, '{}', 0.5, 100 FROM jobs"""


@pytest.fixture
def many(db: Database, sql: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """Both tables with 100,000 rows, most of them done, as the tables of a service that runs."""
    db.repository(jobs).put_many(sample_jobs())
    for statement in (JOBS, RESULTS, "ANALYZE jobs", "ANALYZE job_results"):
        sql.execute(statement.encode())
    return sql


def plan_of(sql: psycopg.Connection[Any], payload: Any) -> list[dict[str, Any]]:
    """The steps of a request's plan."""
    cursor = RawCursor(sql)
    cursor.execute(f"EXPLAIN (FORMAT JSON) {payload.sql}".encode(), payload.parameters)
    [[[plan]]] = cursor.fetchall()
    steps = [plan["Plan"]]
    for step in steps:  # grows while it is read
        steps += step.get("Plans", [])
    return steps


SERVES = {
    "job": {"jobs_pkey"},
    "jobs_by_status": {"idx_jobs_status", "idx_jobs_status_created_at"},
    "queue": {"idx_jobs_status_created_at"},
    "jobs_of_client": {"idx_jobs_client_id", "idx_jobs_client_id_created_at"},
    "result_of_job": {"idx_job_results_job_id", "job_results_job_id_key"},
}
"""The indexes that begin with what a pattern asks for; the planner chooses by the statistics."""


LEAST_GAIN = {"jobs_by_status": 1.0, "jobs_of_client": 1.0}
"""How many times faster than reading all rows a pattern is at least; others ten times. The answers
to these are a thousand rows and more."""

NO_INDEX = ("enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan")


@pytest.mark.req("C38", "C111")
def test_each_pattern_uses_an_index_made_for_it_and_gains_by_it_on_100_000_rows(
    db: Database, many: psycopg.Connection[Any]
) -> None:
    tables: dict[str, Table[Any]] = {table.name: table for table in (jobs, results)}
    for (name, pattern), given in EXAMPLES.items():
        limit = 1 if pattern == "queue" else None  # as workers ask
        requests = db.repository(tables[name]).requests
        payload = requests.pattern(pattern, *given, limit=limit).payload
        steps = plan_of(many, payload)
        assert "Seq Scan" not in [step["Node Type"] for step in steps], pattern
        used = {step["Index Name"] for step in steps if "Index Name" in step}
        assert used, pattern
        assert used <= SERVES[pattern]
        by_index_ms = fastest_ms(many, payload)
        with many.transaction():
            for setting in NO_INDEX:
                many.execute(f"SET LOCAL {setting} = off".encode())
            reading_all_ms = fastest_ms(many, payload)
        gain = reading_all_ms / by_index_ms
        assert gain > LEAST_GAIN.get(pattern, 10.0), (pattern, by_index_ms, reading_all_ms)
        assert not IS_SOAK or by_index_ms < 5, pattern


def fastest_ms(sql: psycopg.Connection[Any], payload: Any) -> float:
    """How long a request takes in the server: the shortest of five times, as others work too."""
    cursor = RawCursor(sql)
    found = []
    for _ in range(5):
        cursor.execute(
            f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {payload.sql}".encode(), payload.parameters
        )
        [[[plan]]] = cursor.fetchall()
        found.append(float(plan["Execution Time"]))
    return min(found)
