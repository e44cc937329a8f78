"""Usage plans: which clients call an API, how fast, and how often.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY
from typing import Literal

from ...._dataclass import dataclass
from ...._kinds import field_misfits

Period = Literal["DAY", "WEEK", "MONTH"]

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class UsagePlan:
    """What the clients of a plan may send.

    clients: their names; each has an API key of its own, whose value AWS makes and no template has.
        A client that changes its key has two for a while: `["acme", "acme-2"]`.
    rate, burst: requests per second of a client, and at once. quota: its requests in a period.
    """

    name: str
    _: KW_ONLY
    clients: Sequence[str] = ()
    rate: float | None = None
    burst: int | None = None
    quota: int | None = None
    period: Period = "MONTH"
    description: str = ""

    def problems(self) -> Iterator[str]:
        """What is wrong in the declaration."""
        kinds = list(field_misfits(self))
        yield from (f"plan {self.name!r}: {one}" for one in kinds or self._problems())

    def _problems(self) -> Iterator[str]:
        for name in (self.name, *self.clients):
            if not NAME.fullmatch(name):
                yield f"the name {name!r} is not a letter and up to 63 letters, digits, - and _"
        yield from throttle_problems(self.rate, self.burst)
        if self.quota is not None and self.quota < 1:
            yield f"quota={self.quota} is not at least 1"
        if self.rate is None and self.quota is None:
            yield "it limits nothing; give rate= and burst=, or quota="


def plans_problems(plans: Sequence[UsagePlan]) -> Iterator[str]:
    """What is wrong in the plans of an API, each and together."""
    for plan in plans:
        yield from plan.problems()
    for name, count in Counter(plan.name for plan in plans).items():
        if count > 1:
            yield f"the plan {name!r} is declared {count} times"
    for client, count in Counter(client for plan in plans for client in plan.clients).items():
        if count > 1:
            yield f"the client {client!r} is named {count} times; an API key has one plan"


def throttle_problems(rate: float | None, burst: int | None) -> Iterator[str]:
    """What is wrong in a rate and a burst."""
    if (rate is None) != (burst is None):
        yield "rate= and burst= are given together"
    if rate is not None and rate <= 0:
        yield f"rate={rate} is not more than 0"
    if burst is not None and burst < 1:
        yield f"burst={burst} is not at least 1"
