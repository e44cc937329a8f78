"""RetryBudget: retries stop where most requests fail, so that they do not add to an outage.

Each retry takes tokens, each success gives some back. A service that fails now and then never
empties the budget; one that fails for good empties it soon, and calls then fail at once.

Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

from ..errors import ErrorCategory, TrueupError

CAPACITY = 500
THROTTLED_COST = 5
"""A throttled request cost the server little."""

COST = 14
"""Of any other failure: it may have cost the server as much as a success."""

SUCCESS = 1
"""What a request that succeeds at once gives back; a retry that succeeds, what it took."""


class RetryBudget:
    """The tokens of one open database, shared by its calls.

    Threads take and give without a lock: one may overwrite the count of another, which makes it
    inexact by a few tokens, where a lock could be left taken by an interrupt.
    """

    __slots__ = ("_capacity", "_tokens")

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = self._tokens = capacity

    @property
    def is_full(self) -> bool:
        """Whether there is nothing to give back."""
        return self._tokens >= self._capacity

    def take(self, error: TrueupError) -> int:
        """The tokens taken for a retry after `error`; 0 where too few are left."""
        cost = THROTTLED_COST if error.category is ErrorCategory.THROTTLING else COST
        if cost > self._tokens:
            return 0
        self._tokens -= cost
        return cost

    def give(self, tokens: int) -> None:
        """Give tokens back; there are never more than there were at first."""
        self._tokens = min(self._capacity, self._tokens + tokens)
