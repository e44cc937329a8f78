"""The tables are those of the schema document: columns, constraints, indexes and triggers."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from systems.domainflow.tables import layer
from trueup import Database

Sql = psycopg.Connection[Any]

COLUMNS = """SELECT attname::text, format_type(atttypid, atttypmod)
|| CASE WHEN attnotnull THEN ' not null' ELSE '' END
|| coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum"""
CONSTRAINTS = """SELECT pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype <> 'c'"""

TABLES = [table.name for table in layer.tables]
METADATA = {
    "id": "uuid not null default gen_random_uuid()",
    "created_at": "timestamp with time zone not null default now()",
    "updated_at": "timestamp with time zone not null default now()",
    "created_by": "uuid not null",
}
NAME = "character varying(255) not null"
TENANT = {"tenant_id": "uuid not null"}


@pytest.fixture(autouse=True)
def _created(db: Database) -> None:
    assert db is not None


def columns(sql: Sql, table: str) -> dict[str, str]:
    return dict(sql.execute(COLUMNS, (table,)).fetchall())


def constraints(sql: Sql, table: str) -> set[str]:
    return {text for (text,) in sql.execute(CONSTRAINTS, (table,))}


KEY = "PRIMARY KEY (id)"
OF_TENANT = "FOREIGN KEY (tenant_id) REFERENCES tenants(id)"
OF_USER = "FOREIGN KEY (created_by, tenant_id) REFERENCES users(id, tenant_id)"
OF_USER_OF_TENANT = OF_USER.replace("created_by, tenant_id", "created_by, id")
OWN = "UNIQUE (id, tenant_id)"
OF_INCIDENT = (
    "FOREIGN KEY (incident_id, tenant_id) REFERENCES incidents(id, tenant_id) ON DELETE CASCADE"
)


@pytest.mark.parametrize(
    ("table", "own"),
    [
        pytest.param(
            "tenants",
            {"tenant_name": NAME, "created_by": "uuid"},
            marks=pytest.mark.req("D13"),
        ),
        pytest.param(
            "users",
            {**TENANT, "username": NAME, "email": NAME, "cognito_sub": NAME},
            marks=pytest.mark.req("D14"),
        ),
        pytest.param(
            "teams",
            {**TENANT, "team_name": NAME, "members": "jsonb not null"},
            marks=pytest.mark.req("D15"),
        ),
        pytest.param(
            "agent_definitions",
            {
                **TENANT,
                "agent_id": NAME,
                "agent_name": NAME,
                "description": "text not null",
                "agent_class": "text not null",
                "system_prompt": "text not null",
                "tools": "jsonb not null",
                "agent_dependencies": "jsonb not null",
                "output_schema": "jsonb not null",
                "max_output_keys": "integer not null",
                "enabled": "boolean not null default true",
                "is_inbuilt": "boolean not null default false",
                "version": "integer not null default 1",
            },
            marks=pytest.mark.req("D16", "D18", "D19", "D20"),
        ),
        pytest.param(
            "domain_configurations",
            {
                **TENANT,
                "domain_id": NAME,
                "domain_name": NAME,
                "description": "text not null",
                "ingestion_playbook": "jsonb not null",
                "query_playbook": "jsonb not null",
                "management_playbook": "jsonb not null",
            },
            marks=pytest.mark.req("D21", "D22"),
        ),
        pytest.param(
            "incidents",
            {
                **TENANT,
                "domain_id": NAME,
                "location": "geography(Point,4326)",
                "structured_data": "jsonb not null",
            },
            marks=pytest.mark.req("D23"),
        ),
        pytest.param(
            "image_evidence",
            {
                **TENANT,
                "incident_id": "uuid not null",
                "s3_bucket": NAME,
                "s3_key": "character varying(1024) not null",
            },
            marks=pytest.mark.req("D24"),
        ),
    ],
)
def test_table_has_its_columns_and_no_others(sql: Sql, table: str, own: dict[str, str]) -> None:
    assert columns(sql, table) == {**METADATA, **own}


@pytest.mark.parametrize(
    ("table", "count"), [("agent_definitions", 17), ("domain_configurations", 11)]
)
@pytest.mark.req("D20", "D22")
def test_table_has_as_many_columns_as_the_document_counts(sql: Sql, table: str, count: int) -> None:
    assert len(columns(sql, table)) == count


@pytest.mark.req("D3")
@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        pytest.param(
            "tenants",
            {KEY, OF_USER_OF_TENANT},
            marks=pytest.mark.req("D13", "DT3"),
        ),
        pytest.param(
            "users",
            {
                KEY,
                OF_TENANT,
                OF_USER,
                "UNIQUE (tenant_id, username)",
                "UNIQUE (tenant_id, email)",
                "UNIQUE (cognito_sub)",
                OWN,
            },
            marks=pytest.mark.req("D14", "DT3", "DT10"),
        ),
        pytest.param(
            "teams",
            {KEY, OF_TENANT, OF_USER},
            marks=pytest.mark.req("D15"),
        ),
        pytest.param(
            "agent_definitions",
            {KEY, OF_TENANT, OF_USER, "UNIQUE (tenant_id, agent_id)"},
            marks=pytest.mark.req("D16", "DT10"),
        ),
        pytest.param(
            "domain_configurations",
            {KEY, OF_TENANT, OF_USER, "UNIQUE (tenant_id, domain_id)"},
            marks=pytest.mark.req("D21", "DT10"),
        ),
        pytest.param(
            "incidents",
            {KEY, OF_TENANT, OF_USER, OWN},
            marks=pytest.mark.req("D23", "DT3"),
        ),
        pytest.param(
            "image_evidence",
            {KEY, OF_TENANT, OF_USER, OF_INCIDENT},
            marks=pytest.mark.req("D24", "DT3"),
        ),
    ],
)
def test_table_has_its_keys_and_references(sql: Sql, table: str, wanted: set[str]) -> None:
    assert constraints(sql, table) == wanted


@pytest.mark.req("D25", "D26", "D27", "D28", "DT3", "DT11")
@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_the_metadata_of_primary_objects(sql: Sql, table: str) -> None:
    found = columns(sql, table)
    wanted = dict(METADATA)
    if table == "tenants":  # the first of its kind has no user before it
        wanted["created_by"] = "uuid"
    assert {name: found.get(name) for name in METADATA} == wanted
    of_user = OF_USER_OF_TENANT if table == "tenants" else OF_USER
    assert of_user in constraints(sql, table)
    assert not [name for name, type_ in found.items() if "without time zone" in type_]


@pytest.mark.parametrize(
    ("name", "on"),
    [
        pytest.param(
            "idx_agents_tenant_class",
            "agent_definitions USING btree (tenant_id, agent_class)",
            marks=pytest.mark.req("D31"),
        ),
        pytest.param(
            "idx_agents_enabled",
            "agent_definitions USING btree (enabled)",
            marks=pytest.mark.req("D32"),
        ),
        pytest.param(
            "idx_agents_tenant",
            "agent_definitions USING btree (tenant_id)",
            marks=pytest.mark.req("D33"),
        ),
        pytest.param(
            "idx_domains_tenant",
            "domain_configurations USING btree (tenant_id)",
            marks=pytest.mark.req("D34"),
        ),
        pytest.param(
            "idx_incidents_tenant_domain",
            "incidents USING btree (tenant_id, domain_id)",
            marks=pytest.mark.req("D35"),
        ),
        pytest.param(
            "idx_incidents_created_at",
            "incidents USING btree (created_at DESC)",
            marks=pytest.mark.req("D36"),
        ),
        pytest.param(
            "idx_incidents_structured_data",
            "incidents USING gin (structured_data)",
            marks=pytest.mark.req("D37"),
        ),
        pytest.param(
            "idx_incidents_location",
            "incidents USING gist (location)",
            marks=pytest.mark.req("D38"),
        ),
        pytest.param(
            "idx_image_evidence_incident",
            "image_evidence USING btree (incident_id)",
            marks=pytest.mark.req("D39"),
        ),
        pytest.param(
            "idx_image_evidence_tenant",
            "image_evidence USING btree (tenant_id)",
            marks=pytest.mark.req("D40"),
        ),
    ],
)
def test_index_is_that_of_the_document(sql: Sql, schema: str, name: str, on: str) -> None:
    found = sql.execute("SELECT pg_get_indexdef(%s::regclass)", (name,)).fetchone()
    assert found == (f"CREATE INDEX {name} ON {schema}.{on}",)


@pytest.mark.req("D4")
def test_there_are_no_other_indexes_than_the_ten_and_those_of_constraints(sql: Sql) -> None:
    rows = sql.execute(
        "SELECT count(*) FROM pg_index x JOIN pg_class c ON c.oid = indexrelid"
        " WHERE relnamespace = current_schema()::regnamespace"
        " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid)"
    )
    assert rows.fetchone() == (10,)


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(
            "tenants",
            marks=pytest.mark.req("D42"),
        ),
        pytest.param(
            "users",
            marks=pytest.mark.req("D43"),
        ),
        pytest.param(
            "teams",
            marks=pytest.mark.req("D44"),
        ),
        pytest.param(
            "agent_definitions",
            marks=pytest.mark.req("D45"),
        ),
        pytest.param(
            "domain_configurations",
            marks=pytest.mark.req("D46"),
        ),
        pytest.param(
            "incidents",
            marks=pytest.mark.req("D47"),
        ),
        pytest.param("image_evidence", id="image_evidence"),
    ],
)
@pytest.mark.req("D41")
def test_trigger_of_updates_calls_the_function_of_the_document(
    sql: Sql, schema: str, table: str
) -> None:
    found = sql.execute(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass"
        " AND tgname = %s",
        (table, f"update_{table}_updated_at"),
    ).fetchone()
    assert found == (
        f"CREATE TRIGGER update_{table}_updated_at BEFORE UPDATE ON {schema}.{table}"
        " FOR EACH ROW EXECUTE FUNCTION update_updated_at_column()",
    )
