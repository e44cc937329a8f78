"""The server that the contract suite starts: it answers, and it always ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

import trueup
from tests.waiting import wait_until
from tests.wire.server import Answer, FaultServer, reply, sending
from trueup import Layer, NeedsOperator, Unavailable
from trueup.errors import Place
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


@pytest.mark.server
def test_server_answers_in_its_block_and_not_after_it() -> None:
    with running_ministack() as server:
        assert answers(server.port)
        assert server.url == f"dynamodb://127.0.0.1:{server.port}"
        folder = server.log.parent
    assert not answers(server.port)
    assert not folder.exists()


@pytest.mark.server
@pytest.mark.fault("F30")
def test_server_gets_nothing_that_is_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "MY_TOKEN"):
        monkeypatch.setenv(name, "hunter2")
    with running_ministack() as server:
        folder = server.log.parent
        environments = [
            one.read_bytes() for one in Path("/proc").glob("[0-9]*/environ") if _is_readable(one)
        ]
        own = [one for one in environments if f"TMPDIR={folder}".encode() in one]
    assert own
    assert not any(b"hunter2" in one for one in own)
    assert all(f"HOME={folder}".encode() in one for one in own)


def _is_readable(file: Path) -> bool:
    try:
        return bool(file.read_bytes())
    except OSError:
        return False


@pytest.mark.server
def test_server_ends_where_the_block_raises() -> None:
    with pytest.raises(ZeroDivisionError), running_ministack() as server:
        raise ZeroDivisionError
    assert not answers(server.port)


@pytest.mark.server
def test_server_ends_with_a_process_that_is_killed() -> None:
    command = [sys.executable, "-c", STARTS_AND_WAITS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: not answers(port))


def test_server_that_is_not_installed_is_an_error_and_never_a_skip(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DYNAMODB_URL", raising=False)
    monkeypatch.setitem(sys.modules, "ministack", None)  # as if it were not installed
    pytester.makeconftest('pytest_plugins = ["trueup.testing.servers"]')
    pytester.makepyfile("def test_it(dynamodb_url): ...")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*ministack was not started: it is not installed", "*to do: run: pip install ministack"]
    )


LAYER = Layer("cleanup", target="dynamodb", tables=[PEOPLE, TEXTS])


def test_cleanup_drops_the_tables_of_one_run_only(
    dynamodb_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = f"trueup-cleanup-{uuid4().hex[:8]}-"
    prefixes = [f"{run}one-", f"{run}two-"]
    for prefix in prefixes:
        with trueup.connect(dynamodb_url, LAYER, table_names=f"{prefix}{{table}}") as db:
            db.create_tables()
    assert main([dynamodb_url, prefixes[0]]) == 0
    assert "2 tables deleted" in capsys.readouterr().out
    left = [f"{prefixes[1]}{table.name}" for table in LAYER.tables]
    assert sorted(drop_tables(dynamodb_url, run)) == left
    assert drop_tables(dynamodb_url, run) == []


def test_cleanup_finds_tables_on_every_page(dynamodb_url: str) -> None:
    """DynamoDB lists 100 names at a time."""
    prefix = f"trueup-cleanup-{uuid4().hex[:8]}-"
    layer = Layer("one", target="dynamodb", tables=[PEOPLE])
    made = [f"{prefix}{number:03}" for number in range(101)]
    for name in made:
        with trueup.connect(dynamodb_url, layer, table_names=name) as db:
            db.create_tables()
    assert sorted(drop_tables(dynamodb_url, prefix)) == made
    assert drop_tables(dynamodb_url, prefix) == []


def answering(code: str, status: bytes = b"400 Bad Request", **body: object) -> Answer:
    """An answer of DynamoDB; with a code, a refusal."""
    text = json.dumps({"__type": f"com.amazonaws.dynamodb#{code}"} if code else body).encode()
    return sending(lambda _: reply(text, status=status))


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """A DynamoDB with the tables x-1 and y-1, and no keys that anyone has to know."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    tables = answering("", b"200 OK", TableNames=["x-1", "y-1"])
    with FaultServer(otherwise=answering("ResourceInUseException")) as server:
        server.answers.append(tables)
        yield server


@pytest.mark.parametrize("wire", ["direct", "botocore"])
@pytest.mark.parametrize("last", ["", "ResourceNotFoundException"])
def test_cleanup_waits_for_a_table_that_is_being_made(
    busy: FaultServer, last: str, wire: str
) -> None:
    busy.answers.append(answering("ResourceInUseException"))
    busy.answers.append(answering("LimitExceededException"))
    busy.answers.append(answering(last, b"400 Bad Request" if last else b"200 OK"))
    assert drop_tables(f"dynamodb://127.0.0.1:{busy.port}?wire={wire}", "x-") == ["x-1"]
    assert [json.loads(body) for body in busy.bodies[1:]] == [{"TableName": "x-1"}] * 3


def test_cleanup_ends_where_a_table_stays_in_use(busy: FaultServer) -> None:
    with pytest.raises(Unavailable, match="the table is being made or changed") as caught:
        drop_tables(f"dynamodb://127.0.0.1:{busy.port}", "x-", timeout_s=0.3)
    assert caught.value.where == Place("dynamodb", table="x-1")


def test_cleanup_that_is_not_allowed_is_not_tried_again(busy: FaultServer) -> None:
    busy.answers.append(answering("AccessDeniedException"))
    with pytest.raises(NeedsOperator, match="do not allow dynamodb:DeleteTable"):
        drop_tables(f"dynamodb://127.0.0.1:{busy.port}", "x-")
    assert len(busy.bodies) == 2


@pytest.mark.parametrize(("url", "prefix"), [("dynamodb://local", ""), ("sqlite://", "x-")])
def test_cleanup_of_everything_is_refused(
    url: str, prefix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([url, prefix]) == 1
    assert "by a prefix of their names" in capsys.readouterr().err
