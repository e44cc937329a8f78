"""Two commands at once that build indexes: no deadlock, one does the work, the other says who."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.cli.shell import Shell
from tests.docs.transcripts import empty_database
from tests.postgres_changes.test_plan_forms import FIRST, LATER
from trueup.testing.postgres import PostgresServer

MIGRATION = """-- trueup: up
-- trueup: no-transaction
CREATE INDEX CONCURRENTLY jobs_size ON jobs (size);
CREATE INDEX CONCURRENTLY jobs_both ON jobs (size, owner);
-- trueup: down
-- trueup: no-transaction
DROP INDEX CONCURRENTLY jobs_both;
DROP INDEX CONCURRENTLY jobs_size;
"""


def test_two_applies_and_a_migration_at_once(
    postgres_server: PostgresServer | None, tmp_path: Path
) -> None:
    if postgres_server is None:
        pytest.skip("POSTGRES_URL names a server, on which the tests make no databases")
    with empty_database(postgres_server) as environ:
        url = environ["POSTGRES_URL"]
        shell = Shell(tmp_path, environ)
        shell.write("pyproject.toml", f'[tool.trueup]\nlayer = "tables:layer"\nurl = "{url}"\n')
        shell.write("tables.py", FIRST)
        assert not shell.run("trueup apply --auto-approve").code
        name = url.rpartition("/")[2].partition("?")[0]
        with psycopg.connect(postgres_server.as_superuser(name), autocommit=True) as connection:
            connection.execute(
                "INSERT INTO jobs SELECT n, 'ada', n FROM generate_series(1, 20000) n"
            )
            shell.write("tables.py", LATER)
            shell.write("migrations/0001_indexes.sql", MIGRATION)
            lines = ["trueup apply --auto-approve"] * 2 + ["trueup migrate up --unproved"]
            with ThreadPoolExecutor(len(lines)) as threads:
                first, second, migrated = threads.map(shell.run, lines)
            assert migrated.code == 0, migrated.err
            codes = sorted((first.code, second.code))
            assert codes in ([0, 0], [0, 3]), (first.err, second.err)
            for one in (first, second):
                assert one.code == 0 or "process" in one.err, one.err  # it says who holds the lock
                assert "deadlock" not in one.err
            invalid = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
            assert connection.execute(invalid).fetchall() == []
        assert "No changes" in shell.run("trueup plan").out
