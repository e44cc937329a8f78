"""Steps of one table: requests that may be sent again, and looks that wait.

A run that is killed sends a request again that was applied. DynamoDB then refuses it, by codes that
mean other things too; a look at the table tells whether it is as wanted.

        refused ──► look ──┬─► as wanted: done
                           ├─► busy with something else: send again later
                           └─► the refusal is the answer
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ...._dataclass import dataclass
from ....errors import ErrorCode, NeedsOperator, Place, TrueupError
from ....operations.operation import NextRequest, Request, unchanged
from ....schema.engine import DONE, LiveTable, Progress, Step
from ..errors import (
    BACKUPS_NOT_READY,
    NOT_FOUND,
    TABLE_IN_USE,
    TOO_FAST,
    TOO_MANY_CHANGES,
    UNKNOWN_OPERATION,
    VALIDATION,
    Failure,
    read_failure,
    translate,
    with_words,
)
from ..inspect.looks import Looks, describe_request
from ..requests.replies import request_of
from ..wire.http.reply import Reply
from ..words import say_that_others_end_first

Body: TypeAlias = "dict[str, Any]"
Decode: TypeAlias = Callable[[Reply], "Progress | NextRequest[Progress]"]
IsDone: TypeAlias = Callable[[Any], bool]

_BUSY: Mapping[str, str] = {
    TABLE_IN_USE: "DynamoDB still makes another change of it",
    TOO_MANY_CHANGES: "DynamoDB makes as many changes as it takes at a time",
    TOO_FAST: "DynamoDB takes no change so soon after another",
    BACKUPS_NOT_READY: "backups are not available yet",
}
_PERHAPS_DONE = {VALIDATION, NOT_FOUND, *_BUSY}
LATER = Progress(is_done=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """A table that steps change. table: its logical name. live: as found, if it was there."""

    name: str
    table: str
    live: LiveTable | None = None

    @property
    def where(self) -> Place:
        """The place of errors."""
        return Place("dynamodb", table=self.table)

    @property
    def arn(self) -> str:
        """The table's ARN; empty if it is not known yet."""
        return self.live.schema.source if self.live else ""

    @property
    def looks(self) -> Looks:
        """The looks at this table."""
        return Looks(self.table, self.name, self.where, self.arn)

    @property
    def description(self) -> Request[LiveTable | None]:
        """The request that describes it."""
        return describe_request(self.table, self.name, self.where)

    def sent(
        self,
        action: str,
        body: Body,
        look: Request[Any] | None = None,
        is_done: IsDone = bool,
        *,
        is_optional: bool = False,
    ) -> Request[Progress]:
        """A change. look, is_done: tell whether it is done after all, if it is refused.

        is_optional: some servers do not implement it, and do without.
        """

        def decode(reply: Reply) -> Progress | NextRequest[Progress]:
            if reply.status == 200:
                return DONE
            failure = read_failure(reply)
            if is_optional and failure.code == UNKNOWN_OPERATION:
                return Progress(note=f"the server does not implement {action}")
            if look is None or failure.code not in _PERHAPS_DONE:
                return self._later(failure, action)
            return NextRequest(
                _redecoded(look, self._after_refusal(failure, action, look, is_done))
            )

        return request_of(action, self.table, body, decode, after_loss=unchanged)

    def _after_refusal(
        self, failure: Failure, action: str, look: Request[Any], is_done: IsDone
    ) -> Decode:
        def decode(reply: Reply) -> Progress:
            return DONE if is_done(look.decode(reply)) else self._later(failure, action)

        return decode

    def _later(self, failure: Failure, action: str) -> Progress:
        """What follows from a refusal: another attempt, or its error."""
        if failure.code == TOO_MANY_CHANGES and not say_that_others_end_first(failure.words):
            raise self._limited(failure)
        if failure.code in _BUSY:
            return Progress(is_done=False, note=_BUSY[failure.code])
        raise translate(failure, self.where, action)

    def _limited(self, failure: Failure) -> TrueupError:
        """The error for a limit that no other change has to end for, such as one a day."""
        error = NeedsOperator(
            "DynamoDB takes no more such changes of this table for now",
            where=self.where,
            native=failure.native,
            code=ErrorCode.ENGINE_FAILED,
            fix="see the limit in its words, and do the same again when it has passed: what is "
            "done is not done twice",
        )
        return with_words(error, failure)

    def step(self, comment: str, request: Request[Progress], **options: Any) -> Step:
        """A step of this table."""
        return Step(comment, self.name, request, **options)

    def wait(
        self,
        comment: str,
        look: Request[Any],
        progress: Callable[[Any], Progress],
        *,
        estimate: str = "",
    ) -> Step:
        """A step that looks until what an earlier one began is done."""
        request = _redecoded(look, lambda reply: progress(look.decode(reply)))
        return Step(comment, self.name, request, changes=False, estimate=estimate)

    def wait_until_usable(
        self, is_done: IsDone = bool, *, estimate: str = "", why: str = ""
    ) -> Step:
        """A step that waits until nothing of the table is being changed, and `is_done`.

        why: what is waited for; empty for the table itself.
        """

        def progress(live: LiveTable | None) -> Progress:
            if live is None:
                return LATER
            return Progress(is_done=not live.busy and is_done(live), note=_told(live))

        comment = f"wait until {why or self.name + ' can be used'}"
        return self.wait(comment, self.description, progress, estimate=estimate)


def _told(live: LiveTable) -> str:
    return ", ".join(f"{what} is {status}" for what, status in live.busy.items())


def _redecoded(look: Request[Any], decode: Decode) -> Request[Progress]:
    """The same request with another decoder."""
    return Request(look.action, look.table, look.payload, decode)
