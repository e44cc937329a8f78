"""Whatever answers at an endpoint: a call ends in an error of ours that shows nothing of it, in
time and in little memory, and the next call works."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import trueup
from tests.wire.hostile_replies import FLOODS, SECRET, SHAPES, pages_without_end
from tests.wire.server import FaultServer, reply, sending
from trueup import Layer, Model, RetryPolicy, TrueupError, at
from trueup.errors import DeadlineExceeded, ErrorCode
from trueup.testing.suite.harness.flavour import as_awaitable
from trueup.testing.suite.tables import PEOPLE, Person

LAYER = Layer("hostile", target="dynamodb", tables=[PEOPLE])
NOBODY = sending(lambda _: reply(b"{}"))
KEYS = {"AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "SK", "AWS_CONFIG_FILE": "/nowhere"}


class Name(Model):
    """Of a person, without the key."""

    name: str = ""


Call = Callable[[Any], Awaitable[Any]]


async def _transaction(db: Any) -> None:
    async with db.transaction() as transaction:
        transaction.put(PEOPLE, Person(id="a"))
        transaction.update(PEOPLE, "b", at(Person.age).add(1))


async def _names(db: Any) -> None:
    """Their cursor is made of keys that the projection does not have."""
    results = db.repository(PEOPLE).scan(projection=Name)
    await results.all()
    _ = results.cursor


CALLS: dict[str, Call] = {
    "get": lambda db: db.repository(PEOPLE).get("a"),
    "scan": lambda db: db.repository(PEOPLE).scan(limit=1).all(),
    "names": _names,
    "count": lambda db: db.repository(PEOPLE).count("a"),
    "put": lambda db: db.repository(PEOPLE).put(Person(id="a"), returning="old"),
    "create": lambda db: db.repository(PEOPLE).create(Person(id="a")),
    "update": lambda db: db.repository(PEOPLE).update("a", at(Person.age).add(1), returning="new"),
    "delete": lambda db: db.repository(PEOPLE).delete("a"),
    "get_many": lambda db: db.repository(PEOPLE).get_many(["a", "b"]),
    "put_many": lambda db: db.repository(PEOPLE).put_many([Person(id="a"), Person(id="b")]),
    "transaction": _transaction,
    "create_tables": lambda db: db.create_tables(),
}


@dataclass
class Stage:
    """One open database, in one flavour, over a server that says what it is told."""

    server: FaultServer
    db: Any
    runner: asyncio.Runner

    def error_of(self, call: Call, seconds: float = 5.0) -> TrueupError | None:
        """The error of a call; None where it succeeds. Any other exception fails the test."""

        async def perform() -> TrueupError | None:
            try:
                await call(self.db.within(seconds))
            except TrueupError as error:
                return error
            return None

        return self.runner.run(perform())


@pytest.fixture(scope="module", params=["direct", "botocore"])
def wire(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module", params=["sync", "async"])
def stage(wire: str, request: pytest.FixtureRequest) -> Iterator[Stage]:
    with (
        pytest.MonkeyPatch.context() as patch,
        FaultServer(otherwise=NOBODY) as server,
        asyncio.Runner() as runner,
    ):
        for name, value in KEYS.items():
            patch.setenv(name, value)
        url = f"dynamodb://127.0.0.1:{server.port}?region=eu-west-1&wire={wire}"
        if request.param == "sync":
            db: Any = as_awaitable(trueup.connect(url, LAYER, retries=RetryPolicy.NONE))
        else:
            db = runner.run(trueup.connect_async(url, LAYER, retries=RetryPolicy.NONE))
        db.subscribe(lambda event: None)
        yield Stage(server, db, runner)
        runner.run(db.aclose())


@pytest.mark.fault("F28", "F25")
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("shape", SHAPES)
def test_reply_that_is_not_dynamodbs_is_an_error_that_shows_nothing_of_it(
    stage: Stage, shape: str, call: str
) -> None:
    stage.server.otherwise = SHAPES[shape]
    error = stage.error_of(CALLS[call])
    stage.server.otherwise = NOBODY
    if error is not None:
        shown = f"{error} {error.to_dict()} {error.native} {error.args}"
        assert SECRET not in shown
        assert len(shown) < 5_000
        shown_chain = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        assert shown_chain is None or isinstance(shown_chain, TrueupError | OSError)
    assert stage.error_of(CALLS["get"]) is None


CLIENT = """
import asyncio, sys, time
import trueup
from tests.wire.test_hostile import CALLS, LAYER
from trueup import RetryPolicy, TrueupError
from trueup.testing.suite.harness.flavour import as_awaitable

url, flavour, timeout_s = sys.argv[1], sys.argv[2], 3.0

async def main():
    if flavour == "sync":
        db = as_awaitable(trueup.connect(url, LAYER, retries=RetryPolicy.NONE))
    else:
        db = await trueup.connect_async(url, LAYER, retries=RetryPolicy.NONE)
    for name in ("get", "scan", "put", "update"):
        began = time.monotonic()
        try:
            await CALLS[name](db.within(timeout_s))
        except TrueupError:
            pass
        late_s = time.monotonic() - began - timeout_s
        assert late_s < 1, (name, late_s)
    await db.aclose()

asyncio.run(main())
with open("/proc/self/status") as status:  # of this program only; getrusage counts its parent's
    peak = next(line for line in status if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
"""


@pytest.mark.fault("F27")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("flavour", ["sync", "async"])
@pytest.mark.parametrize("flood", FLOODS)
def test_reply_takes_no_more_memory_and_time_than_one_of_dynamodb(
    wire: str, flavour: str, flood: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    with FaultServer(otherwise=FLOODS[flood]) as server:
        url = f"dynamodb://127.0.0.1:{server.port}?region=eu-west-1&wire={wire}"
        command = [sys.executable, "-c", CLIENT, url, flavour]
        peak = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert int(peak.stdout) < 200


@pytest.mark.fault("F27")
def test_pages_without_end_end_with_the_call(stage: Stage) -> None:
    stage.server.otherwise = pages_without_end()
    began_s = time.monotonic()
    error = stage.error_of(CALLS["scan"], seconds=0.5)
    took_s = time.monotonic() - began_s
    stage.server.otherwise = NOBODY
    assert isinstance(error, DeadlineExceeded)
    assert took_s < 1.5
    assert stage.error_of(CALLS["get"]) is None


@pytest.mark.fault("F21")
def test_refusal_says_where_and_what_the_server_said(stage: Stage, wire: str) -> None:
    said = "The security token included in the request is expired"
    body = f'{{"__type":"x#ExpiredTokenException","message":"{said}"}}'.encode()
    stage.server.otherwise = sending(lambda _: reply(body, status=b"400 Bad Request"))
    error = stage.error_of(CALLS["get"])
    stage.server.otherwise = NOBODY
    assert error is not None
    assert error.code is ErrorCode.CREDENTIALS_REFUSED
    region = ", region eu-west-1" if wire == "direct" else ""
    assert str(error.where) == f"dynamodb, table People, {stage.server.url}{region}"
    assert error.reply == said
