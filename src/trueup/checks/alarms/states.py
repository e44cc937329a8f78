"""The state of an alarm, from its datapoints.

CloudWatch looks at some more periods than `EvaluationPeriods`, and fills in for missing datapoints
only if there are too few of them:

    periods, M = N = 3     missing             notBreaching   breaching   ignore
    0 - X - X              OK                  OK             OK          OK
    0 - - - -              OK                  OK             OK          OK
    - - - - -              INSUFFICIENT_DATA   OK             ALARM       as before
    0 X X - X              ALARM               ALARM          ALARM       ALARM
    - - X - -              ALARM               OK             ALARM       as before

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from enum import StrEnum

from ..._dataclass import dataclass

MORE_PERIODS = 2
"""Periods that are looked at beside those of the alarm. CloudWatch's number varies; in its examples
it is this one."""


class State(StrEnum):
    """The state of an alarm, in CloudWatch's words; UNKNOWN if we cannot compute it."""

    OK = "OK"
    ALARM = "ALARM"
    NO_DATA = "INSUFFICIENT_DATA"
    UNKNOWN = "UNKNOWN"


BREACHES: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


@dataclass(frozen=True, slots=True)
class Limit:
    """When datapoints are too bad: `bad` of the last `of` compare so with the threshold.

    missing: what no datapoint means, in CloudWatch's words.
    """

    threshold: float
    comparison: str
    bad: int
    of: int
    missing: str

    @property
    def periods(self) -> int:
        """How many periods are looked at."""
        return self.of + MORE_PERIODS

    def breaches(self, value: float) -> bool:
        """Whether a datapoint is bad."""
        return BREACHES[self.comparison](value, self.threshold)

    def state(self, points: Sequence[float | None], before: State = State.OK) -> State:
        """The state after these datapoints, oldest first; None is missing. before: that before."""
        looked_at = points[-self.periods :]
        there = [self.breaches(point) for point in looked_at if point is not None][-self.of :]
        bad, lacking = sum(there), self.of - len(there)
        if lacking > 0 and self.missing == "breaching":
            bad += lacking
        if bad >= self.bad:
            return State.ALARM
        if lacking <= 0 or self.missing in ("breaching", "notBreaching"):
            return State.OK
        if not there:
            return before if self.missing == "ignore" else State.NO_DATA
        if self._is_early(looked_at):
            return before if self.missing == "ignore" else State.ALARM
        return State.OK

    def _is_early(self, points: Sequence[float | None]) -> bool:
        """Whether a bad datapoint is as old as `bad`, and none of those that are there is well."""
        is_bad = [point is not None and self.breaches(point) for point in points]
        if sum(is_bad) < sum(point is not None for point in points):
            return False
        recent = is_bad[-self.of :]
        return True in recent and len(recent) - recent.index(True) >= self.bad
