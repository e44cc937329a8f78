"""What a batch left unprocessed is sent again, as a throttled request is.

DynamoDB reports it in a reply that is a success, so that the retry layer does not see it.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html#Programming.Errors.BatchOperations
"""

from __future__ import annotations

import random

from ...._dataclass import dataclass
from ....errors import TrueupError
from ....resilience import RetryPolicy
from ....resilience.policy import Jitter

LONGEST_AFTER_PROGRESS_S = 0.1
"""Of the pause after a request of which a part was processed."""


@dataclass(frozen=True, slots=True)
class Resending:
    """The pauses before the rest of a batch is sent again, by the policy of the database.

    jitter: random, unless a test says.
    """

    policy: RetryPolicy = RetryPolicy.STANDARD
    jitter: Jitter = random.random

    def pause_s(self, stalled_attempts: int, error: TrueupError) -> float | None:
        """How long to wait before the next attempt; None where there is none left.

        stalled_attempts: those since anything was processed; a part is progress, and the policy's
            count begins again. error: what is raised in the end.
        """
        if not stalled_attempts:
            return self.jitter() * LONGEST_AFTER_PROGRESS_S
        if stalled_attempts > self.policy.retries:
            return None
        return self.policy.pause_s(stalled_attempts, error, self.jitter)
