"""CPU time of both sides, in turns: what disturbs one round disturbs both sides of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from ..values import PARTITION, make_values
from .pair import STORED, Pair
from .sides import Side, Values


@dataclass(frozen=True, slots=True)
class Row:
    """One operation. Times are CPU microseconds, user and system, of one call; for put_many of
    one item.

    ratio: the median of the rounds' ratios, which noise moves less than a quotient of medians.
    """

    operation: str
    trueup_us: float
    raw_us: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Measurement:
    """How one operation is measured.

    calls: in one round, on each side. run: does the calls of one round; values are those of items
        that are not stored yet, one for each call.
    """

    operation: str
    calls: int
    run: Callable[[Side, list[Values]], object]


def _get(side: Side, values: list[Values]) -> None:
    for number in range(len(values)):
        side.get(f"order#{number * 7 % STORED:010}")


def _query(side: Side, values: list[Values]) -> None:
    for _ in values:
        side.query()


def _put(side: Side, values: list[Values]) -> None:
    for one in values:
        side.put(one)


def _put_many(side: Side, values: list[Values]) -> None:
    side.put_many(values)


MEASUREMENTS = (
    Measurement("get", 300, _get),
    Measurement("query_1000", 2, _query),
    Measurement("put", 50, _put),
    Measurement("put_many", 1000, _put_many),
)
ROUNDS = 60


def measure(pair: Pair, what: Measurement, rounds: int = ROUNDS) -> Row:
    """Measure one operation in `rounds` rounds after one that is not counted."""
    times: list[tuple[float, float]] = []
    for number in range(rounds + 1):
        values = _new_values(what, number)
        sides: tuple[Side, Side] = (pair.trueup, pair.raw)
        order = (0, 1) if number % 2 else (1, 0)
        spent = {which: _cpu_us(sides[which], what, values) for which in order}
        times.append((spent[0], spent[1]))
    counted = times[1:]
    return Row(
        what.operation,
        round(median(ours for ours, _ in counted), 2),
        round(median(raw for _, raw in counted), 2),
        round(median(ours / raw for ours, raw in counted), 3),
    )


def _new_values(what: Measurement, round_number: int) -> list[Values]:
    first = round_number * what.calls
    partition = f"{PARTITION}-{what.operation}"
    return [make_values(first + offset, partition) for offset in range(what.calls)]


def _cpu_us(side: Side, what: Measurement, values: list[Values]) -> float:
    began = time.process_time_ns()
    what.run(side, values)
    return (time.process_time_ns() - began) / 1000 / what.calls
