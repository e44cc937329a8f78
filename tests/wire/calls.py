"""Both wires, called in one way, so that each test of a fault runs on both."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Protocol

from trueup.engines.dynamodb.port import HttpPayload
from trueup.engines.dynamodb.wire.asynchronous import AsyncDirectWire
from trueup.engines.dynamodb.wire.aws.configuration import Options
from trueup.engines.dynamodb.wire.aws.credentials import Credentials
from trueup.engines.dynamodb.wire.blocking import DirectWire
from trueup.engines.dynamodb.wire.http.reply import Reply

CREDENTIALS = Credentials("AKIDEXAMPLE", "secret")


class Caller(Protocol):
    """A wire that blocks, whatever is behind it."""

    wire: DirectWire | AsyncDirectWire

    def send(self, payload: HttpPayload, timeout_s: float = 5.0) -> Reply: ...

    def call(self, body: bytes = b"{}", timeout_s: float = 5.0) -> Reply:
        """Send a body that the server echoes."""
        return self.send(HttpPayload("GetItem", body), timeout_s)

    def settle(self) -> None:
        """Let a loop hear of what has happened; it runs only during calls."""

    def close(self) -> None: ...


class BlockingCaller(Caller):
    def __init__(self, wire: DirectWire) -> None:
        self.wire: DirectWire = wire

    def send(self, payload: HttpPayload, timeout_s: float = 5.0) -> Reply:
        return self.wire.perform(payload, time.monotonic() + timeout_s)

    def settle(self) -> None:
        pass

    def close(self) -> None:
        self.wire.close()


class AwaitingCaller(Caller):
    def __init__(self, wire: AsyncDirectWire, runner: asyncio.Runner) -> None:
        self.wire: AsyncDirectWire = wire
        self.runner = runner

    def send(self, payload: HttpPayload, timeout_s: float = 5.0) -> Reply:
        async def perform() -> Reply:
            return await self.wire.perform(payload, time.monotonic() + timeout_s)

        return self.runner.run(perform())

    def settle(self) -> None:
        self.runner.run(asyncio.sleep(0.005))

    def close(self) -> None:
        self.runner.run(self.wire.aclose())


def options(url: str, **more: float) -> Options:
    """Options for a test server; `more` are those with numbers."""
    return Options(
        region="eu-west-1",
        endpoint_url=url,
        credentials=CREDENTIALS,
        connect_timeout_s=more.get("connect_timeout_s", 5.0),
        read_timeout_s=more.get("read_timeout_s", 5.0),
        most_connections=int(more.get("most_connections", 50)),
    )


@contextmanager
def calling(
    flavour: str, chosen: Options, environ: dict[str, str] | None = None
) -> Iterator[Caller]:
    """A wire of this flavour, closed afterwards."""
    if flavour == "blocking":
        with closing(BlockingCaller(DirectWire(chosen, environ or {}))) as caller:
            yield caller
        return
    with asyncio.Runner() as runner:
        wire = AsyncDirectWire(chosen, environ or {})
        with closing(AwaitingCaller(wire, runner)) as awaiting:
            yield awaiting


def count_sockets() -> int:
    """The sockets that this process has open."""
    count = 0
    for name in os.listdir("/proc/self/fd"):
        try:
            count += os.readlink(f"/proc/self/fd/{name}").startswith("socket:")
        except FileNotFoundError:
            continue  # closed meanwhile: the folder's own
    return count
