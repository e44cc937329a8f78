"""What PostgreSQL makes of the declarations of two systems, to the letter."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import trueup
from systems.dumps import PROGRAMS, SYSTEMS, Dumped, created, dump, server_15
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


@pytest.mark.req("C9")
def test_tables_are_those_of_the_dump(server: PostgresServer, system: Dumped, url: str) -> None:
    assert dump(server, system.layer.name) == system.file.read_text(encoding="utf-8"), (
        "if the change is meant, run: python -m systems.dumps"
    )


@pytest.mark.req("C31", "DT1")
def test_creating_again_changes_nothing(server: PostgresServer, system: Dumped, url: str) -> None:
    for _ in range(3):
        with trueup.connect(url, system.layer) as db:
            db.create_tables()
    assert dump(server, system.layer.name) == system.file.read_text(encoding="utf-8")


@pytest.mark.req("C31", "DT1")
def test_ten_processes_create_the_same_at_once(server: PostgresServer, system: Dumped) -> None:
    name = f"{system.layer.name}_at_once"
    url = create_database(server, name, system.extensions)
    command = [sys.executable, "-c", CREATE.format(system.layer.name), url]
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
    assert dump(server, name) == system.file.read_text(encoding="utf-8")


@pytest.mark.req("C73")
def test_dump_creates_the_same_in_an_empty_database(server: PostgresServer, system: Dumped) -> None:
    name = f"{system.layer.name}_loaded"
    create_database(server, name)
    target = server.as_superuser(name)
    psql = str(PROGRAMS / "psql")
    command = [psql, "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", target]
    text = system.file.read_text(encoding="utf-8")
    subprocess.run([*command, "--output=/dev/null"], input=text, check=True, text=True)
    assert dump(server, name) == text
