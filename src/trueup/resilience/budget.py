"""RetryBudget: retries stop if most requests fail, so that they do not add to an outage.

Each retry takes tokens, each success gives some back. A service that fails now and then never
empties the budget; a service that always fails empties it soon, and calls then fail at once.

Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

from ..errors import ErrorCategory, TrueupError

CAPACITY = 500
THROTTLED_COST = 5
"""Tokens of a retry after throttling, which costs the server little."""

COST = 14
"""Tokens of a retry after any other failure, which may cost the server as much as a success."""

SUCCESS = 1
"""Tokens that a first attempt gives back when it succeeds; a retry gives back what it took."""


class RetryBudget:
    """The tokens of one open database, shared by its calls.

    Threads take and give without a lock, because an interrupt could leave a lock taken. A thread
    may overwrite another's count, so the count can be wrong by a few tokens.
    """

    __slots__ = ("_capacity", "_tokens")

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = self._tokens = capacity

    @property
    def is_full(self) -> bool:
        """Whether there is nothing to give back."""
        return self._tokens >= self._capacity

    def take(self, error: TrueupError) -> int:
        """The tokens taken for a retry after `error`; 0 if too few are left."""
        cost = THROTTLED_COST if error.category is ErrorCategory.THROTTLING else COST
        if cost > self._tokens:
            return 0
        self._tokens -= cost
        return cost

    def give(self, tokens: int) -> None:
        """Give tokens back; the budget never exceeds its initial size."""
        self._tokens = min(self._capacity, self._tokens + tokens)
