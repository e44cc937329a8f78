"""Rounds of all libraries, in turns: what disturbs one round disturbs all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from .operations import COLD, FLOOR, LIBRARIES, OPERATIONS, SCENARIO
from .processes import Processes

ROUNDS = 7
REPETITIONS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One operation of one library. Times are CPU microseconds, user and system, of all threads.

    cpu_us_median: the median of the rounds. cpu_us_min: the least of them. cpu_us_rounds: each
        round's own median. peak_rss_mb: for a cold start, the median of its largest memory.
    """

    scenario: str
    operation: str
    library: str
    cpu_us_median: float
    cpu_us_min: float
    cpu_us_rounds: list[float]
    peak_rss_mb: float | None = None


@dataclass(slots=True)
class Times:
    """What the rounds gave so far, by operation and library."""

    cpu_us: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    peak_rss_mb: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add_round(self, processes: Processes, library: str, repetitions: int) -> None:
        """Measure one library in two fresh processes."""
        for operation, times in processes.run("calls", library, repetitions).items():
            self.cpu_us[operation, library].append(median(times))
        if library != FLOOR:  # it has nothing to start
            cold = processes.run("cold", library)
            self.cpu_us[COLD, library].append(cold["cpu_us"])
            self.peak_rss_mb[library].append(cold["peak_rss_mb"])

    def rows(self) -> Iterator[Row]:
        """The rows, by operation and library."""
        for operation in OPERATIONS:
            for library in LIBRARIES:
                if (operation, library) in self.cpu_us:
                    yield self._row(operation, library)

    def _row(self, operation: str, library: str) -> Row:
        rounds = [round(one, 1) for one in self.cpu_us[operation, library]]
        memory = self.peak_rss_mb[library] if operation == COLD else []
        return Row(
            scenario=SCENARIO,
            operation=operation,
            library=library,
            cpu_us_median=round(median(rounds), 1),
            cpu_us_min=min(rounds),
            cpu_us_rounds=rounds,
            peak_rss_mb=round(median(memory), 1) if memory else None,
        )


def measure(processes: Processes, rounds: int, repetitions: int) -> list[Row]:
    """Measure every library in each round; a round begins with another one than that before."""
    times = Times()
    for number in range(rounds):
        start = number % len(LIBRARIES)
        for library in (*LIBRARIES[start:], *LIBRARIES[:start]):
            times.add_round(processes, library, repetitions)
        print(f"round {number + 1} of {rounds}", flush=True)
    return list(times.rows())
