"""Where Trueup's time goes: what it does before the wire, on it, and after it.

Each part is measured at once, in a loop, and after a pause as long as the server's: what the pause
adds is the price of caches that have gone cold, which each part of a program pays again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

from trueup import at
from trueup.engines.dynamodb.wire.aws.configuration import Options
from trueup.engines.dynamodb.wire.blocking import DirectWire
from trueup.engines.dynamodb.wire.http.reply import Reply
from trueup.operations.operation import Request

from .libraries.trueup import Customer, Library
from .names import NEW_AGE, NEW_NAME, ONE, PARTITION_100, PARTITION_1000, REGION
from .server import LATENCY_S

_CALLS = {"query_1000": 10}
_MOST_CALLS = 100
_LONGEST_S = 30.0


@dataclass(frozen=True, slots=True)
class Parts:
    """CPU microseconds of one operation; `_paused` where each was measured after a pause.

    request: from the call to the bytes of its body. wire: signing, sending, receiving, checking;
        it always waits. reply: from the bytes to models.
    """

    operation: str
    request_us: float
    request_paused_us: float
    wire_paused_us: float
    reply_us: float
    reply_paused_us: float


def measure_parts(url: str) -> Iterator[Parts]:
    """Measure the operations whose requests Trueup shows unsent."""
    library = Library(url)
    wire = DirectWire(Options(region=REGION, endpoint_url=url))
    for operation, make in _makers(library).items():
        calls = _CALLS.get(operation, _MOST_CALLS)
        request = make()
        reply = _perform(wire, request)
        yield Parts(
            operation=operation,
            request_us=_cpu_us(make, calls, 0.0),
            request_paused_us=_cpu_us(make, calls, LATENCY_S),
            wire_paused_us=_cpu_us(partial(_perform, wire, request), calls, 0.0),
            reply_us=_cpu_us(partial(request.decode, reply), calls, 0.0),
            reply_paused_us=_cpu_us(partial(request.decode, reply), calls, LATENCY_S),
        )
    wire.close()


def _makers(library: Library) -> dict[str, Callable[[], Request[Any]]]:
    show, customers, keys = library.repository.requests, library.customers, library.keys
    changes = at(Customer.name).assign(NEW_NAME), at(Customer.age).assign(NEW_AGE)
    return {
        "get": lambda: show.get(PARTITION_100, ONE),
        "put": lambda: show.put(customers[0]),
        "update": lambda: show.update((PARTITION_100, ONE), *changes),
        "query_100": lambda: show.query(PARTITION_100),
        "query_1000": lambda: show.query(PARTITION_1000),
        "put_many_25": lambda: show.put_many(customers),
        "get_many_100": lambda: show.get_many(list(keys)),
    }


def _perform(wire: DirectWire, request: Request[Any]) -> Reply:
    return wire.perform(request.payload, time.monotonic() + _LONGEST_S)


def _cpu_us(call: Callable[[], Any], calls: int, pause_s: float) -> float:
    """The median of single calls, after some that do not count."""
    spent = []
    for _ in range(calls + 5):
        time.sleep(pause_s)
        began_ns = time.process_time_ns()
        call()
        spent.append((time.process_time_ns() - began_ns) / 1000)
    return round(median(spent[5:]), 1)
