"""The attempts of `run_in_session`: how many there are, and the pauses in between."""

from __future__ import annotations

import random

from ...errors import ErrorCode, InvalidCall, Place, TransactionConflict
from ...operations.events import RequestRetried
from ...operations.operation import Operation, Sleep
from ...resilience import RetryPolicy
from ...resilience.policy import Jitter


class SessionAttempts:
    """Counts attempts. jitter: tests pass a fixed number."""

    def __init__(self, engine: str, retries: RetryPolicy, jitter: Jitter = random.random) -> None:
        """Raises InvalidCall (invalid-option) unless `retries` is a RetryPolicy."""
        if not isinstance(retries, RetryPolicy):
            raise InvalidCall(
                "retries is no RetryPolicy",
                code=ErrorCode.INVALID_OPTION,
                where=Place(engine, note="run_in_session()"),
                fix="give retries=RetryPolicy(retries=9), say, or RetryPolicy.NONE",
            )
        self._retries = retries
        self._jitter = jitter
        self._made = 0

    def after(self, error: TransactionConflict) -> Operation[None]:
        """The pause after a failed attempt. Raises `error` if it was the last."""
        self._made += 1
        if self._made > self._retries.retries:
            error.add_note(f"attempts made: {self._made}")
            raise error
        return self._pause(error)

    def _pause(self, error: TransactionConflict) -> Operation[None]:
        pause_s = self._retries.pause_s(self._made, error, self._jitter)
        yield Sleep(
            pause_s, RequestRetried("", "Session", "", None, self._made, pause_s, error.code.value)
        )
