"""Operation: a call, and what becomes of it when nothing, or one thing, goes wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from tests.faults.faults import Effect, Fault
from tests.faults.tables import ACCOUNTS
from trueup import AsyncDatabase, Model, ReplyLost, Table

Call = Callable[[AsyncDatabase], Awaitable[Any]]


class Resend(Enum):
    """What is done about a request whose reply was lost."""

    SAFE = "sent again: doing it twice changes nothing"
    RECOGNISES_ITSELF = "sent again: a second execution is refused, and the refusal shows the first"
    UNKNOWN = "not sent again: the caller is told that the outcome is unknown"


class _Same(Enum):
    SAME = "same"


SAME: Final = _Same.SAME
"""What comes when nothing goes wrong."""


@dataclass(frozen=True, slots=True)
class Expected:
    """result: a value, or the type of an error. stored: every item of the tables, in any order.
    requests: how many of them the server's side saw."""

    result: Any
    stored: Sequence[Model]
    requests: int


@dataclass(frozen=True, slots=True)
class Operation:
    """One row: what is stored `before`, the call, its `result`, what is stored `after`.

    after: SAME where nothing changes. resend: of each request, in order; one for all where they
        are alike. lost: the result where a request was done and its reply lost. in_doubt: where
        it was not done, which its sender could not know.
    requests: how many it takes. is_parallel: whether they are sent side by side.
    """

    name: str
    call: Call
    result: Any
    resend: tuple[Resend, ...] = (Resend.SAFE,)
    before: tuple[Model, ...] = ()
    after: tuple[Model, ...] | _Same = SAME
    tables: tuple[Table[Any], ...] = (ACCOUNTS,)
    lost: Any = SAME
    in_doubt: Any = SAME
    requests: int = 1
    is_parallel: bool = False

    def unharmed(self) -> Expected:
        """What comes when nothing goes wrong."""
        after = self.before if self.after is SAME else self.after
        return Expected(self.result, after, self.requests)

    def expected(self, fault: Fault, number: int) -> Expected:
        """What comes when request `number` meets this fault."""
        unharmed, effect = self.unharmed(), fault.effect
        if fault.answer is None:
            return unharmed  # the proxy sees nothing of a connection that is refused
        again = self.requests + 1
        if effect is Effect.NOT_APPLIED:
            return Expected(self.result, unharmed.stored, again)
        resend = self.resend[number if len(self.resend) > 1 else 0]
        if resend is Resend.UNKNOWN:
            is_done = effect is Effect.APPLIED and number == self.requests - 1
            stored = unharmed.stored if is_done else self.before
            return Expected(ReplyLost, stored, number + 1)
        other = self.lost if effect is Effect.APPLIED else self.in_doubt
        return Expected(self.result if other is SAME else other, unharmed.stored, again)
