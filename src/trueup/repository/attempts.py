"""The attempts of `run_in_session` and `modify`: how many there are, and the pauses between."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from inspect import isawaitable, iscoroutine
from typing import Any, TypeVar

from .._kinds import kind_of_value
from ..errors import ErrorCode, InvalidCall, Place, TrueupError
from ..operations.events import RequestRetried
from ..operations.operation import Operation, Sleep
from ..resilience import RetryPolicy
from ..resilience.policy import Jitter

R = TypeVar("R")


class Attempts:
    """Counts attempts of a call that runs a caller's function. call, action: its name, and what
    events call its pauses. is_async: whether the function may have to be awaited. jitter: tests
    pass a fixed number."""

    def __init__(
        self,
        call: str,
        action: str,
        where: Place,
        function: Callable[..., object],
        retries: RetryPolicy,
        *,
        is_async: bool,
        jitter: Jitter = random.random,
    ) -> None:
        """Raises InvalidCall (invalid-option, wrong-type) unless `retries` is a RetryPolicy and
        `function` can be called."""
        self._where = replace(where, note=f"{call}()")
        self._action = action
        self._is_async = is_async
        if not callable(function):
            raise self._wrong(f"{call} takes a function, not {kind_of_value(function)}")
        if not isinstance(retries, RetryPolicy):
            raise InvalidCall(
                "retries is no RetryPolicy",
                code=ErrorCode.INVALID_OPTION,
                where=self._where,
                fix="give retries=RetryPolicy(retries=9), say, or RetryPolicy.NONE",
            )
        self._retries = retries
        self._jitter = jitter
        self._made = 0

    def checked(self, result: R) -> R:
        """What `work` returned; raising in the session undoes it.

        Raises InvalidCall (wrong-type) for a function of the other flavour, whose work would be
        left out, or has blocked the event loop.
        """
        if isawaitable(result) is self._is_async:
            return result
        if iscoroutine(result):
            result.close()  # it has not begun
        kind = "asynchronous" if self._is_async else "blocking"
        raise self._wrong(f"work is not {kind}, as this database is; nothing was committed")

    def settled(self, result: Any) -> Any:
        """What the function returned; in the flavour of asyncio, what to await for it.

        Raises InvalidCall (wrong-type) for a coroutine that nothing here can await.
        """
        if self._is_async:
            return result if isawaitable(result) else _ready(result)
        return self.checked(result)

    def _wrong(self, what: str) -> InvalidCall:
        kind = "an async def" if self._is_async else "a def"
        return InvalidCall(
            what,
            code=ErrorCode.WRONG_TYPE,
            where=self._where,
            fix=f"give {kind} with one parameter, or open the database in the other flavour",
        )

    def after(self, error: TrueupError) -> Operation[None]:
        """The pause after a failed attempt. Raises `error` if it was the last."""
        self._made += 1
        if self._made > self._retries.retries:
            error.add_note(f"attempts made: {self._made}")
            raise error
        return self._pause(error)

    def _pause(self, error: TrueupError) -> Operation[None]:
        pause_s = self._retries.pause_s(self._made, error, self._jitter)
        table = self._where.table
        yield Sleep(
            pause_s,
            RequestRetried("", self._action, table, None, self._made, pause_s, error.code.value),
        )


async def _ready(result: R) -> R:
    return result
