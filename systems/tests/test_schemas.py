"""What PostgreSQL makes of the declarations of two systems, to the letter."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import trueup
from systems.dumps import PROGRAMS, SYSTEMS, Dumped, created, dump, loaded, server_15
from trueup.testing.postgres import PostgresServer, create_database

PROCESSES = 10
CREATE = """
import sys
import trueup
from systems.{}.tables import layer
print("ready", flush=True)
sys.stdin.read()
with trueup.connect(sys.argv[1], layer) as db:
    db.create_tables()
"""

BY_NAME = [pytest.param(system, id=system.layer.name) for system in SYSTEMS]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with server_15() as running:
        yield running


@pytest.fixture(scope="module", params=BY_NAME)
def system(request: pytest.FixtureRequest) -> Dumped:
    found: Any = request.param
    assert isinstance(found, Dumped)
    return found


@pytest.fixture(scope="module")
def url(server: PostgresServer, system: Dumped) -> str:
    return created(server, system)


@pytest.fixture(scope="module")
def loaded_url(server: PostgresServer, system: Dumped) -> str:
    return loaded(server, system, _loaded(system))


def _loaded(system: Dumped) -> str:
    return f"{system.layer.name}_loaded"


@pytest.mark.req("C9", "C73")
def test_script_makes_what_the_declarations_make(
    server: PostgresServer, system: Dumped, url: str, loaded_url: str
) -> None:
    assert dump(server, _loaded(system)) == dump(server, system.layer.name)


@pytest.mark.usefixtures("loaded_url")
def test_script_runs_once_or_not_at_all(server: PostgresServer, system: Dumped) -> None:
    before = dump(server, _loaded(system))
    psql = [str(PROGRAMS / "psql"), "--quiet", "--set=ON_ERROR_STOP=1"]
    again = [*psql, f"--file={system.file}", f"--dbname={server.as_superuser(_loaded(system))}"]
    assert subprocess.run(again, check=False, capture_output=True).returncode
    assert dump(server, _loaded(system)) == before


def test_verify_finds_no_difference_after_the_script(system: Dumped, loaded_url: str) -> None:
    command = ["trueup", "verify", "--url", loaded_url]
    command += ["--layer", f"systems.{system.layer.name}.tables:layer"]
    done = subprocess.run(
        [sys.executable, "-m", *command], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert " 0 differ, 0 not known." in done.stdout


@pytest.mark.req("D49")
def test_script_says_what_each_column_index_and_trigger_is_for(system: Dumped) -> None:
    lines = system.file.read_text(encoding="utf-8").splitlines()
    above = dict(itertools.pairwise(reversed(lines)))
    for table in system.layer.tables:
        description = system.layer.describe(table)
        assert f"-- {description.description}." in lines
        for attribute in description.attributes:
            assert _of_column(table.name, attribute.attribute) in "\n".join(lines)
        for index in description.indexes.values():
            start = f'CREATE INDEX "{index.name}" ON "{table.name}"'
            statement = next(line for line in lines if line.startswith(start))
            assert above[statement].startswith(f"-- {index.description}. ")
    explained = ("CREATE INDEX", "CREATE OR REPLACE TRIGGER", "CREATE POLICY", "ALTER TABLE")
    made = [line for line in lines if line.startswith(explained) and "ROW LEVEL" not in line]
    assert [one for one in made if not above[one].startswith("-- ")] == []


def _of_column(table: str, column: str) -> str:
    return f'COMMENT ON COLUMN "{table}"."{column}" IS '


@pytest.mark.req("C31", "DT1")
def test_creating_again_changes_nothing(server: PostgresServer, system: Dumped, url: str) -> None:
    before = dump(server, system.layer.name)
    for _ in range(3):
        with trueup.connect(url, system.layer) as db:
            db.create_tables()
    assert dump(server, system.layer.name) == before


@pytest.mark.req("C31", "DT1")
def test_ten_processes_create_the_same_at_once(
    server: PostgresServer, system: Dumped, url: str
) -> None:
    name = f"{system.layer.name}_at_once"
    created_at_once = create_database(server, name, system.extensions)
    command = [sys.executable, "-c", CREATE.format(system.layer.name), created_at_once]
    pipe = subprocess.PIPE
    running = [
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        for _ in range(PROCESSES)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    ends = [(*process.communicate(timeout=60), process.returncode) for process in running]
    assert ends == [("", "", 0)] * PROCESSES
    assert dump(server, name) == dump(server, system.layer.name)
