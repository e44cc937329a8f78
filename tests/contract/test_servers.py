"""The server that the contract suite starts: it answers, and it always ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from uuid import uuid4

import pytest

import trueup
from trueup import Layer
from trueup.testing.cleanup import drop_tables, main
from trueup.testing.ministack import running_ministack
from trueup.testing.suite.tables import PEOPLE, TEXTS

STARTS_AND_WAITS = """
from trueup.testing.ministack import running_ministack
with running_ministack() as server:
    print(server.port, flush=True)
    input()
"""


def answers(port: int) -> bool:
    """Whether something listens there."""
    import socket

    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


def ends(port: int, within_s: float = 10) -> bool:
    """Whether nothing listens there any more, after a while at most."""
    deadline_s = time.monotonic() + within_s
    while answers(port) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    return not answers(port)


def test_server_answers_in_its_block_and_not_after_it() -> None:
    with running_ministack() as server:
        assert answers(server.port)
        assert server.url == f"dynamodb://127.0.0.1:{server.port}"
        folder = server.log.parent
    assert not answers(server.port)
    assert not folder.exists()


def test_server_ends_where_the_block_raises() -> None:
    with pytest.raises(ZeroDivisionError), running_ministack() as server:
        raise ZeroDivisionError
    assert not answers(server.port)


def test_server_ends_with_a_process_that_is_killed() -> None:
    command = [sys.executable, "-c", STARTS_AND_WAITS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
    assert ends(port)


LAYER = Layer("cleanup", target="dynamodb", tables=[PEOPLE, TEXTS])


def test_cleanup_drops_the_tables_of_one_run_only(
    dynamodb_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = f"trueup-cleanup-{uuid4().hex[:8]}-"
    prefixes = [f"{run}one-", f"{run}two-"]
    for prefix in prefixes:
        with trueup.connect(dynamodb_url, LAYER, names=f"{prefix}{{table}}") as db:
            db.create_tables()
    assert main([dynamodb_url, prefixes[0]]) == 0
    assert "2 tables deleted" in capsys.readouterr().out
    left = [f"{prefixes[1]}{table.name}" for table in LAYER.tables]
    assert sorted(drop_tables(dynamodb_url, run)) == left
    assert drop_tables(dynamodb_url, run) == []


@pytest.mark.parametrize(("url", "prefix"), [("dynamodb://local", ""), ("sqlite://", "x-")])
def test_cleanup_of_everything_is_refused(
    url: str, prefix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([url, prefix]) == 1
    assert "by a prefix of their names" in capsys.readouterr().err
