"""Calls that are given up at any moment: no reply ever goes to another, nothing stays open.

The server echoes each request; whoever gets a body that is not its own has met another's reply.
"""

from __future__ import annotations

import asyncio
import gc
import random
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.waiting import wait_until
from tests.wire.calls import count_sockets, options
from tests.wire.certificates import serving, write_bundle
from tests.wire.server import Answer, FaultServer, chunked, reply
from trueup.engines.dynamodb.port import HttpPayload
from trueup.engines.dynamodb.wire.asynchronous import AsyncDirectWire
from trueup.engines.dynamodb.wire.errors import TimedOut

TASKS = 32
ROUNDS = 1000
CONNECTIONS = 12  # fewer than tasks, so that some are given up while they wait for one


def uneven(chance: random.Random) -> Answer:
    """Echo late, in pieces, with a length or in chunks."""

    def answer(connection: socket.socket, body: bytes) -> None:
        whole = reply(body) if chance.random() < 0.5 else chunked(body)
        cut = chance.randrange(len(whole))
        time.sleep(chance.random() / 500)
        connection.sendall(whole[:cut])
        time.sleep(chance.random() / 500)
        connection.sendall(whole[cut:])

    return answer


@pytest.fixture(params=["plain", "tls"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FaultServer]:
    authority = trustme.CA()
    write_bundle(authority, tmp_path)
    context: ssl.SSLContext | None = serving(authority) if request.param == "tls" else None
    with FaultServer(context, otherwise=uneven(random.Random(4))) as running:
        yield running


async def call_again_and_again(wire: AsyncDirectWire, name: str, chance: random.Random) -> None:
    """Until cancelled; some calls end by their own deadline."""
    for number in range(1000):
        body = f"{name}/{number}".encode() * chance.choice((1, 1, 1, 3000))
        timeout_s = chance.choice((5.0, 5.0, chance.random() / 200))
        try:
            found = await wire.perform(HttpPayload("GetItem", body), time.monotonic() + timeout_s)
        except TimedOut:
            continue
        assert found.body == body, "another call's reply"


async def give_up(task: asyncio.Task[None], chance: random.Random) -> None:
    """Cancel after some turns of the loop, or some time: at any point where the task waits."""
    if chance.random() < 0.5:
        for _ in range(chance.randrange(30)):
            await asyncio.sleep(0)
    else:
        await asyncio.sleep(chance.random() / 150)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def run_rounds(wire: AsyncDirectWire, chance: random.Random) -> None:
    for number in range(ROUNDS):
        tasks = [
            asyncio.create_task(call_again_and_again(wire, f"{number}/{task}", chance))
            for task in range(TASKS)
        ]
        await asyncio.gather(*(give_up(task, chance) for task in tasks))
    body = b"the last one"
    found = await wire.perform(HttpPayload("GetItem", body), time.monotonic() + 5)
    assert found.body == body


def test_cancelled_calls_leave_nothing_behind(server: FaultServer, tmp_path: Path) -> None:
    """32 tasks, 1,000 rounds, each cancelled somewhere; deadlines end others."""
    sockets, threads = count_sockets(), threading.active_count()
    environ = {"AWS_CA_BUNDLE": str(tmp_path / "authorities.pem")}

    async def main() -> int:
        wire = AsyncDirectWire(options(server.url, most_connections=CONNECTIONS), environ)
        await run_rounds(wire, random.Random(7))
        await wire.aclose()
        await asyncio.sleep(0.05)
        return len(asyncio.all_tasks())

    assert asyncio.run(main()) == 1
    wait_until(lambda: server.count_open() == 0)
    wait_until(lambda: count_sockets() == sockets)
    wait_until(lambda: threading.active_count() == threads)
    assert server.connections > ROUNDS  # connections were given up, and opened anew


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # the loops end without aclose
def test_loops_one_after_the_other_have_connections_of_their_own() -> None:
    sockets = count_sockets()
    with FaultServer() as server:
        assert call_in_loops_of_their_own(server) == [b"0", b"1", b"2"]
        assert server.connections == 3
    gc.collect()
    assert count_sockets() == sockets


def call_in_loops_of_their_own(server: FaultServer) -> list[bytes]:
    wire = AsyncDirectWire(options(server.url), {})

    async def call(body: bytes) -> bytes:
        return (await wire.perform(HttpPayload("GetItem", body), time.monotonic() + 5)).body

    bodies = [asyncio.run(call(b"%d" % number)) for number in range(3)]
    asyncio.run(wire.aclose())
    return bodies


def test_more_calls_than_connections_wait_for_each_other() -> None:
    with FaultServer(otherwise=uneven(random.Random(1))) as server:

        async def main() -> list[bytes]:
            wire = AsyncDirectWire(options(server.url, most_connections=3), {})
            bodies = [b"%d" % number for number in range(40)]
            end_s = time.monotonic() + 5
            calls = [wire.perform(HttpPayload("GetItem", body), end_s) for body in bodies]
            found = [reply.body for reply in await asyncio.gather(*calls)]
            await wire.aclose()
            assert found == bodies
            return found

        assert len(asyncio.run(main())) == 40
    assert server.connections == 3


def test_a_wait_for_a_connection_ends_at_the_deadline() -> None:
    with FaultServer(otherwise=lambda connection, _: time.sleep(0.3)) as server:

        async def main() -> TimedOut:
            wire = AsyncDirectWire(options(server.url, most_connections=1), {})
            payload = HttpPayload("GetItem", b"{}")
            first = asyncio.create_task(wire.perform(payload, time.monotonic() + 0.3))
            await asyncio.sleep(0.02)
            with pytest.raises(TimedOut) as caught:
                await wire.perform(payload, time.monotonic() + 0.05)
            with pytest.raises(TimedOut):
                await first
            await wire.aclose()
            return caught.value

        assert not asyncio.run(main()).sent
    assert len(server.bodies) == 1
