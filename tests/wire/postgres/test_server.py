"""The PostgreSQL that the tests start: it answers, it always ends, it gets no secrets."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import wait_until
from trueup.testing import postgres, postgres_programs

STARTS_AND_WAITS = """
from trueup.testing.postgres import running_postgres
with running_postgres() as server:
    print(server.port, flush=True)
    input()
"""


def answers(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.server
def test_server_answers_in_its_block_and_not_after_it() -> None:
    with postgres.running_postgres() as server:
        assert answers(server.port)
        assert server.password not in repr(server)
        folder = server.log.parent
    assert not answers(server.port)
    assert not folder.exists()


@pytest.mark.server
def test_server_ends_with_a_process_that_is_killed() -> None:
    command = [sys.executable, "-c", STARTS_AND_WAITS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: not answers(port), 20)


def test_server_that_is_not_installed_is_an_error_and_never_a_skip(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POSTGRES_URL", raising=False)
    monkeypatch.setattr(postgres_programs, "DEBIAN", Path("/nowhere"))
    monkeypatch.setenv("PATH", "")
    pytester.makeconftest('pytest_plugins = ["trueup.testing.servers"]')
    pytester.makepyfile("def test_it(postgres_url): ...")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "*PostgreSQL was not started: it is not installed",
            "*to do: run: sudo apt-get install postgresql postgresql-postgis",
        ]
    )
