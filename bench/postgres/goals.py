"""The goals: how many times the cost of psycopg with pydantic Trueup may take at most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GOALS: Mapping[str, float] = {"get": 1.15, "rows_1000": 0.75, "insert_1000": 0.35}
"""By operation, of `psycopg_validate`."""

THAN = "psycopg_validate"


@dataclass(frozen=True, slots=True)
class Judged:
    """A goal and what was measured."""

    operation: str
    at_most: float
    ratio: float

    @property
    def verdict(self) -> str:
        """How a page says whether it is met."""
        return "met" if self.ratio <= self.at_most else "not met"


def judge(rows: Sequence[Mapping[str, Any]]) -> Iterator[Judged]:
    """Each goal with the quotient of the two medians."""
    cost = {(row["operation"], row["library"]): row["us_median"] for row in rows}
    for operation, at_most in GOALS.items():
        ratio = cost[operation, "trueup"] / cost[operation, THAN]
        yield Judged(operation, at_most, round(ratio, 3))


def cheaper_peers(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Operation and library of each row of a peer that is no dearer than Trueup's."""
    cost = {(row["operation"], row["library"]): row["us_median"] for row in rows}
    return [
        (operation, library)
        for (operation, library), spent in cost.items()
        if library != "trueup" and spent <= cost[operation, "trueup"]
    ]
