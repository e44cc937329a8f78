"""run_async() under cancellation: every operation is closed, no task is left."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.operations.wires import AwaitableWire, Wire, request
from trueup.operations import Operation, run_async
from trueup.operations.operation import gather, send


def cancelled(operation: Operation[Any], wire: AwaitableWire, turns: int) -> None:
    """Run, and cancel after some turns of the loop; no task is left."""

    async def body() -> None:
        task = asyncio.create_task(run_async(operation, wire, time.monotonic() + 10))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(body())


@pytest.mark.parametrize(
    "make",
    [
        lambda inner: inner(),
        lambda inner: gather([inner(), inner()], 1),
        lambda inner: gather([gather([inner(), inner()], 2), inner()], 2),
    ],
    ids=["alone", "gathered", "nested"],
)
@pytest.mark.parametrize("turns", range(1, 7))
def test_cancelling_closes_every_operation(
    make: Callable[[Callable[[], Operation[None]]], Operation[Any]], turns: int
) -> None:
    inner: list[Operation[None]] = []

    def never_ending() -> Operation[None]:
        while True:
            yield from send(request())

    def begin() -> Operation[None]:
        inner.append(never_ending())
        return inner[-1]

    outer = make(begin)
    cancelled(outer, AwaitableWire(Wire(*range(1000))), turns)
    assert {inspect.getgeneratorstate(one) for one in inner} == {"GEN_CLOSED"}
