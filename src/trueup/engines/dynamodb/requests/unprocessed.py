"""The pauses before unprocessed parts of a batch are sent again, as after throttling.

DynamoDB reports unprocessed parts in a successful reply, so the retry layer does not see them.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html#Programming.Errors.BatchOperations
"""

from __future__ import annotations

import random

from ...._dataclass import dataclass
from ....errors import TrueupError
from ....resilience import RetryPolicy
from ....resilience.policy import Jitter

LONGEST_AFTER_PROGRESS_S = 0.1
"""The longest pause after a request that was processed in part."""


@dataclass(frozen=True, slots=True)
class Resending:
    """The pauses before the rest of a batch is sent again, by the policy of the database.

    jitter: tests pass a fixed number.
    """

    policy: RetryPolicy = RetryPolicy.STANDARD
    jitter: Jitter = random.random

    def pause_s(self, stalled_attempts: int, error: TrueupError) -> float | None:
        """The seconds to wait before the next attempt; None if no attempt is left.

        stalled_attempts: attempts since anything was processed; the policy counts only these.
        error: the error that is raised in the end.
        """
        if not stalled_attempts:
            return self.jitter() * LONGEST_AFTER_PROGRESS_S
        if stalled_attempts > self.policy.retries:
            return None
        return self.policy.pause_s(stalled_attempts, error, self.jitter)
