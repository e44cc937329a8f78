"""What `modify` takes: a function of a model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from ...model.declarations.base import Model
from ...resilience import RetryPolicy

M = TypeVar("M", bound=Model)

Modifier = Callable[[M], M | None]
"""Returns the changed model; None if it changed the given one. An exception leaves all as it is."""

AsyncModifier = Callable[[M], Awaitable[M | None] | M | None]
"""The same, or an `async def` of it."""

TEN_ATTEMPTS = RetryPolicy(retries=9, first_pause_s=0.01, longest_pause_s=0.25)
"""More than for failures, and closer: another write is soon over."""
