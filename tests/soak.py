"""How many of many cases run: all of them under `make soak`, else a share.

A test of many cases takes its cases from `share`, and is marked `soak`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T")

IS_SOAK = bool(os.environ.get("SOAK"))
"""Whether every case is asked for."""

SHARE = 20
"""One case of so many runs otherwise."""


def share(
    cases: Sequence[T], kind: Callable[[T], Hashable] = lambda case: None, *, soak: bool = IS_SOAK
) -> list[T]:
    """The cases to run now: all of them, or a twentieth and at least one of each kind."""
    if soak:
        return list(cases)
    seen: set[Hashable] = set()
    chosen = []
    for number, case in enumerate(cases):
        if number % SHARE == 0 or kind(case) not in seen:
            chosen.append(case)
        seen.add(kind(case))
    return chosen
