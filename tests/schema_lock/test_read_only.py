"""With a lock file plan, diff and verify read, and do nothing else; without one they cannot."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.schema_lock.projects import READER, Project, make_reader_of, new_project
from tests.soak import IS_SOAK
from tests.wire.postgres.proxy import Proxy
from trueup.testing.postgres import PostgresServer

MANY = 999 if IS_SOAK else 201
"""The tables beside `people` where there are many."""
MOST_S = 60


@contextmanager
def locked(
    server: PostgresServer | None, factory: pytest.TempPathFactory, count: int
) -> Iterator[Project]:
    """A project of so many tables beside `people`, which are there, with its lock file."""
    assert server is not None, "the tests make databases: unset POSTGRES_URL"
    with new_project(server, factory.mktemp("desk"), count) as made:
        made.made("apply --auto-approve")
        made.made("generate lock")
        make_reader_of(made.server, made.database)
        yield made


@pytest.fixture(scope="module")
def project(
    postgres_server: PostgresServer | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    with locked(postgres_server, tmp_path_factory, 1) as made:
        yield made


@pytest.fixture(scope="module")
def many(
    postgres_server: PostgresServer | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    with locked(postgres_server, tmp_path_factory, MANY) as made:
        yield made


def test_role_that_only_reads_sees_that_all_agrees(project: Project) -> None:
    for command in ("plan", "diff", "verify"):
        done = project.run(command, READER)
        assert done.code == 0, (command, done.out + done.err)
    refused = project.run("verify --no-lock", READER)
    assert (refused.code, "42501" in refused.out) == (1, True), refused.out + refused.err


def statements(project: Project, command: str) -> list[str]:
    """What a command sends."""
    url = project.url_of(READER)
    with Proxy(urlsplit(url).port or 0) as proxy:
        done = project.run(command, url=proxy.of(url))
        assert done.code == 0, done.out + done.err
        return [sql for sql in proxy.statements if "set_config('statement_timeout'" not in sql]


@pytest.mark.soak
@pytest.mark.parametrize("command", ["plan", "verify"])
def test_number_of_selects_is_the_same_for_any_number_of_tables(
    project: Project, many: Project, command: str
) -> None:
    few = statements(project, command)
    began_s = time.monotonic()
    assert few == statements(many, command)
    assert time.monotonic() - began_s < MOST_S
    assert len(few) < 20
    assert all(sql.startswith(("SELECT", "BEGIN", "COMMIT")) for sql in few)
    assert "READ ONLY" in next(sql for sql in few if sql.startswith("BEGIN"))


@pytest.mark.case("P4")
def test_many_diffs_of_one_state_are_the_same_bytes(project: Project) -> None:
    project.execute("ALTER TABLE people DROP CONSTRAINT people_mail")
    lines = ("diff --json", "diff --json --no-lock")
    try:
        said = {project.run(line).out for line in lines for _ in range(10)}
    finally:
        project.made("apply --auto-approve")
    (one,) = said
    assert one.count("people_mail") == 2
    assert "citext" in one


def test_role_that_only_reads_sees_what_differs(project: Project) -> None:
    project.execute("ALTER TABLE people DROP CONSTRAINT people_reached")
    project.execute("ALTER TABLE people ADD CONSTRAINT people_reached CHECK (num_nulls(phone) < 2)")
    try:
        with_lock = [project.run(line, READER) for line in ("diff --json", "verify")]
        without = [project.run(line) for line in ("diff --json --no-lock", "verify --no-lock")]
        assert [(done.code, done.out) for done in with_lock] == [
            (done.code, done.out) for done in without
        ]
        assert with_lock[0].code == with_lock[1].code == 2
        assert "people_reached" in with_lock[1].out
    finally:
        project.made("apply --auto-approve")
