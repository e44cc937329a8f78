"""A database some of whose requests meet a server that is too slow.

They go through a proxy of their own, where every reply drips, on a wire that waits only briefly for
the next byte. So a slow reply is found in a moment, and on however slow a machine no other one is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from typing import Any

from tests.faults.callers import Caller
from tests.faults.faults import drip
from tests.faults.proxy import FaultProxy
from trueup.engines.dynamodb.driver import open_async_wire, open_wire
from trueup.engines.dynamodb.transport import AsyncDynamoTransport, DynamoTransport
from trueup.engines.dynamodb.wire.aws.configuration import Options
from trueup.operations.operation import Request
from trueup.testing.suite.harness.engine import Connected, Flavour

READ_TIMEOUT_S = 0.1


class _Alternating:
    """Two wires of one flavour, whichever it is. numbers: of the requests for the second one."""

    def __init__(self, first: Any, second: Any, numbers: Collection[int]) -> None:
        self._wires = first, second
        self._numbers = numbers
        self._count = count()

    def perform(self, request: Request[Any], deadline_s: float) -> Any:
        wire = self._wires[next(self._count) in self._numbers]
        return wire.perform(request, deadline_s)

    def close(self) -> None:
        self._wires[0].close()

    async def aclose(self) -> None:
        await self._wires[0].aclose()


@asynccontextmanager
async def slowed(
    connected: Connected, caller: Caller, proxy: FaultProxy, numbers: Collection[int]
) -> AsyncIterator[Connected]:
    """A wire of either flavour whose requests with these numbers are slow.

    proxy: what it is connected to; it counts the slow ones too.
    """
    slow = FaultProxy(proxy.server, otherwise=drip, turn=proxy.turn)
    try:
        with slow:
            async with _also_over(connected, caller, slow, numbers) as both:
                yield both
    finally:
        # Once it has ended: it may hear of a request when that was given up.
        proxy.begun += slow.begun


@asynccontextmanager
async def _also_over(
    connected: Connected, caller: Caller, slow: FaultProxy, numbers: Collection[int]
) -> AsyncIterator[Connected]:
    is_async, wire = caller.flavour is Flavour.ASYNC, caller.wire
    url = f"http://127.0.0.1:{slow.port}"
    options = Options(region="us-east-1", endpoint_url=url, read_timeout_s=READ_TIMEOUT_S)
    hasty: Any = await open_async_wire(wire, options) if is_async else open_wire(wire, options)
    port = AsyncDynamoTransport(hasty) if is_async else DynamoTransport(hasty)
    try:
        yield replace(connected, wire=_Alternating(connected.wire, port, numbers))
    finally:
        if is_async:
            await hasty.aclose()
        else:
            hasty.close()
