"""The goals: how much of another library's CPU time Trueup may take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .operations import COLD, FLOOR


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


def _goals(operations: Sequence[str], limits: Mapping[str, float]) -> list[Goal]:
    return [Goal(one, than, at_most) for one in operations for than, at_most in limits.items()]


_SINGLE = {"boto3": 0.09, "pydynox_pydantic": 0.30, FLOOR: 3.5}
_QUERY = {"boto3": 0.10, "pydynox_pydantic": 0.35}
_MANY = {"boto3": 0.09, "pydynox_pydantic": 0.38}

GOALS = (
    *_goals(("get", "put", "update"), _SINGLE),
    *_goals(("query_100", "query_1000"), _QUERY),
    *_goals(("put_many_25", "get_many_100", "transact_10"), _MANY),
    *_goals(("gets_32_async",), {"aioboto3": 0.12, "pydynox_pydantic": 0.35}),
    *_goals((COLD,), {"boto3": 0.6, "pydynox_pydantic": 1.0}),
    Goal(COLD, "boto3", 0.75, measure="peak_rss_mb"),
    Goal("get", "boto3", 0.35, library="trueup_botocore"),
    Goal("query_1000", "boto3", 0.10, library="trueup_botocore"),
)


def judge(rows: Sequence[Mapping[str, Any]]) -> Iterator[Judged]:
    """Each goal with what was measured."""
    found = {(row["operation"], row["library"]): row for row in rows}
    for goal in GOALS:
        ours = found[goal.operation, goal.library][goal.measure]
        theirs = found[goal.operation, goal.than][goal.measure]
        yield Judged(goal, ours, theirs)
