"""Translate DynamoDB's errors to ours, by code; by words if a code has several meanings.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..._dataclass import dataclass
from ...errors import (
    ConditionFailed,
    DeadlineExceeded,
    ErrorCode,
    InvalidCall,
    NeedsOperator,
    Place,
    ReplyLost,
    Throttled,
    TrueupError,
    Unavailable,
)
from ...expressions.values import Item
from .codec.values import NotDynamoDB, decode_body, item_in, reading
from .denied import denied
from .wire.errors import TimedOut, TransportError
from .wire.http.reply import Reply, name_in
from .words import kept_words, may_be_shown, say_that_keys_differ

CONDITION_FAILED = "ConditionalCheckFailedException"
CANCELLED = "TransactionCanceledException"
NOT_REFUSED = "None"
TABLE_IN_USE = "ResourceInUseException"
NOT_FOUND = "ResourceNotFoundException"
VALIDATION = "ValidationException"
UNKNOWN_OPERATION = "UnknownOperationException"
BACKUPS_NOT_READY = "ContinuousBackupsUnavailableException"
TOO_MANY_CHANGES = "LimitExceededException"
TOO_FAST = "ThrottlingException"
NO_POLICY = "PolicyNotFoundException"

READS = frozenset(
    {"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems", "DescribeTable"}
    | {"DescribeTimeToLive", "DescribeContinuousBackups", "ListTables", "ListTagsOfResource"}
    | {"DescribeContributorInsights", "GetResourcePolicy", "ListBackups", "DescribeKey"}
)
"""Requests that change nothing, so a lost reply does not matter."""

_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ProvisionedThroughputExceeded",  # as a cancellation reason
        "RequestLimitExceeded",
        TOO_FAST,
        "ThrottlingError",  # as a cancellation reason
        "Throttling",
        "LimitExceededException",
        "SlowDown",
        "TooManyRequestsException",
    }
)
_CONFLICT = frozenset(
    {
        "TransactionConflictException",
        "TransactionConflict",  # as a cancellation reason
        "TransactionInProgressException",
        "ReplicatedWriteConflictException",
    }
)
_SERVER_FAILED = frozenset(
    {
        "InternalFailure",
        "InternalServerError",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
    }
)
"""Failures with any status: proxies and emulators may use others than 500 or 503."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A reply that reports an error.

    code: DynamoDB's own, without its namespace. item: the stored item, if a condition failed.
    throttled_by: the reasons for throttling. reasons: one for each action of a transaction, with
        the code NOT_REFUSED for actions that were not refused.
    retry_after_s: the pause that the server asks for.
    clock_corrected: the signature's time was refused, and the wire has corrected its clock.
    words: DynamoDB's own, which may quote the contents of an item. endpoint: where it answers.
    """

    status: int
    code: str
    request_id: str = ""
    item: Item | None = None
    throttled_by: tuple[str, ...] = ()
    reasons: tuple[Failure, ...] = ()
    retry_after_s: float | None = None
    clock_corrected: bool = False
    words: str = ""
    endpoint: str = ""

    @property
    def native(self) -> str:
        """The code, the reasons for throttling, and the request id that AWS asks for."""
        why = f" ({', '.join(self.throttled_by)})" if self.throttled_by else ""
        request = f", request {self.request_id}" if self.request_id else ""
        return f"{self.code or f'HTTP {self.status}'}{why}{request}"


def read_failure(reply: Reply) -> Failure:
    """Read a reply that reports an error."""
    said = Failure(
        reply.status,
        "",
        reply.request_id,
        retry_after_s=reply.retry_after_s,
        clock_corrected=reply.clock_corrected,
        endpoint=reply.endpoint,
    )
    try:
        return _read_body(said, decode_body(reply.body))
    except NotDynamoDB:
        return said  # perhaps a proxy's page: only the status is known


def _read_body(said: Failure, body: dict[str, Any]) -> Failure:
    with reading():
        reasons = body.get("CancellationReasons") or ()
        throttled = body.get("ThrottlingReasons") or ()
        return replace(
            said,
            code=name_in(body.get("__type", "").rpartition("#")[2]),
            item=item_in(body, "Item"),
            throttled_by=tuple(name_in(one.get("reason", "")) for one in throttled),
            reasons=tuple(_read_reason(said, one) for one in reasons),
            words=kept_words(body.get("message", body.get("Message"))),
        )


def _read_reason(said: Failure, reason: Mapping[str, Any]) -> Failure:
    return replace(
        said,
        code=name_in(reason.get("Code", NOT_REFUSED)),
        item=item_in(reason, "Item"),
        words=kept_words(reason.get("Message")),
    )


def translate(failure: Failure, where: Place, action: str) -> TrueupError:
    """Translate a DynamoDB error; unknown codes keep code and request id.

    action: a failed read is retried; a failed write may have been applied, so its caller decides.
    """
    where = replace(where, note=", ".join(filter(None, (where.note, failure.endpoint))))
    repeatable = _repeatable_error(failure, where, action in READS)
    error = repeatable or _final_error(failure, where, action)
    error.retry_after_s = failure.retry_after_s
    return with_words(error, failure)


def with_words(error: TrueupError, failure: Failure) -> TrueupError:
    """The error, with what DynamoDB said."""
    error.reply, error.reply_is_shown = failure.words, may_be_shown(failure.words)
    return error


def _repeatable_error(failure: Failure, where: Place, is_read: bool) -> TrueupError | None:
    """The error of a request that may succeed if it is sent again; None for other failures."""
    native = failure.native
    if failure.code == CANCELLED:
        return _cancelled_read(failure, where, is_read)
    if failure.code in _THROTTLED:
        return Throttled(
            "the request was throttled",
            where=where,
            native=native,
            fix="call again later, spread the keys, or raise the capacity it names",
            reasons=failure.throttled_by,
        )
    if failure.code in _CONFLICT:
        return Unavailable(
            "another write of the same item was in progress",
            where=where,
            native=native,
            fix="call again",
        )
    if failure.clock_corrected:
        return Unavailable(
            "the clock of this machine is wrong; the next request is signed by the server's",
            where=where,
            native=native,
            fix="call again, and set the clock",
        )
    if failure.status >= 500 or failure.code in _SERVER_FAILED:
        return _server_failed(native, where, is_read)
    return None


def _cancelled_read(failure: Failure, where: Place, is_read: bool) -> TrueupError | None:
    """The error of a transaction that only waits for others, or for capacity.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
    """
    causes = [reason for reason in failure.reasons if reason.code != NOT_REFUSED]
    errors = [_repeatable_error(cause, where, is_read) for cause in causes]
    return errors[0] if errors and all(errors) else None


def _final_error(failure: Failure, where: Place, action: str) -> TrueupError:
    code, native = failure.code, failure.native
    if code == CONDITION_FAILED:
        return ConditionFailed(
            "the condition on the stored item is false",
            where=where,
            native=native,
            fix="read the item and decide again",
        )
    return (
        denied(code, failure.words, action, native, where)
        or _request_error(failure, where)
        or _operator_error(failure, where)
    )


def _server_failed(native: str, where: Place, is_read: bool) -> TrueupError:
    if is_read:
        return Unavailable(
            "DynamoDB failed to answer", where=where, native=native, fix="call again"
        )
    return ReplyLost(
        "DynamoDB failed; the write may or may not have been applied",
        where=where,
        native=native,
        fix="read the item, then decide whether to write again",
    )


def _request_error(failure: Failure, where: Place) -> InvalidCall | None:
    code, native = failure.code, failure.native
    if code == VALIDATION and not say_that_keys_differ(failure.words):
        return InvalidCall(
            "DynamoDB refused the request as invalid",
            where=where,
            native=native,
            fix="compare the declaration with the table (its keys and indexes); report it if they "
            "agree",
        )
    if code in ("IdempotentParameterMismatch", "IdempotentParameterMismatchException"):
        return InvalidCall(
            "the token of this transaction was used for another one",
            where=where,
            native=native,
            code=ErrorCode.INVALID_OPTION,
            fix="use a token once, for one transaction and its repetitions",
        )
    return None


def _operator_error(failure: Failure, where: Place) -> NeedsOperator:
    code, native = failure.code, failure.native
    if code == NOT_FOUND:
        return NeedsOperator(
            "the table, or an index of it, does not exist",
            where=where,
            native=native,
            code=ErrorCode.TABLE_NOT_FOUND,
            fix="make it by trueup apply or db.create_tables(), or check the region, the account "
            "and the table's name",
        )
    if code == VALIDATION:
        return NeedsOperator(
            "the keys or indexes of the table differ from its declaration",
            where=where,
            native=native,
            code=ErrorCode.SCHEMA_MISMATCH,
            fix="compare the declaration with the table: trueup diff or db.create_tables() names "
            "the differences",
        )
    if code == "ItemCollectionSizeLimitExceededException":
        return NeedsOperator(
            "the items of one partition value are larger than the 10 GB a local index allows",
            where=where,
            native=native,
            fix="spread the items over more partition values, or use a global index",
        )
    return NeedsOperator(
        "DynamoDB refused the request",
        where=where,
        native=native,
        fix="look the code up in DynamoDB's documentation",
    )


def not_dynamodb(action: str, table: str) -> TrueupError:
    """Our error for a reply that DynamoDB cannot have sent; it shows nothing of the reply."""
    where = Place("dynamodb", table=table)
    fix = "check the endpoint: something else than DynamoDB answers there"
    if action in READS:
        return Unavailable("the reply is not one of DynamoDB's", where=where, fix=fix)
    return ReplyLost(
        "the reply is not one of DynamoDB's; the write may or may not have been applied",
        where=where,
        fix=f"{fix}; then read the item, and decide whether to write again",
    )


def translate_transport(error: TransportError, action: str) -> TrueupError:
    """Our error for a round trip without a reply; the caller raises it `from error`.

    action: decides whether a lost reply matters.
    """
    if error.sent and action not in READS:
        return ReplyLost(
            "the reply was lost; the write may or may not have been applied",
            where=error.where,
            native=error.native,
            fix="read the item, then decide whether to write again",
        )
    kind = DeadlineExceeded if isinstance(error, TimedOut) else Unavailable
    return kind(error.what, where=error.where, native=error.native, fix=error.fix)
