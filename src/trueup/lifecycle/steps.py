"""Steps are performed one after the other, under the lock.

spacing over? ──► renew, record that it begins ──► send, renewing before each further request
                                                      │    ▲
                                                      │    └─ pause ◄── not done yet (moving: none)
                                                      ▼
                                           record that it ended; late: look at the tables again
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from ..errors import (
    DeadlineExceeded,
    ErrorCode,
    NeedsOperator,
    OutcomeUnknown,
    Place,
    RetryableError,
    TrueupError,
)
from ..operations.operation import Operation, Request, send
from ..operations.runner import Middleware, Runner
from ..schema.engine import LONGEST_PAUSE_S, Progress, Step, pauses
from .clocks import Clocks
from .events import StepBegan, StepEnded, Tell, Waiting
from .state.journal import Journal
from .state.lock import Lease
from .state.records import OwnedTable

R = TypeVar("R")

MOST_WAIT_S = 7 * 86_400
"""The longest wait for one step: an index of a big table is built for days."""

_MOST_STOPS = 3
"""How often a request is sent again whose lease had ended before it was sent."""


class Steps:
    """Performs the steps of a run. owned: the records of its tables, which it keeps up to date.
    tell: is told how it goes.

    done, current, left: comments of steps, for whoever asks how far it is.
    is_refused: whether the current step was refused by its first reply: nothing of it is done.
    """

    def __init__(
        self,
        runner: Runner,
        lease: Lease,
        journal: Journal,
        owned: dict[str, OwnedTable],
        clocks: Clocks,
        tell: Tell,
    ) -> None:
        self._runner = runner
        self._fenced = replace(runner, middleware=_Fence(lease, runner.middleware))
        self._lease = lease
        self._journal = journal
        self._clocks = clocks
        self.tell = tell
        self.owned = owned
        self.done: list[str] = []
        self.current = ""
        self.left: list[str] = []
        self.is_refused = False

    def perform(self, steps: Sequence[Step]) -> bool:
        """Perform the steps to their end. Returns whether others were faster, so that the tables
        have to be looked at before the rest."""
        self.left = [step.comment for step in steps]
        for step in steps:
            self.current = self.left.pop(0)
            is_late = self._perform(step, len(self.done) + 1, len(self.done) + 1 + len(self.left))
            self.done.append(self.current)
            self.current = ""
            if is_late:
                return True
        return False

    def pause(self, seconds: float) -> None:
        """Wait, and keep the lease."""
        self._clocks.pause(seconds)
        self._lease.keep()

    def _perform(self, step: Step, position: int, steps: int) -> bool:
        self.tell(StepBegan(position, steps, step.table, step.comment, step.estimate))
        self._keep_distance(step)
        record = self._journal.step(position, step.table, step.comment)
        before = self.owned.get(step.table)
        sent = self._stamped(step)
        self._lease.renew(record, *([sent] if sent else []))
        try:
            is_late = self._until_done(step)
        except TrueupError as error:
            if sent and before and not isinstance(error, OutcomeUnknown | DeadlineExceeded):
                self._take_back(before, error)
            raise
        self._journal.end_step(record)
        self.tell(StepEnded(position, step.table, step.comment))
        return is_late

    def _until_done(self, step: Step) -> bool:
        began_s = self._clocks.monotonic_s()
        for looks, pause_s in enumerate(pauses()):
            try:
                progress = self._send(step)
            except TrueupError as error:
                self.is_refused = looks == 0 and _refuses(error)
                raise
            if progress.is_done or progress.is_late:
                return progress.is_late
            waited_s = self._clocks.monotonic_s() - began_s
            if waited_s > MOST_WAIT_S:
                break
            self.tell(Waiting(step.table, progress.note or step.comment, waited_s))
            if not progress.is_moving:
                self.pause(pause_s)
            if step.changes:
                self._lease.renew()
        raise NeedsOperator(
            f"after {MOST_WAIT_S // 86_400} days this is still not done: {step.comment}",
            where=Place(table=step.table),
            fix="look at the table in the console of the database, or at the health of its "
            "service; trueup apply goes on waiting",
            code=ErrorCode.ENGINE_FAILED,
        )

    def _send(self, step: Step) -> Progress:
        """Send a step's request. One that changes something is not sent after the lease."""
        if not step.changes:
            return self._runner.run(send(step.request), "apply")
        for _ in range(_MOST_STOPS):
            with suppress(DeadlineExceeded):
                return self._send_in_lease(step)
            self._lease.renew()  # tells if another run took over meanwhile
        return self._send_in_lease(step)

    def _send_in_lease(self, step: Step) -> Progress:
        end_s = min(self._clocks.monotonic_s() + self._runner.timeout_s, self._lease.deadline_s)
        return self._fenced.run_until(end_s, send(step.request), "apply")

    def _keep_distance(self, step: Step) -> None:
        """Wait until a request of the step's spacing may be sent to its table."""
        if not step.spacing:
            return
        began_s = self._clocks.monotonic_s()
        while (left_s := self._left_s(step)) > 0:
            waited_s = self._clocks.monotonic_s() - began_s
            note = f"the last change of its {step.spacing} has to be {step.spacing_s:.0f} s ago"
            self.tell(Waiting(step.table, note, waited_s, left_s))
            self.pause(min(left_s, LONGEST_PAUSE_S))

    def _left_s(self, step: Step) -> float:
        record = self.owned.get(step.table)
        sent = record.sent_at_epoch_s.get(step.spacing) if record else None
        return 0.0 if sent is None else sent + step.spacing_s - self._clocks.epoch_s()

    def _stamped(self, step: Step) -> OwnedTable | None:
        """The table's record, which says that a request of the step's spacing is sent now."""
        record = self.owned.get(step.table)
        if not step.spacing or record is None:
            return None
        times = {**record.sent_at_epoch_s, step.spacing: self._clocks.now_epoch_s}
        self.owned[step.table] = record.model_copy(update={"sent_at_epoch_s": times})
        return self.owned[step.table]

    def _take_back(self, before: OwnedTable, error: TrueupError) -> None:
        """The request was refused, so that the next one need not wait."""
        try:
            self._lease.renew(before)
        except TrueupError as lost:
            error.add_note(f"the state does not say that it was refused: {lost.what}")


def _refuses(error: TrueupError) -> bool:
    """Whether an error says that its request changed nothing, whatever was sent before it."""
    may_be_done = isinstance(error, OutcomeUnknown | RetryableError)
    return not may_be_done and error.code is not ErrorCode.LOCK_LOST


class _Fence:
    """Renews the lease before each request but the first, which follows a renewal: retries."""

    def __init__(self, lease: Lease, retries: Middleware | None) -> None:
        self._lease = lease
        self._retries = retries

    def __call__(self, operation: Operation[R], /) -> Operation[R]:
        """The operation; a failed renewal ends it."""
        inner = self._retries(operation) if self._retries else operation
        is_first = True
        try:
            effect = next(inner)
            while True:
                if type(effect) is Request:
                    if not is_first:
                        self._lease.renew()
                    is_first = False
                try:
                    reply = yield effect
                except TrueupError as error:
                    effect = inner.throw(error)
                else:
                    effect = inner.send(reply)
        except StopIteration as stop:
            result: R = stop.value
            return result
        finally:
            inner.close()
