"""RetryPolicy: how often a failed request is sent again, and after which pauses."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from .._kinds import fits
from ..errors import ErrorCategory, ErrorCode, InvalidCall, Place, TrueupError

Jitter = Callable[[], float]
"""Returns a random number from 0 to 1; passed in, so that tests know the pauses."""

MOST_EXTRA_S = 5.0
"""The most seconds that a server may add to the policy's own pause."""

_MOST_DOUBLINGS = 60
"""More doublings would not change a pause, and would overflow in the end."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a failed request is sent again, and after which pauses.

    retries: attempts after the first; 3 makes four in all.
    first_pause_s: the longest pause before the first retry; it doubles with each retry.
    first_throttled_pause_s: the same, if the database throttled.
    longest_pause_s: pauses do not grow past it.

    The pause after attempt n is `min(longest_pause_s, first_pause_s * 2 ** (n - 1))` times a
    random number from 0 to 1 (full jitter), so that clients that failed together do not
    return together. The deadline of the call ends all attempts.

    `RetryPolicy.STANDARD` is what AWS recommends for DynamoDB: four attempts, the second within
    25 ms of the first, or within a second if the database throttled. `RetryPolicy.PATIENT` makes
    four attempts, with pauses of up to 1, 2 and 4 seconds, for jobs that would rather wait. With
    `RetryPolicy.NONE` every failure is raised at once.

    Sources:
        https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    """

    retries: int = 3
    first_pause_s: float = 0.025
    first_throttled_pause_s: float = 1.0
    longest_pause_s: float = 20.0

    STANDARD: ClassVar[RetryPolicy]
    PATIENT: ClassVar[RetryPolicy]
    NONE: ClassVar[RetryPolicy]

    def __post_init__(self) -> None:
        pauses = (self.first_pause_s, self.first_throttled_pause_s, self.longest_pause_s)
        if not (fits(int)(self.retries) and self.retries >= 0 and all(map(_is_pause, pauses))):
            raise InvalidCall(
                "a retry policy has a value that is below 0, infinite, or no number",
                code=ErrorCode.INVALID_OPTION,
                where=Place(note="RetryPolicy"),
                fix="give retries and seconds of 0 or more; RetryPolicy.NONE sends nothing twice",
            )

    def pause_s(self, attempt: int, error: TrueupError, jitter: Jitter) -> float:
        """The seconds to wait after `attempt` attempts; the last attempt raised `error`."""
        throttled = error.category is ErrorCategory.THROTTLING
        first_s = self.first_throttled_pause_s if throttled else self.first_pause_s
        longest_s = min(self.longest_pause_s, first_s * 2.0 ** min(attempt - 1, _MOST_DOUBLINGS))
        pause_s = jitter() * longest_s
        asked_s = error.retry_after_s
        if asked_s is None:
            return pause_s
        return max(pause_s, min(asked_s, pause_s + MOST_EXTRA_S))


def _is_pause(value: float) -> bool:
    return fits(float)(value) and 0 <= value < math.inf


RetryPolicy.STANDARD = RetryPolicy()
RetryPolicy.PATIENT = RetryPolicy(
    first_pause_s=1.0, first_throttled_pause_s=1.0, longest_pause_s=30.0
)
RetryPolicy.NONE = RetryPolicy(retries=0)
