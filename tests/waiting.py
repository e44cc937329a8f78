"""Waiting for what gives no event: it is looked at again and again, and not for ever."""

from __future__ import annotations

import time
from collections.abc import Callable

LOOK_AGAIN_S = 0.005


def wait_until(holds: Callable[[], bool], within_s: float = 10) -> None:
    """Until it holds; fails if it does not in time."""
    end_s = time.monotonic() + within_s
    while not holds() and time.monotonic() < end_s:
        time.sleep(LOOK_AGAIN_S)
    assert holds()
