"""What is found in migrations, and what is none of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from trueup.checks.migrations.check import migration_problems
from trueup.checks.migrations.rules import RULES

ADD = "ALTER TABLE jobs ADD CONSTRAINT small CHECK (size < 9)"
REFER = "ALTER TABLE jobs ADD CONSTRAINT owned FOREIGN KEY (owner) REFERENCES owners (id)"
ALONE = "-- trueup: no-transaction\n"


def found(folder: Path, up: str) -> list[str]:
    """The codes for a migration with these statements."""
    (folder / "0001_change.sql").write_text(
        f"-- trueup: up\n{up};\n-- trueup: down\nSELECT 1;\n", encoding="utf-8"
    )
    return [problem.code for problem in migration_problems(folder)]


FOUND = [
    ("M001", f"{ADD} NOT VALID;\nALTER TABLE jobs VALIDATE CONSTRAINT small"),
    ("M001", f"{REFER} NOT VALID; ALTER TABLE jobs VALIDATE CONSTRAINT owned"),
    ("M002", f"{ALONE}CREATE INDEX CONCURRENTLY IF NOT EXISTS by_size ON jobs (size)"),
    ("M002", f"{ALONE}create unique index concurrently if not exists by_size on jobs (size)"),
    ("M003", "SET lock_timeout = 0"),
    ("M003", "SET SESSION statement_timeout = '1h'"),
    ("M003", "SET ROLE owner"),
    ("M004", "CREATE INDEX by_size ON jobs (size)"),
    ("M004", 'CREATE UNIQUE INDEX ON "app"."jobs" (size)'),
    ("M004", "ALTER TABLE jobs ADD CONSTRAINT once UNIQUE (size)"),
    ("M005", ADD),
    ("M005", REFER),
    ("M005", "ALTER TABLE jobs ADD CHECK (size < 9)"),
    ("M006", "DROP TABLE jobs"),
    ("M006", "ALTER TABLE jobs DROP COLUMN size"),
    ("M006", "TRUNCATE jobs"),
    ("M007", "DROP VIEW sizes CASCADE"),
    ("M008", "ALTER TABLE jobs RENAME COLUMN size TO length"),
    ("M008", "ALTER TABLE jobs RENAME TO works"),
    ("M008", "ALTER TYPE state RENAME VALUE 'a' TO 'b'"),
]
NOT_FOUND = [
    f"{ADD} NOT VALID",
    f"{REFER} NOT VALID",
    "ALTER TABLE jobs VALIDATE CONSTRAINT small",
    f"{ALONE}CREATE INDEX CONCURRENTLY by_size ON jobs (size)",
    "CREATE INDEX IF NOT EXISTS by_size ON fresh (size);\nCREATE TABLE fresh (size int)",
    "ALTER TABLE jobs ADD CONSTRAINT once UNIQUE USING INDEX by_size",
    "SET LOCAL lock_timeout = '2s'",
    "SET CONSTRAINTS ALL DEFERRED",
    "UPDATE jobs SET size = 0",
    "CREATE TABLE fresh (id int CHECK (id > 0), owner int REFERENCES owners ON DELETE CASCADE)",
    "CREATE TABLE fresh (id int); ALTER TABLE fresh ADD CHECK (id > 0)",
    "INSERT INTO notes VALUES ('DROP TABLE jobs CASCADE')",
    "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ TRUNCATE jobs CASCADE $$",
    "SELECT 1 -- DROP TABLE jobs",
    "-- trueup: loses the former size\nALTER TABLE jobs DROP COLUMN size",
    "ALTER TABLE jobs RENAME CONSTRAINT small TO smaller",
    "ALTER INDEX by_size RENAME TO jobs_by_size",
    "ALTER TABLE jobs ADD COLUMN more text",
]


@pytest.mark.parametrize(("code", "up"), FOUND)
def test_mistake_is_found(tmp_path: Path, code: str, up: str) -> None:
    assert found(tmp_path, up) == [code]


@pytest.mark.parametrize("up", NOT_FOUND)
def test_what_is_no_mistake_is_not(tmp_path: Path, up: str) -> None:
    assert found(tmp_path, up) == []


def test_every_rule_is_tried() -> None:
    assert {rule.code for rule in RULES} == {code for code, _ in FOUND}


def test_problem_has_the_line_of_its_statement_and_the_name_of_its_file(tmp_path: Path) -> None:
    found(tmp_path, "SELECT 1;\n\nTRUNCATE jobs")
    [problem] = migration_problems(tmp_path)
    assert (problem.line, problem.of) == (4, "0001_change")
    assert problem.file == str(tmp_path / "0001_change.sql")
