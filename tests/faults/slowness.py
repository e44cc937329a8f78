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

from tests.faults.faults import drip
from tests.faults.proxy import FaultProxy
from trueup import AsyncDatabase
from trueup.engines.dynamodb.driver import open_async_wire, open_wire
from trueup.engines.dynamodb.port import AsyncDynamoPort, DynamoPort
from trueup.engines.dynamodb.wire.aws.configuration import Options
from trueup.operations.operation import Request

READ_TIMEOUT_S = 0.1


class _Alternating:
    """Two wires of one flavour, whichever it is. numbers: of the requests for the second one."""

    def __init__(self, first: Any, second: Any, numbers: Collection[int]) -> None:
        self._attributes = first, second
        self._numbers = numbers
        self._count = count()

    def perform(self, request: Request[Any], deadline: float) -> Any:
        wire = self._attributes[next(self._count) in self._numbers]
        return wire.perform(request, deadline)


@asynccontextmanager
async def slowed(
    opened: Any, wire: str, proxy: FaultProxy, numbers: Collection[int]
) -> AsyncIterator[Any]:
    """An opened database of either flavour whose requests with these numbers are slow.

    proxy: what it is connected to; it counts the slow ones too.
    """
    slow = FaultProxy(proxy.server, otherwise=drip, turn=proxy.turn)
    try:
        with slow:
            async with _also_over(opened, wire, slow, numbers) as both:
                yield both
    finally:
        # Once it has ended: it may hear of a request when that was given up.
        proxy.begun += slow.begun


@asynccontextmanager
async def _also_over(
    opened: Any, wire: str, slow: FaultProxy, numbers: Collection[int]
) -> AsyncIterator[Any]:
    is_async = isinstance(opened, AsyncDatabase)
    url = f"http://127.0.0.1:{slow.port}"
    options = Options(region="us-east-1", endpoint_url=url, read_timeout_s=READ_TIMEOUT_S)
    hasty: Any = await open_async_wire(wire, options) if is_async else open_wire(wire, options)
    port = AsyncDynamoPort(hasty) if is_async else DynamoPort(hasty)
    # No public name gives a wire to a database, or times to a wire.
    both = _Alternating(opened._runner.wire, port, numbers)
    try:
        yield type(opened)(opened._open_layer, replace(opened._runner, wire=both))
    finally:
        if is_async:
            await hasty.aclose()
        else:
            hasty.close()
