"""Transactions: actions that happen together, and the reasons if they are cancelled.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from ....errors import (
    ConditionFailed,
    ErrorCode,
    InvalidCall,
    Place,
    Throttled,
    TrueupError,
    Unavailable,
)
from ....operations.actions import (
    Check,
    Delete,
    Put,
    TransactGet,
    TransactWritten,
    Update,
    Write,
    WriteResult,
    parts_of,
    table_names,
)
from ....operations.guards import cancelled
from ....operations.operation import NextRequest, Request, unchanged
from ....operations.plans.transactions import check_together
from ..codec.capacity import units_of
from ..codec.decoder import ItemDecoder
from ..codec.values import NotDynamoDB, decode_body, item_from_json, reading
from ..compile.table import TableCompiler
from ..errors import CANCELLED, NOT_REFUSED, Failure, read_failure, translate, with_words
from ..wire.http.reply import Reply
from .replies import plain_request, request_of
from .writes import MOST_ROUNDS, replacement_of_expired, replaces_expired, why_refused

NewToken = Callable[[], str]
"""Returns a token that no other transaction has; passed in, so that tests know it."""

_NAMES: Final = {Put: "Put", Update: "Update", Delete: "Delete", Check: "ConditionCheck"}
_CONDITION: Final = "ConditionalCheckFailed"
_VALIDATION: Final = "ValidationError"


class TransactWriting:
    """One TransactWrite. As with single updates, an update that meets an expired item is resent as
    the put of the new item."""

    def __init__(self, compilers: Mapping[str, TableCompiler], new_token: NewToken) -> None:
        self._compilers = compilers
        self._new_token = new_token

    def request(
        self, actions: Sequence[Write | Check], rounds: int = MOST_ROUNDS
    ) -> Request[TransactWritten]:
        """The request. Its token makes DynamoDB perform it once, however often it is sent."""
        parts = [{_NAMES[type(part)]: self._compiler(part).write(part)} for part in actions]
        body = {"TransactItems": parts, "ClientRequestToken": self._new_token()}

        def decode(reply: Reply) -> TransactWritten | NextRequest[TransactWritten]:
            if reply.status == 200:
                results = [_written(self._compiler(action), action) for action in actions]
                units = units_of(decode_body(reply.body).get("ConsumedCapacity"))
                return TransactWritten(results, units)
            failure = read_failure(reply)
            if failure.code != CANCELLED:
                raise translate(failure, self._where(actions), "TransactWriteItems")
            return self._after_cancel(actions, failure, rounds)

        tables = table_names(actions)
        request = request_of("TransactWriteItems", tables, body, decode, after_loss=unchanged)
        return replace(request, parts=parts_of(actions))

    def _compiler(self, action: Write | Check) -> TableCompiler:
        return self._compilers[action.table.name]

    def _where(self, actions: Sequence[Write | Check]) -> Place:
        return Place(self._compiler(actions[0]).rules.engine, table=table_names(actions))

    def _after_cancel(
        self, actions: Sequence[Write | Check], failure: Failure, rounds: int
    ) -> NextRequest[TransactWritten]:
        if len(actions) != len(failure.reasons):
            raise NotDynamoDB
        pairs = list(zip(actions, failure.reasons, strict=True))
        revived = [self._revived(action, reason) for action, reason in pairs]
        reasons = [
            None if put else self._reason(action, reason)
            for put, (action, reason) in zip(revived, pairs, strict=True)
        ]
        if any(revived) and not any(reasons) and rounds:
            following = [put or action for put, action in zip(revived, actions, strict=True)]
            return NextRequest(self.request(following, rounds - 1))
        raise self._cancelled(actions, failure, reasons)

    def _revived(self, action: Write | Check, reason: Failure) -> Put | None:
        if reason.code != _CONDITION or not isinstance(action, Update):
            return None
        compiler = self._compiler(action)
        is_expired = replaces_expired(compiler, action, reason.item)
        return replacement_of_expired(compiler, action) if is_expired else None

    def _reason(self, action: Write | Check, reason: Failure) -> TrueupError | None:
        """Our error for a cancellation reason; None for an action that was not refused."""
        if reason.code == NOT_REFUSED:
            return None
        compiler = self._compiler(action)
        if reason.code == _CONDITION:
            refused = why_refused(compiler, action, reason.item)
            return refused or ConditionFailed(
                "the condition on the stored item is false",
                where=compiler.where,
                native=reason.code,
                fix="read the item and decide again",
            )
        if reason.code == _VALIDATION:
            error = InvalidCall(
                "the change does not fit what is stored, or makes the item too large",
                code=ErrorCode.INVALID_UPDATE,
                where=compiler.where,
                native=reason.code,
                fix="read the item and compare it with the change",
            )
            return with_words(error, reason)
        return translate(reason, compiler.where, "TransactWriteItems")

    def _cancelled(
        self,
        actions: Sequence[Write | Check],
        failure: Failure,
        reasons: Sequence[TrueupError | None],
    ) -> TrueupError:
        where = self._where(actions)
        causes = [reason for reason in reasons if reason]
        if all(reason.retryable for reason in causes):
            throttled = all(isinstance(reason, Throttled) for reason in causes)
            kind = Throttled if throttled else Unavailable
            return kind(
                "other writes of the same items were in progress, or the request was throttled",
                where=where,
                native=failure.native,
                fix="call again",
            )
        return cancelled(reasons, where, failure.native)


def _written(compiler: TableCompiler, action: Write | Check) -> WriteResult[Any]:
    """The known result of an action: DynamoDB returns no images for transactions."""
    existed = action.guard.implies_existed
    if isinstance(action, Put) and action.returning == "new":
        return WriteResult(existed, new=compiler.codec.decode(action.item))
    return WriteResult(existed)


def transact_get_request(
    compilers: Mapping[str, TableCompiler], decoders: Sequence[ItemDecoder], action: TransactGet
) -> Request[list[Any]]:
    """The request that reads items as of one instant. decoders: one for each Get."""
    parts = [{"Get": compilers[get.table.name].get(get)} for get in action.gets]

    def decode(body: bytes) -> list[Any]:
        found = []
        with reading():
            stored = [reply.get("Item") for reply in decode_body(body)["Responses"]]
        if len(stored) != len(decoders):
            raise NotDynamoDB
        if len(body) > (rules.limits.transaction_bytes or math.inf):  # AWS sends no such reply
            check_together(rules, (item_from_json(item or {}) for item in stored), tables)
        for decoder, get, item in zip(decoders, action.gets, stored, strict=True):
            items = decoder.items([item])
            found += items.unexpired(get.table, get.now_epoch_s) or [None]
        return found

    tables = table_names(action.gets)
    rules = compilers[action.gets[0].table.name].rules
    where = Place(rules.engine, table=tables)
    return plain_request("TransactGetItems", tables, where, {"TransactItems": parts}, decode)
