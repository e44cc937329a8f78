"""The tables are those of the story: columns, constraints, indexes, the trigger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from systems.pdfjobs.models import Job, JobResult, JobStatus
from systems.pdfjobs.tables import layer
from trueup import Database, Model

Sql = psycopg.Connection[Any]

COLUMNS = """SELECT format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)
FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = %s::regclass AND attname = %s"""
CONSTRAINTS = """SELECT pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass ORDER BY contype, conname"""
INDEX = "SELECT pg_get_indexdef(%s::regclass)"


@pytest.fixture(autouse=True)
def _created(db: Database) -> None:
    assert db is not None


NEW_ID = "uuid_generate_v4()"
INSTANT = "timestamp with time zone"
"""Not `timestamp`, whose values mean another instant in each session."""


@pytest.mark.parametrize(
    ("table", "column", "type_", "required", "default"),
    [
        pytest.param(
            "jobs",
            "id",
            "uuid",
            True,
            NEW_ID,
            marks=pytest.mark.req("C11"),
        ),
        pytest.param(
            "jobs",
            "client_id",
            "character varying(50)",
            True,
            None,
            marks=pytest.mark.req("C12", "CT4"),
        ),
        pytest.param(
            "jobs",
            "status",
            "job_status",
            True,
            "'queued'::job_status",
            marks=pytest.mark.req("C13", "CT4"),
        ),
        pytest.param(
            "jobs",
            "pdf_url",
            "character varying(2048)",
            True,
            None,
            marks=pytest.mark.req("C14"),
        ),
        pytest.param(
            "jobs",
            "created_at",
            INSTANT,
            True,
            "now()",
            marks=pytest.mark.req("C15", "CT7"),
        ),
        pytest.param(
            "jobs",
            "updated_at",
            INSTANT,
            True,
            "now()",
            marks=pytest.mark.req("CT7"),
        ),
        pytest.param(
            "jobs",
            "completed_at",
            INSTANT,
            False,
            None,
            marks=pytest.mark.req("C17", "CT7"),
        ),
        pytest.param(
            "jobs",
            "error_message",
            "text",
            False,
            None,
            marks=pytest.mark.req("C18"),
        ),
        pytest.param(
            "job_results",
            "id",
            "uuid",
            True,
            NEW_ID,
            marks=pytest.mark.req("C19"),
        ),
        pytest.param(
            "job_results",
            "job_id",
            "uuid",
            True,
            None,
            marks=pytest.mark.req("CT5"),
        ),
        pytest.param(
            "job_results",
            "extracted_data",
            "jsonb",
            False,
            None,
            marks=pytest.mark.req("C21", "C34"),
        ),
        pytest.param(
            "job_results",
            "confidence_score",
            "numeric(3,2)",
            False,
            None,
            marks=pytest.mark.req("CT2"),
        ),
        pytest.param(
            "job_results",
            "tokens_used",
            "integer",
            False,
            None,
            marks=pytest.mark.req("C23"),
        ),
        pytest.param(
            "job_results",
            "created_at",
            INSTANT,
            True,
            "now()",
            marks=pytest.mark.req("C24", "CT7"),
        ),
    ],
)
def test_column_is_that_of_the_story(
    sql: Sql, table: str, column: str, type_: str, required: bool, default: str | None
) -> None:
    assert sql.execute(COLUMNS, (table, column)).fetchone() == (type_, required, default)


@pytest.mark.req("C1", "C2", "C33")
@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (
            "jobs",
            "id client_id status pdf_url created_at updated_at completed_at error_message",
        ),
        (
            "job_results",
            "id job_id extracted_data confidence_score tokens_used created_at model cost currency",
        ),
    ],
)
def test_table_has_these_columns_only(sql: Sql, table: str, columns: str) -> None:
    rows = sql.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " ORDER BY attnum",
        (table,),
    )
    assert [name for (name,) in rows] == columns.split()


@pytest.mark.req("C12", "C32")
def test_jobs_refer_to_nothing_and_no_table_has_a_key_of_the_gateway(sql: Sql) -> None:
    names = sql.execute(
        "SELECT relname, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
        " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND attnum > 0"
        " AND attname ~* 'key|token|secret|credential|password'"
        " AND attname <> 'tokens_used'"  # a count
    )
    references = sql.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'jobs'::regclass AND contype = 'f'"
    )
    assert (names.fetchall(), references.fetchall()) == ([], [])


@pytest.mark.req("C11", "CT6")
def test_jobs_have_a_key_and_the_checks_of_their_ends(sql: Sql) -> None:
    done = "'completed'::job_status"
    failed = "'failed'::job_status"
    assert sql.execute(CONSTRAINTS, ("jobs",)).fetchall() == [
        (f"CHECK (((status <> {done}) OR (completed_at IS NOT NULL)))",),
        (f"CHECK (((status <> {failed}) OR (error_message IS NOT NULL)))",),
        ("PRIMARY KEY (id)",),
    ]


@pytest.mark.req("C19", "C20", "C22", "C35", "CT2", "CT5")
def test_results_have_a_key_one_job_each_and_a_confidence_from_0_to_1(sql: Sql) -> None:
    bounds = "(confidence_score >= (0)::numeric) AND (confidence_score <= (1)::numeric)"
    assert sql.execute(CONSTRAINTS, ("job_results",)).fetchall() == [
        (f"CHECK (({bounds}))",),
        ("CHECK ((cost >= (0)::numeric))",),
        ("CHECK (((cost IS NULL) = (currency IS NULL)))",),
        ("CHECK ((currency = ANY (ARRAY['EUR'::text, 'USD'::text])))",),
        ("FOREIGN KEY (job_id) REFERENCES jobs(id) ON DELETE CASCADE",),
        ("PRIMARY KEY (id)",),
        ("UNIQUE (job_id)",),
    ]


@pytest.mark.req("C10")
def test_statuses_are_an_enum_in_the_order_of_a_job(sql: Sql) -> None:
    [labels] = sql.execute("SELECT enum_range(NULL::job_status)::text[]").fetchall()
    assert labels == (["queued", "processing", "completed", "failed"],)
    assert labels == ([status.value for status in JobStatus],)


@pytest.mark.parametrize(
    ("table", "name", "column"),
    [
        pytest.param(
            "jobs",
            "idx_jobs_status",
            "status",
            marks=pytest.mark.req("C25", "C6"),
        ),
        pytest.param(
            "jobs",
            "idx_jobs_created_at",
            "created_at",
            marks=pytest.mark.req("C26"),
        ),
        pytest.param(
            "jobs",
            "idx_jobs_client_id",
            "client_id",
            marks=pytest.mark.req("C27"),
        ),
        pytest.param(
            "job_results",
            "idx_job_results_job_id",
            "job_id",
            marks=pytest.mark.req("C28"),
        ),
    ],
)
def test_index_is_that_of_the_story(
    sql: Sql, schema: str, table: str, name: str, column: str
) -> None:
    [found] = sql.execute(INDEX, (name,)).fetchall()
    assert found == (f"CREATE INDEX {name} ON {schema}.{table} USING btree ({column})",)


@pytest.mark.req("C37")
def test_the_three_indexes_of_the_second_task_are_there(sql: Sql) -> None:
    names = ["idx_job_results_job_id", "idx_jobs_created_at", "idx_jobs_status"]
    found = sql.execute(
        "SELECT indexname::text FROM pg_indexes WHERE schemaname = current_schema()"
        " AND indexname = ANY (%s) ORDER BY 1",
        (names,),
    )
    assert [name for (name,) in found] == names


@pytest.mark.req("C16", "C29", "C30", "C36")
def test_trigger_is_that_of_the_story(sql: Sql, schema: str) -> None:
    [(trigger, body, returns)] = sql.execute(
        "SELECT pg_get_triggerdef(g.oid), prosrc, format_type(prorettype, NULL) FROM pg_trigger g"
        " JOIN pg_proc p ON p.oid = tgfoid WHERE tgname = 'trigger_jobs_updated_at'"
        " AND tgrelid = 'jobs'::regclass"
    ).fetchall()
    assert trigger == (
        f"CREATE TRIGGER trigger_jobs_updated_at BEFORE UPDATE ON {schema}.jobs"
        " FOR EACH ROW EXECUTE FUNCTION update_updated_at()"
    )
    assert 'NEW."updated_at" := now();' in body
    assert returns == "trigger"


def described(model: type[Model]) -> Iterator[tuple[str, str]]:
    return ((name, field.description or "") for name, field in model.model_fields.items())


@pytest.mark.parametrize(
    ("table", "model"),
    [
        pytest.param("jobs", Job, marks=pytest.mark.req("C47", "C71")),
        pytest.param("job_results", JobResult, marks=pytest.mark.req("C72")),
    ],
)
def test_meaning_of_each_attribute_is_in_the_database(
    sql: Sql, table: str, model: type[Model]
) -> None:
    rows = sql.execute(
        "SELECT attname::text, col_description(attrelid, attnum) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
        (table,),
    ).fetchall()
    assert rows == list(described(model))
    assert all(meaning for _, meaning in rows)
    assert len(layer.tables) == 2
