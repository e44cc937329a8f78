"""The goals: how much of another library's CPU time Trueup may take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .operations import COLD, FLOOR

OURS = ("trueup", "trueup_botocore")


@dataclass(frozen=True, slots=True)
class Goal:
    """`library` takes at most so many times what `than` takes. measure: the key of a row."""

    operation: str
    than: str
    at_most: float
    library: str = "trueup"
    measure: str = "cpu_us_median"


@dataclass(frozen=True, slots=True)
class Judged:
    """A goal and what was measured."""

    goal: Goal
    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        """Ours divided by theirs."""
        return self.ours / self.theirs

    @property
    def is_met(self) -> bool:
        """Whether it is within the goal."""
        return self.ratio <= self.goal.at_most


_LIMITS: Mapping[str, Mapping[str, float]] = {
    "get": {"boto3": 0.14, "pydynox_pydantic": 0.40},
    "put": {"boto3": 0.15, "pydynox_pydantic": 0.45},
    "update": {"boto3": 0.20, "pydynox_pydantic": 0.50},
    "query_100": {"boto3": 0.11, "pydynox_pydantic": 0.45},
    "query_1000": {"boto3": 0.09, "pydynox_pydantic": 0.40},
    "put_many_25": {"boto3": 0.14, "pydynox_pydantic": 0.65},
    "get_many_100": {"boto3": 0.15, "pydynox_pydantic": 0.45},
    "transact_10": {"boto3": 0.15, "pydynox_pydantic": 0.60},
    "gets_32_async": {"aioboto3": 0.12, "pydynox_pydantic": 0.30},
    COLD: {"boto3": 0.85, "pydynox_pydantic": 1.0},
}

GOALS = (
    *(Goal(name, *limit) for name, limits in _LIMITS.items() for limit in limits.items()),
    Goal(COLD, "boto3", 0.80, measure="peak_rss_mb"),
    Goal("get", "boto3", 0.60, library="trueup_botocore"),
    Goal("query_1000", "boto3", 0.10, library="trueup_botocore"),
)


def judge(rows: Sequence[Mapping[str, Any]]) -> Iterator[Judged]:
    """Each goal with what was measured."""
    found = {(row["operation"], row["library"]): row for row in rows}
    for goal in GOALS:
        ours = found[goal.operation, goal.library][goal.measure]
        theirs = found[goal.operation, goal.than][goal.measure]
        yield Judged(goal, ours, theirs)


def cheaper_peers(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Operation and library of each row of a peer that is no dearer than Trueup's."""
    cost = {(row["operation"], row["library"]): row["cpu_us_median"] for row in rows}
    return [
        (operation, library)
        for (operation, library), spent in cost.items()
        if library not in (*OURS, FLOOR) and spent <= cost[operation, "trueup"]
    ]
