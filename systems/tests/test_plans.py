"""Every access pattern of the systems on PostgreSQL is answered by an index, on 100,000 rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

import trueup
from systems.domainflow.models import AgentClass
from systems.domainflow.tables import layer as domainflow
from systems.dumps import SYSTEMS, created, server_15
from systems.pdfjobs.models import Job, JobStatus
from systems.pdfjobs.tables import jobs
from systems.pdfjobs.tables import layer as pdfjobs
from trueup import Layer, at

ID = UUID(int=77)
FILL = {
    "domainflow": (
        "CREATE FUNCTION id(n bigint) RETURNS uuid RETURN lpad(to_hex(n), 32, '0')::uuid",
        "INSERT INTO tenants (id, tenant_name) SELECT id(n), n FROM generate_series(1, 1000) n",
        "INSERT INTO users (id, username, email, cognito_sub, tenant_id, created_by)"
        " SELECT id(n), n, n, n, id(n), id(n) FROM generate_series(1, 1000) n",
        "INSERT INTO agent_definitions (id, agent_id, agent_name, description, agent_class,"
        " tenant_id, system_prompt, tools, agent_dependencies, output_schema, max_output_keys,"
        " created_by) SELECT id(n), n, n, '',"
        " (ARRAY['ingestion', 'query', 'management'])[n % 3 + 1], id(n % 1000 + 1), '',"
        " '[]', '[]', '{}', 5, id(n % 1000 + 1) FROM generate_series(1, 100000) n",
        "INSERT INTO domain_configurations (id, domain_id, domain_name, description, tenant_id,"
        " ingestion_playbook, query_playbook, management_playbook, created_by)"
        " SELECT id(n), n, n, '', id(n % 1000 + 1), '{}', '{}', '{}', id(n % 1000 + 1)"
        " FROM generate_series(1, 100000) n",
        "INSERT INTO incidents (id, tenant_id, domain_id, structured_data, created_by)"
        " SELECT id(n), id(n % 1000 + 1), n % 7, '{}', id(n % 1000 + 1)"
        " FROM generate_series(1, 100000) n",
        "INSERT INTO image_evidence (id, incident_id, tenant_id, s3_bucket, s3_key, created_by)"
        " SELECT id(n), id(m), id(m % 1000 + 1), 'b', n, id(m % 1000 + 1)"
        " FROM (SELECT n, n / 2 + 1 AS m FROM generate_series(1, 100000) n) evidence",
    ),
    "pdfjobs": (
        "CREATE FUNCTION id(n bigint) RETURNS uuid RETURN lpad(to_hex(n), 32, '0')::uuid",
        "INSERT INTO jobs (id, client_id, status, pdf_url, created_at, completed_at,"
        " error_message) SELECT id(n), 'client-' || n % 500, (enum_range(NULL::job_status))"
        "[CASE WHEN n % 50 = 0 THEN 1 WHEN n % 50 = 1 THEN 2 WHEN n % 50 = 2 THEN 4 ELSE 3 END],"
        " 'x', now() - n * interval '1 minute', now(), 'x' FROM generate_series(1, 100000) n",
        "INSERT INTO job_results (job_id) SELECT id(n) FROM generate_series(1, 100000) n",
    ),
}
GIVEN: dict[str, Any] = {
    "id": ID,
    "tenant_id": ID,
    "incident_id": ID,
    "job_id": ID,
    "domain_id": "3",
    "client_id": "client-7",
    "agent_class": AgentClass.QUERY,
    "status": JobStatus.QUEUED,
}
PATTERNS = [
    pytest.param(layer, table, pattern, id=f"{table.name}.{pattern.name}")
    for layer in (domainflow, pdfjobs)
    for table in layer.tables
    for pattern in table.patterns
]


@pytest.fixture(scope="module")
def opened() -> Iterator[dict[str, tuple[str, psycopg.Connection[Any]]]]:
    """Of each system a filled database: its URL, and a superuser's connection, which the policies
    of tenants do not bind."""
    with server_15() as server:
        found = {}
        for system in SYSTEMS:
            name = system.layer.name
            url = created(server, system)
            connection = psycopg.connect(server.as_superuser(name), autocommit=True)
            for statement in FILL[name]:
                connection.execute(statement.encode())
            connection.execute("ANALYZE")
            found[name] = (url, connection)
        yield found
        for _, connection in found.values():
            connection.close()


@pytest.mark.req("C38", "C99")
@pytest.mark.parametrize(("layer", "table", "pattern"), PATTERNS)
def test_pattern_is_answered_by_an_index(
    opened: dict[str, tuple[str, psycopg.Connection[Any]]], layer: Layer, table: Any, pattern: Any
) -> None:
    url, connection = opened[layer.name]
    by = {index.name: index.partition_fields for index in table.indexes}
    values = [GIVEN[name] for name in by.get(pattern.index, (table.partition,))]
    with trueup.connect(url, layer) as db:
        own = db.tenant(ID) if table.relational.tenant else db
        requests = own.repository(table).requests
        limit = 10 if pattern.sorted_by else None  # the first ones are why they are in order
        payload: Any = requests.pattern(pattern.name, *values, limit=limit).payload
    plan = explained(connection, payload)
    assert "Seq Scan" not in plan
    of_key = (f"{table.name}_pkey", f"{table.name}_id_tenant_id_key")  # both begin with the key
    assert any(name in plan for name in ((pattern.index,) if pattern.index else of_key)), plan


def explained(connection: psycopg.Connection[Any], payload: Any) -> str:
    """How the server executes a SELECT of ours."""
    with psycopg.RawCursor(connection) as cursor:
        cursor.execute(f"EXPLAIN {payload.sql}".encode(), payload.parameters)
        return "\n".join(line for (line,) in cursor)


@pytest.mark.req("C38", "C121")
def test_span_of_time_is_answered_by_its_index(
    opened: dict[str, tuple[str, psycopg.Connection[Any]]],
) -> None:
    url, connection = opened["pdfjobs"]
    end = datetime.now(UTC) - timedelta(days=3)
    window = at(Job.created_at).between(end - timedelta(hours=6), end)
    with trueup.connect(url, pdfjobs) as db:
        repo = db.repository(jobs)
        assert repo.scan(filter=window).all() != []
        payload: Any = repo.requests.scan(filter=window).payload
    assert "idx_jobs_created_at" in explained(connection, payload)
