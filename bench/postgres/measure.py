"""Times of every library, in turns: what disturbs one round disturbs all of them."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from .names import CALLS
from .place import Where, forget_new_rows
from .rows import TENANT_100, TENANT_1000, make_row, row_id
from .sides import STORED, Side

ROUNDS = 25
MANY = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """Microseconds of one call of one library, of all rounds.

    us_median, us_min: CPU time of the client, user and system, all threads. wall_us_median: the
        time that passed, that of the server included.
    """

    operation: str
    library: str
    us_median: float
    us_min: float
    wall_us_median: float


def measure(sides: Sequence[Side], operation: str, where: Where, rounds: int = ROUNDS) -> list[Row]:
    """Measure one operation of every library, in `rounds` rounds after one that is not counted."""
    spent: dict[str, list[tuple[float, float]]] = {side.name: [] for side in sides}
    for number in range(rounds + 1):
        first = number % len(sides)
        for side in (*sides[first:], *sides[:first]):
            spent[side.name].append(_measure(side, operation, number))
        forget_new_rows(where)
    return [_row(operation, name, times[1:]) for name, times in spent.items()]


def _row(operation: str, library: str, times: Sequence[tuple[float, float]]) -> Row:
    cpu = [one for one, _ in times]
    return Row(
        operation,
        library,
        round(median(cpu), 2),
        round(min(cpu), 2),
        round(median(wall for _, wall in times), 2),
    )


def _measure(side: Side, operation: str, number: int) -> tuple[float, float]:
    """CPU and wall microseconds of one call."""
    name, calls = _calls(side, operation, number)
    gc.collect()
    began = time.process_time_ns(), time.perf_counter_ns()
    side.repeat(name, calls)
    ended = time.process_time_ns(), time.perf_counter_ns()
    cpu, wall = ((end - begin) / 1000 / len(calls) for begin, end in zip(began, ended, strict=True))
    return cpu, wall


def _calls(side: Side, operation: str, number: int) -> tuple[str, list[tuple[Any, ...]]]:
    """The method, and the arguments of each of its calls."""
    count = CALLS[operation]
    keys = [row_id((number + at) * 7 % STORED[TENANT_1000]) for at in range(count)]
    match operation:
        case "get":
            return "get", [(TENANT_1000, key) for key in keys]
        case "put":
            numbers = [(number + at) * 7 % STORED[TENANT_100] for at in range(count)]
            return "put", [(make_row(one, TENANT_100),) for one in numbers]
        case "update":
            key = row_id(number % STORED[TENANT_100])
            return "update", [(TENANT_100, key, "Changed Name", at) for at in range(count)]
        case "query_100" | "rows_1000":
            tenant = TENANT_100 if operation == "query_100" else TENANT_1000
            return "query", [(tenant,)] * count
        case "insert_1":
            tenant = f"new-{side.name}"
            return "insert", [(make_row(number * count + at, tenant),) for at in range(count)]
        case _:
            tenant = f"new-{side.name}"
            return "insert_many", [([make_row(at, tenant) for at in range(MANY)],)]
