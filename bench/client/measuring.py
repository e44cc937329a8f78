"""Calls and their times, in the process that makes them. Imports no library."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

from .comparable import comparable
from .operations import CALLS, READS, UNITS

WARM_UP = 2
"""Calls before those that count: connections, caches and compiled codecs are there after them."""


def measure_calls(library: Any, repetitions: int) -> dict[str, list[float]]:
    """CPU microseconds, user and system and all threads, of a call of each operation that the
    library has: one time for each repetition."""
    with asyncio.Runner() as runner:
        runner.run(_open(library))
        times = {
            operation: [
                _measure(runner, getattr(library, operation), operation) for _ in range(repetitions)
            ]
            for operation in CALLS
            if hasattr(library, operation)
        }
        runner.run(_close(library))
    return times


def read_values(library: Any) -> dict[str, Any]:
    """What its reads give, in a form that can be compared."""
    with asyncio.Runner() as runner:
        runner.run(_open(library))
        found = {
            operation: _values(library, runner.run(_called(getattr(library, operation))))
            for operation in READS
            if hasattr(library, operation)
        }
        runner.run(_close(library))
    return found


def _measure(runner: asyncio.Runner, call: Callable[[], Any], operation: str) -> float:
    calls = CALLS[operation]
    if iscoroutinefunction(call):
        spent_ns = runner.run(_spent_awaiting(call, calls))
    else:
        spent_ns = _spent(call, calls)
    return spent_ns / 1000 / calls / UNITS.get(operation, 1)


def _spent(call: Callable[[], Any], calls: int) -> int:
    for _ in range(WARM_UP):
        call()
    began_ns = time.process_time_ns()
    for _ in range(calls):
        call()
    return time.process_time_ns() - began_ns


async def _spent_awaiting(call: Callable[[], Awaitable[Any]], calls: int) -> int:
    for _ in range(WARM_UP):
        await call()
    began_ns = time.process_time_ns()
    for _ in range(calls):
        await call()
    return time.process_time_ns() - began_ns


async def _called(call: Callable[[], Any]) -> Any:
    return await call() if iscoroutinefunction(call) else call()


async def _open(library: Any) -> None:
    if hasattr(library, "aopen"):
        await library.aopen()


async def _close(library: Any) -> None:
    if hasattr(library, "aclose"):
        await library.aclose()


def _values(library: Any, found: Any) -> list[Any]:
    """In order of the sort key: batches come in none."""
    items = [
        comparable(item) for item in library.plain(found if isinstance(found, list) else [found])
    ]
    return sorted(items, key=lambda item: str(item["sk"]))
