"""The requests at which a run is killed: those of a run that nobody disturbs."""

from __future__ import annotations

from dataclasses import dataclass

from tests.aws_proxy.gates import Moment

FIRST_REQUESTS = 80
"""The most requests that make the first version."""

REQUESTS = 145
"""The most that take it to the second."""

ACTIONS = (
    *("Query", "GetItem", "PutItem", "DescribeTable", "DescribeTimeToLive"),
    *("DescribeContinuousBackups", "ListTagsOfResource", "DescribeContributorInsights"),
    *("GetResourcePolicy", "TransactWriteItems", "CreateTable", "UpdateTable", "TagResource"),
    *("UpdateContinuousBackups", "DescribeKey", "UpdateItem"),
)
"""What they are, so that a run that is killed at one leaves those behind it to the next."""


@dataclass(frozen=True, slots=True)
class Point:
    """A request, by its number or by its action, which means the first of it; and a moment."""

    request: int | str
    moment: Moment

    def __str__(self) -> str:
        return f"{self.moment.name.lower()} {self.request}"


BY_NUMBER = [Point(number, moment) for number in range(REQUESTS) for moment in Moment]
BY_ACTION = [Point(action, moment) for action in ACTIONS for moment in Moment]
