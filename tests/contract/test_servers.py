"""The server that the contract suite starts: it answers, and it always ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from trueup.testing.servers import running_ministack

STARTS_AND_WAITS = """
from trueup.testing.servers import running_ministack
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
