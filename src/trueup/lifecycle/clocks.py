"""The clocks of a run, passed in so that tests need not wait."""

from __future__ import annotations

import time
from collections.abc import Callable

from .._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Clocks:
    """epoch_s: the time of day, which all machines share. monotonic_s: for deadlines. pause: waits
    for so many seconds."""

    epoch_s: Callable[[], float] = time.time
    monotonic_s: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep

    @property
    def now_epoch_s(self) -> int:
        """The current second."""
        return int(self.epoch_s())


TRUE_CLOCKS = Clocks()
"""Those of the machine."""
