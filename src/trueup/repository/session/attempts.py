"""The attempts of `run_in_session`: how many there are, and the pauses in between."""

from __future__ import annotations

import random

from ..._kinds import fits
from ...errors import ErrorCode, InvalidCall, Place, TransactionConflict
from ...operations.events import RequestRetried
from ...operations.operation import Operation, Sleep
from ...resilience import RetryPolicy
from ...resilience.policy import Jitter


class SessionAttempts:
    """Counts attempts. jitter: tests pass a fixed number."""

    def __init__(
        self, engine: str, attempts: int, retries: RetryPolicy, jitter: Jitter = random.random
    ) -> None:
        """Raises InvalidCall (invalid-option) unless there is at least one attempt."""
        if not fits(int)(attempts) or attempts < 1 or not isinstance(retries, RetryPolicy):
            raise InvalidCall(
                "attempts is no whole number of 1 or more, or retries no RetryPolicy",
                code=ErrorCode.INVALID_OPTION,
                where=Place(engine, note="run_in_session()"),
                fix="give attempts=5, say, and a RetryPolicy for the pauses",
            )
        self._left = attempts
        self._retries = retries
        self._jitter = jitter
        self._made = 0

    def after(self, error: TransactionConflict) -> Operation[None]:
        """The pause after a failed attempt. Raises `error` if it was the last."""
        self._made += 1
        self._left -= 1
        if not self._left:
            error.add_note(f"{self._made} attempts were made")
            raise error
        return self._pause(error)

    def _pause(self, error: TransactionConflict) -> Operation[None]:
        pause_s = self._retries.pause_s(self._made, error, self._jitter)
        yield Sleep(
            pause_s, RequestRetried("", "Session", "", None, self._made, pause_s, error.code.value)
        )
