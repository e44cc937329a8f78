"""What the plan says of statements is what a server does: locks, rows read, rows written anew."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.waiting import wait_until
from trueup.engines.connect import find_driver
from trueup.engines.postgres.ddl.changing.effects import Form
from trueup.schema.conversions import is_assigned, is_same_for_all, keeps_rows, loses

Connection = psycopg.Connection[Any]

STRENGTHS = (
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)
SET_UP = """
CREATE SCHEMA effects; SET search_path = effects;
CREATE TABLE others (id bigint PRIMARY KEY);
CREATE TABLE jobs (id bigint PRIMARY KEY, name varchar(50), size integer DEFAULT 1,
  price numeric(10,2), ends timestamptz, kept int4range, needed integer NOT NULL);
INSERT INTO jobs SELECT n, 'n' || n, n, n, now(), int4range(n, n + 1), n
FROM generate_series(1, 500) n;
INSERT INTO others SELECT n FROM generate_series(1, 500) n;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE INDEX jobs_size ON jobs (size);
CREATE UNIQUE INDEX jobs_name ON jobs (name);
ALTER TABLE jobs ADD CONSTRAINT grown CHECK (size > 0) NOT VALID;
ALTER TABLE jobs ADD CONSTRAINT filled CHECK (size IS NOT NULL);
ALTER TABLE jobs ADD CONSTRAINT kept CHECK (size < 10000);
CREATE TRIGGER old BEFORE UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION touch();
"""
STATEMENTS = {
    Form.ADD_COLUMN: "ALTER TABLE jobs ADD COLUMN a text DEFAULT 'x' NOT NULL",
    Form.ADD_COMPUTED_COLUMN: "ALTER TABLE jobs ADD COLUMN a uuid DEFAULT gen_random_uuid()",
    Form.DROP_COLUMN: "ALTER TABLE jobs DROP COLUMN price",
    Form.CHANGE_DEFAULT: "ALTER TABLE jobs ALTER COLUMN size SET DEFAULT 2",
    Form.CHANGE_KEPT_TYPE: "ALTER TABLE jobs ALTER COLUMN price TYPE numeric(12,2)",
    Form.CHANGE_TYPE: "ALTER TABLE jobs ALTER COLUMN size TYPE bigint",
    Form.DROP_NOT_NULL: "ALTER TABLE jobs ALTER COLUMN needed DROP NOT NULL",
    Form.SET_PROVED_NOT_NULL: "ALTER TABLE jobs ALTER COLUMN size SET NOT NULL",
    Form.ADD_CHECK_NOT_VALID: "ALTER TABLE jobs ADD CONSTRAINT c CHECK (size < 900) NOT VALID",
    Form.ADD_REFERENCE_NOT_VALID: "ALTER TABLE jobs ADD CONSTRAINT r FOREIGN KEY (id) "
    "REFERENCES others NOT VALID",
    Form.VALIDATE: "ALTER TABLE jobs VALIDATE CONSTRAINT grown",
    Form.VALIDATE_HIDDEN: "ALTER TABLE jobs NO FORCE ROW LEVEL SECURITY; "
    "ALTER TABLE jobs VALIDATE CONSTRAINT grown; ALTER TABLE jobs FORCE ROW LEVEL SECURITY",
    Form.EXCLUDE: "ALTER TABLE jobs ADD CONSTRAINT e EXCLUDE USING gist (kept WITH &&)",
    Form.DROP_CONSTRAINT: "ALTER TABLE jobs DROP CONSTRAINT kept",
    Form.USE_INDEX: "ALTER TABLE jobs ADD CONSTRAINT u UNIQUE USING INDEX jobs_name",
    Form.DROP_INDEX: "DROP INDEX jobs_size",
    Form.CREATE_TRIGGER: "CREATE OR REPLACE TRIGGER t BEFORE UPDATE ON jobs FOR EACH ROW "
    "EXECUTE FUNCTION touch()",
    Form.DROP_TRIGGER: "DROP TRIGGER old ON jobs",
    Form.ROW_SECURITY: "ALTER TABLE jobs ENABLE ROW LEVEL SECURITY",
    Form.RENAME: "ALTER TABLE jobs RENAME COLUMN size TO length",
    Form.COMMENT: "COMMENT ON COLUMN jobs.size IS 'how large'",
}
SEEN = """SELECT pg_relation_filenode('jobs'::regclass),
pg_stat_get_xact_numscans('jobs'::regclass), (SELECT coalesce(array_agg(mode), '{}') FROM pg_locks
WHERE pid = pg_backend_pid() AND relation = 'jobs'::regclass)"""


@pytest.fixture
def connection(postgres_url: str) -> Iterator[Connection]:
    with opened(postgres_url) as found:
        found.execute(SET_UP)
        found.commit()
        yield found
        found.rollback()
        found.execute("DROP SCHEMA effects CASCADE")
        found.commit()


def opened(url: str) -> Connection:
    assert os.environ["PGPASSWORD"]
    parameters: dict[str, Any] = dict(find_driver(url)[1].parameters)
    return psycopg.connect("", **parameters)


def strongest(modes: list[str]) -> str:
    return max(modes, key=STRENGTHS.index)


@pytest.mark.parametrize("form", STATEMENTS, ids=lambda form: form.name)
def test_statement_does_what_the_plan_says(connection: Connection, form: Form) -> None:
    [(file, scans, _)] = connection.execute(SEEN).fetchall()
    for sql in STATEMENTS[form].split("; "):
        connection.execute(sql.encode())
    [(file_after, scans_after, modes)] = connection.execute(SEEN).fetchall()
    effect = form.effect
    assert strongest(modes) == effect.lock
    assert (file_after != file) == effect.writes
    assert effect.writes or (scans_after > scans) == effect.reads


def test_each_form_is_observed() -> None:
    assert set(Form) - set(STATEMENTS) == {Form.BUILD_INDEX}


def test_index_is_built_while_others_write(connection: Connection, postgres_url: str) -> None:
    """It waits for a writer that was there before, and lets others write meanwhile."""
    effect = Form.BUILD_INDEX.effect
    with opened(postgres_url) as writer, opened(postgres_url) as builder:
        for other in (writer, builder):
            other.execute("SET search_path = effects")
            other.commit()
        builder.autocommit = True
        writer.execute("UPDATE jobs SET size = 2 WHERE id = 1")
        build = threading.Thread(
            target=builder.execute, args=["CREATE INDEX CONCURRENTLY built ON jobs (price)"]
        )
        build.start()
        select = "SELECT mode FROM pg_locks WHERE pid = %s AND relation = 'jobs'::regclass"

        def locks() -> list[str]:
            found = [mode for (mode,) in connection.execute(select, (pid,)).fetchall()]
            connection.execute("UPDATE jobs SET size = 3 WHERE id = 2")  # it does not wait
            connection.rollback()
            connection.execute("SET search_path = effects")
            return found

        pid = builder.info.backend_pid
        connection.execute("SET search_path = effects")
        wait_until(lambda: bool(locks()))
        assert strongest(locks()) == effect.lock
        connection.rollback()
        writer.commit()
        build.join(30)
        assert not build.is_alive()
        [(is_valid,)] = builder.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = 'built'::regclass"
        ).fetchall()
        assert is_valid


CONVERSIONS = [
    ("varchar(50)", "varchar(100)", "'ab'"),
    ("varchar(50)", "varchar(10)", "'ab'"),
    ("varchar(50)", "text", "'ab'"),
    ("text", "varchar(50)", "'ab'"),
    ("numeric(10,2)", "numeric(12,2)", "1.25"),
    ("numeric(10,2)", "numeric(12,4)", "1.25"),
    ("numeric(10,2)", "numeric(12,1)", "1.25"),
    ("numeric(10,2)", "numeric", "1.25"),
    ("numeric", "numeric(10,2)", "1.255"),
    ("numeric", "bigint", "1.5"),
    ("double precision", "real", "1.23456789012345"),
    ("double precision", "numeric", "0.1::float8 + 0.2"),
    ("bigint", "integer", "5"),
    ("integer", "bigint", "5"),
    ("timestamptz", "date", "'2020-01-02 03:04:05+00'"),
    ("timestamptz", "timestamptz(0)", "'2020-01-02 03:04:05.5+00'"),
    ("date", "timestamptz", "'2020-01-02'"),
    ("integer", "text", "5"),
    ("text", "integer", "'5'"),
    ("bigint", "double precision", "9007199254740993"),
    ("integer", "real", "16777217"),
    ("integer", "boolean", "7"),
    ("text", "numeric(3,1)", "'1.26'"),
    ("text", "date", "'2026-01-02 13:14:15'"),
    ("text[]", "varchar(3)[]", "ARRAY['abcdefgh']"),
    ("integer[]", "bigint[]", "ARRAY[5]"),
    ("uuid", "text", "gen_random_uuid()"),
    ("boolean", "integer", "true"),
]


@pytest.mark.parametrize(("old", "new", "value"), CONVERSIONS, ids=str)
def test_values_become_what_the_plan_says(
    connection: Connection, old: str, new: str, value: str
) -> None:
    connection.execute(f"CREATE TABLE values_of (v {old}); INSERT INTO values_of SELECT {value}")
    connection.commit()
    connection.execute("SET search_path = effects")
    node = "SELECT pg_relation_filenode('values_of'::regclass)"
    [(file,)] = connection.execute(node).fetchall()
    [(before,)] = connection.execute("SELECT v::text FROM values_of").fetchall()
    using = "" if is_assigned(old, new) else f" USING v::{new}"
    connection.execute(f"ALTER TABLE values_of ALTER COLUMN v TYPE {new}{using}")
    [(file_after,)] = connection.execute(node).fetchall()
    # A type may print a value otherwise; back in the old type, it prints the same unless it lost.
    [(after,)] = connection.execute(f"SELECT (v::{old})::text FROM values_of").fetchall()
    assert loses(old, new) == (after != before)
    assert keeps_rows(old, new) == (file_after == file)


DEFAULTS = [
    "'x'",
    "1",
    "now()",
    "now() + interval '1 day'",
    "CURRENT_TIMESTAMP",
    "'a(b)'",
    "gen_random_uuid()",
    "clock_timestamp()",
    "random()",
    "nextval('seq')",
]


@pytest.mark.case("P53")
@pytest.mark.parametrize("default", DEFAULTS)
def test_rewrite_is_foretold_of_exactly_the_defaults_that_make_one(
    connection: Connection, default: str
) -> None:
    connection.execute("CREATE SEQUENCE seq")
    type_ = f"SELECT pg_typeof({default})::text"
    [(found,)] = connection.execute(type_).fetchall()
    type_name = "text" if found == "unknown" else found
    [(file, *_)] = connection.execute(SEEN).fetchall()
    connection.execute(f"ALTER TABLE jobs ADD COLUMN a {type_name} DEFAULT {default}")
    [(file_after, *_)] = connection.execute(SEEN).fetchall()
    assert is_same_for_all(default) == (file_after == file)
