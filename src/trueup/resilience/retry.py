"""Retries: failed requests of operations are sent again if that is safe.

    request ──ok──────────────────────────────────────────────► reply
       │ retryable: nothing was applied          ┌─► pause ─► the same request
       ├─────────────────────────────────────────┤
       │ the reply was lost: may be applied      └─► pause ─► what `after_loss` gives
       ├─────────────────────────────────────────┘
       └ anything else, or no retry is left ──────────────────► error

This is the only layer that retries: wires send once, and botocore is told to.
"""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import count
from typing import Any, TypeVar

from ..errors import (
    DeadlineExceeded,
    ErrorCode,
    InvalidCall,
    OutcomeUnknown,
    ReplyLost,
    TrueupError,
    WriteRefused,
)
from ..operations.events import RequestRetried
from ..operations.operation import Gather, Operation, Request, Sleep
from .budget import SUCCESS, RetryBudget
from .policy import Jitter, RetryPolicy

R = TypeVar("R")


class Retries:
    """Adds retries to operations: `Retries(policy)(operation)` has the same result.

    Each open database has its own: its calls share a budget. jitter: tests pass a fixed number.
    """

    __slots__ = ("_budget", "_jitter", "_policy")

    def __init__(
        self,
        policy: RetryPolicy,
        budget: RetryBudget | None = None,
        jitter: Jitter = random.random,
    ) -> None:
        self._policy = policy
        self._budget = budget or RetryBudget()
        self._jitter = jitter

    def __call__(self, operation: Operation[R], /) -> Operation[R]:
        """The operation, with requests that are sent again if that is safe."""
        try:
            effect = next(operation)
            while True:
                try:
                    if type(effect) is Request:
                        reply = yield from self._send(effect)
                    elif isinstance(effect, Gather):
                        reply = yield Gather(list(map(self, effect.operations)), effect.limit)
                    else:
                        reply = yield effect
                except TrueupError as error:
                    effect = operation.throw(error)
                else:
                    effect = operation.send(reply)
        except StopIteration as stop:
            result: R = stop.value
            return result
        finally:
            operation.close()

    def _send(self, request: Request[Any]) -> Operation[Any]:
        try:
            reply = yield request
        except TrueupError as error:
            return (yield from self._send_again(request, error))
        if not self._budget.is_full:
            self._budget.give(SUCCESS)
        return reply

    def _send_again(self, request: Request[Any], error: TrueupError) -> Operation[Any]:
        """Pause and send, until there is an answer or no retry is left."""
        lost: ReplyLost | None = None
        for attempt in count(1):
            request, lost = _following(request, error, lost)
            taken = yield from self._pause(request, error, attempt)
            if not taken:
                raise _with_attempts(lost or error, attempt)
            try:
                reply = yield replace(request, attempt=attempt + 1)
            except TrueupError as again:
                error = again
            else:
                self._budget.give(taken)
                return reply

    def _pause(self, request: Request[Any], error: TrueupError, attempt: int) -> Operation[int]:
        """Wait; return the tokens that the next attempt takes, 0 if there must be none."""
        taken = self._budget.take(error) if attempt <= self._policy.retries else 0
        if taken:
            pause_s = self._policy.pause_s(attempt, error, self._jitter)
            code, index = error.code.value, request.index
            told = RequestRetried("", request.action, request.table, index, attempt, pause_s, code)
            try:
                yield Sleep(pause_s, told)
            except DeadlineExceeded:
                return 0
        return taken


def _following(
    request: Request[Any], error: TrueupError, lost: ReplyLost | None
) -> tuple[Request[Any], ReplyLost | None]:
    """The request to send after an error, and the lost reply to report if it fails too.

    Raises if nothing may be sent: after a lost reply, only an answer to the write itself tells
    its outcome.
    """
    if isinstance(error, ReplyLost):
        following = request.after_loss(request)
        if following is None:
            raise error
        return following, error
    if error.retryable:
        return request, lost
    is_answer = isinstance(error, WriteRefused | InvalidCall | OutcomeUnknown)
    is_answer &= error.code is not ErrorCode.CLOSED  # said here, by the wire
    raise error if is_answer or lost is None else lost


def _with_attempts(error: TrueupError, attempts: int) -> TrueupError:
    if attempts > 1:
        error.add_note(f"{attempts} attempts were made")
    return error
