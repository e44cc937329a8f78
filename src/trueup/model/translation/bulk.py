"""Making many objects at once, without the garbage collector in between."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def undisturbed(make: Callable[P, R]) -> Callable[P, R]:
    """A function that makes many objects which all stay: the garbage collector rests meanwhile.

    It counts objects, and so would look through new ones again and again, now and then through
    all of the process, and find nothing (ADR 0018). It rests for other threads too, which only
    means that it comes a few milliseconds later. Where it was off it stays off.
    """

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        was_enabled = gc.isenabled()
        try:
            # In the block, so that no interrupt comes between this and the end of it.
            gc.disable()
            return make(*args, **kwargs)
        finally:
            if was_enabled:
                gc.enable()

    return made
