"""Changes of tables as requests.

After a change of a table or an index, a request waits until both are usable, since DynamoDB accepts
no other change before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, assert_never

from ....errors import Place, TrueupError
from ....operations.operation import NextRequest, Request, unchanged
from ....schema.changes import (
    AddIndex,
    AddTable,
    Change,
    ChangeIndex,
    ChangeKey,
    DropIndex,
    DropTable,
    SetFact,
    SetStream,
    SetTtl,
)
from ....schema.create import differs
from ....schema.engine import DONE, LiveTable, Progress, Step
from ....schema.facts import known
from ....schema.tables import IndexSchema
from ..errors import (
    BACKUPS_NOT_READY,
    TABLE_IN_USE,
    UNKNOWN_OPERATION,
    VALIDATION,
    read_failure,
    translate,
)
from ..inspect import describe_request, ttl_request
from ..requests.replies import request_of, succeeded
from ..wire.http.reply import Reply
from .body import (
    Body,
    add_index_body,
    backups_body,
    create_body,
    drop_index_body,
    fact_body,
    stream_body,
    ttl_body,
)

Decode: TypeAlias = Callable[[Reply], "Progress | NextRequest[Progress]"]


def render(
    changes: Sequence[Change],
    logical: Mapping[str, str],
    _live: Mapping[str, LiveTable],
) -> list[Step]:
    """The steps of changes: all tables are created before the first wait.

    logical: the name in the declaration by the name in the database.

    Raises NeedsOperator (schema-mismatch) for a change of the key or of a local index.
    """
    of_table = {change.schema.name: _TableSteps(change.schema.name, logical) for change in changes}
    added = [change for change in changes if isinstance(change, AddTable)]
    steps = [of_table[change.schema.name].create(change) for change in added]
    for change in changes:
        steps += of_table[change.schema.name].of(change)
    return steps


class _TableSteps:
    """The steps that change one table."""

    def __init__(self, name: str, logical: Mapping[str, str]) -> None:
        self.name = name
        self.table = logical.get(name, name)
        self.where = Place("dynamodb", table=self.table)

    def of(self, change: Change) -> Iterator[Step]:
        """The steps of a change; for a new table, the steps after its creation."""
        match change:
            case AddTable():
                yield from self._complete(change)
            case DropTable():
                yield self._step("DeleteTable", f"drop {self.name} and its items", {})
            case AddIndex(schema, index):
                self._check_is_global(change, index)
                body = add_index_body(schema, index)
                yield from self._update(f"create the index {index.name}", body)
            case DropIndex(_, index):
                self._check_is_global(change, index)
                yield from self._update(f"drop the index {index.name}", drop_index_body(index))
            case ChangeIndex(schema, before, after):
                self._check_is_global(change, before, after)
                yield from self.of(DropIndex(schema, before))
                yield from self.of(AddIndex(schema, after))
            case SetTtl(_, before, after):
                yield from self._ttl(before, after)
            case SetStream(_, before, after):
                if before is not None:
                    yield from self._update("switch the stream off", stream_body(None))
                if after is not None:
                    yield from self._update(f"switch a stream of {after} on", stream_body(after))
            case SetFact():
                yield from self._fact(change)
            case ChangeKey():
                raise differs(self.name, self.where, [change])
            case _:
                assert_never(change)

    def create(self, change: AddTable) -> Step:
        """The step that creates the table; late if the table exists."""
        body = create_body(change.schema)

        def decode(reply: Reply) -> Progress:
            if reply.status != 200 and read_failure(reply).code == TABLE_IN_USE:
                return Progress(is_late=True)
            return self._succeeded(reply, "CreateTable")

        request = request_of("CreateTable", self.table, body, decode, after_loss=unchanged)
        return Step(f"create {self.name}", self.name, request)

    def _complete(self, change: AddTable) -> Iterator[Step]:
        """The steps for facts that CreateTable cannot set."""
        yield self._wait()
        yield from self._ttl(None, known(change.schema.ttl))
        if days := change.schema.facts.get("pitr_days"):
            yield self._backups(days)

    def _fact(self, change: SetFact) -> Iterator[Step]:
        body = fact_body(change)
        if body is not None:
            yield from self._update(f"set {change.name} to {change.after}", body)
        elif change.name == "pitr_days":
            yield self._backups(change.after)
        else:
            raise differs(self.name, self.where, [change])

    def _ttl(self, before: str | None, after: str | None) -> Iterator[Step]:
        for attribute, enabled in ((before, False), (after, True)):
            if attribute is not None:
                body = {"TableName": self.name, **ttl_body(attribute, enabled=enabled)}
                decode = self._ttl_decoder(attribute if enabled else None)
                action = "UpdateTimeToLive"
                request = request_of(action, self.table, body, decode, after_loss=unchanged)
                said = f"expire items by {attribute}" if enabled else "expire no items"
                yield Step(f"{said} in {self.name}", self.name, request)

    def _ttl_decoder(self, wanted: str | None) -> Decode:
        """Enabling TTL twice fails with a generic error, so look before raising it."""

        def decode(reply: Reply) -> Progress | NextRequest[Progress]:
            failure = None if reply.status == 200 else read_failure(reply)
            if failure is None or failure.code != VALIDATION:
                return self._succeeded(reply, "UpdateTimeToLive")
            refusal = translate(failure, self.where, "UpdateTimeToLive")
            look = ttl_request(self.table, self.name, self.where)
            return NextRequest(_with_decoder(look, _is_already(look, wanted, refusal)))

        return decode

    def _backups(self, pitr_days: Any) -> Step:
        """The step that sets backups. A new table has none for a while; some servers never do."""
        action = "UpdateContinuousBackups"
        body = {"TableName": self.name, **backups_body(pitr_days)}

        def decode(reply: Reply) -> Progress:
            code = "" if reply.status == 200 else read_failure(reply).code
            if code == UNKNOWN_OPERATION:
                return DONE
            if code == BACKUPS_NOT_READY:
                return Progress(is_done=False, note="backups are not available yet")
            return self._succeeded(reply, action)

        request = request_of(action, self.table, body, decode, after_loss=unchanged)
        said = (
            f"can be restored to any of the last {pitr_days} days"
            if pitr_days
            else "is not backed up"
        )
        return Step(f"{self.name} {said}", self.name, request)

    def _update(self, comment: str, body: Body) -> Iterator[Step]:
        yield self._step("UpdateTable", f"{comment} of {self.name}", body)
        yield self._wait()

    def _step(self, action: str, comment: str, body: Body) -> Step:
        def decode(reply: Reply) -> Progress:
            return self._succeeded(reply, action)

        request = request_of(action, self.table, {"TableName": self.name, **body}, decode)
        return Step(comment, self.name, request)

    def _wait(self) -> Step:
        """The step that repeats DescribeTable until the table and its indexes are usable."""
        look = describe_request(self.table, self.name, self.where)

        def decode(reply: Reply) -> Progress:
            live = look.decode(reply)
            return Progress(is_done=isinstance(live, LiveTable) and live.is_usable)

        request = _with_decoder(look, decode)
        return Step(f"wait until {self.name} can be used", self.name, request, changes=False)

    def _succeeded(self, reply: Reply, action: str) -> Progress:
        succeeded(reply, action, self.where)
        return DONE

    def _check_is_global(self, change: Change, *indexes: IndexSchema) -> None:
        """Refuse changes of a local index: it is created with its table, and stays."""
        if any(index.is_local for index in indexes):
            raise differs(self.name, self.where, [change])


def _with_decoder(look: Request[Any], decode: Decode) -> Request[Progress]:
    """The same request with another decoder."""
    return Request(look.action, look.table, look.payload, decode)


def _is_already(look: Request[str | None], wanted: str | None, refusal: TrueupError) -> Decode:
    def decode(reply: Reply) -> Progress:
        if look.decode(reply) != wanted:
            raise refusal
        return DONE

    return decode
