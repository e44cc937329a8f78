"""DynamoDB's errors as ours: by code, never by text, with what AWS asks for kept."""

from __future__ import annotations

import pytest

from tests.unit.dynamodb.engines import failed
from trueup.engines.dynamodb.errors import read_failure, translate, translate_transport
from trueup.engines.dynamodb.wire.errors import (
    ConnectFailed,
    ConnectionLost,
    TimedOut,
    TransportError,
)
from trueup.engines.dynamodb.wire.http.reply import Reply
from trueup.errors import (
    ConditionFailed,
    DeadlineExceeded,
    ErrorCategory,
    ErrorCode,
    InvalidCall,
    NeedsOperator,
    Place,
    ReplyLost,
    Throttled,
    TrueupError,
    Unavailable,
)


def translated(reply: Reply, *, is_read: bool = True) -> TrueupError:
    action = "GetItem" if is_read else "PutItem"
    return translate(read_failure(reply), Place("dynamodb", table="T"), action)


@pytest.mark.parametrize(
    ("code", "kind", "ours"),
    [
        ("ConditionalCheckFailedException", ConditionFailed, ErrorCode.CONDITION_FAILED),
        ("ResourceNotFoundException", NeedsOperator, ErrorCode.TABLE_NOT_FOUND),
        ("ProvisionedThroughputExceededException", Throttled, ErrorCode.THROTTLED),
        ("ThrottlingException", Throttled, ErrorCode.THROTTLED),
        ("RequestLimitExceeded", Throttled, ErrorCode.THROTTLED),
        ("TransactionConflictException", Unavailable, ErrorCode.UNAVAILABLE),
        ("TransactionInProgressException", Unavailable, ErrorCode.UNAVAILABLE),
        ("ReplicatedWriteConflictException", Unavailable, ErrorCode.UNAVAILABLE),
        ("ValidationException", InvalidCall, ErrorCode.INVALID_VALUE),
        ("IdempotentParameterMismatchException", InvalidCall, ErrorCode.INVALID_OPTION),
        ("AccessDeniedException", NeedsOperator, ErrorCode.ACCESS_DENIED),
        ("UnrecognizedClientException", NeedsOperator, ErrorCode.CREDENTIALS_REFUSED),
        ("ItemCollectionSizeLimitExceededException", NeedsOperator, ErrorCode.ENGINE_FAILED),
        ("SomethingNewException", NeedsOperator, ErrorCode.ENGINE_FAILED),
    ],
)
def test_code_has_one_of_ours(code: str, kind: type[TrueupError], ours: ErrorCode) -> None:
    error = translated(failed(code))
    assert (type(error), error.code) == (kind, ours)


@pytest.mark.parametrize("code", ["SomethingNewException", "ValidationException"])
def test_error_keeps_code_and_request_id_and_shows_no_message(code: str) -> None:
    error = translated(failed(code))
    assert error.native == f"{code}, request R1"
    assert "secret" not in str(error)


def test_reasons_of_throttling_are_kept() -> None:
    reasons = [{"reason": "TableWriteMaxOnDemandThroughputExceeded", "resource": "arn"}]
    error = translated(failed("ThrottlingException", ThrottlingReasons=reasons))
    assert isinstance(error, Throttled)
    assert error.reasons == ("TableWriteMaxOnDemandThroughputExceeded",)
    assert "TableWriteMaxOnDemandThroughputExceeded" in error.native


def test_server_that_failed_leaves_a_write_unknown_and_a_read_to_be_repeated() -> None:
    reply = failed("InternalServerError", 500)
    assert isinstance(translated(reply, is_read=True), Unavailable)
    assert isinstance(translated(reply, is_read=False), ReplyLost)


# What may be sent again, by the code that DynamoDB gives, with the status it comes with.
SENT_AGAIN = [
    ("ProvisionedThroughputExceededException", 400),
    ("ThrottlingException", 400),
    ("RequestLimitExceeded", 400),
    ("TransactionConflictException", 400),
    ("TransactionInProgressException", 400),
    ("InternalServerError", 500),
    ("ServiceUnavailable", 503),
    ("ServiceUnavailableException", 400),
    ("NoCodeThatIsKnown", 502),
]
RAISED = [
    ("ConditionalCheckFailedException", 400),
    ("ValidationException", 400),
    ("ResourceNotFoundException", 400),
    ("AccessDeniedException", 400),
    ("UnrecognizedClientException", 400),
    ("ItemCollectionSizeLimitExceededException", 400),
    ("IdempotentParameterMismatchException", 400),
    ("NoCodeThatIsKnown", 400),
]


THROTTLING, CONDITION, INVALID, SERVICE = (
    ErrorCategory.THROTTLING,
    ErrorCategory.CONDITIONAL_CHECK_FAILED,
    ErrorCategory.VALIDATION_ERROR,
    ErrorCategory.SERVICE_ERROR,
)
CATEGORY_OF_CODE = {
    "ProvisionedThroughputExceededException": THROTTLING,
    "ProvisionedThroughputExceeded": THROTTLING,
    "RequestLimitExceeded": THROTTLING,
    "ThrottlingException": THROTTLING,
    "ThrottlingError": THROTTLING,
    "Throttling": THROTTLING,
    "LimitExceededException": THROTTLING,
    "SlowDown": THROTTLING,
    "TooManyRequestsException": THROTTLING,
    "ConditionalCheckFailedException": CONDITION,
    "ValidationException": INVALID,
    "IdempotentParameterMismatchException": INVALID,
    "TransactionConflictException": SERVICE,
    "InternalServerError": SERVICE,
    "ServiceUnavailable": SERVICE,
    "ResourceNotFoundException": SERVICE,
    "AccessDeniedException": SERVICE,
    "SomethingNewException": SERVICE,
}


@pytest.mark.req("M58")
@pytest.mark.parametrize(("code", "category"), CATEGORY_OF_CODE.items())
def test_code_has_a_category(code: str, category: ErrorCategory) -> None:
    for is_read in (True, False):
        assert translated(failed(code), is_read=is_read).category is category


@pytest.mark.req("M54", "MT7")
@pytest.mark.parametrize(("code", "status"), SENT_AGAIN)
def test_failure_that_may_pass_is_retryable(code: str, status: int) -> None:
    assert translated(failed(code, status)).retryable
    write = translated(failed(code, status), is_read=False)
    assert write.retryable or isinstance(write, ReplyLost)


@pytest.mark.req("MT7")
@pytest.mark.parametrize(("code", "status"), RAISED)
def test_failure_that_stays_is_not_retryable(code: str, status: int) -> None:
    for is_read in (True, False):
        error = translated(failed(code, status), is_read=is_read)
        assert not error.retryable
        assert not isinstance(error, ReplyLost)


@pytest.mark.parametrize(
    ("header", "value", "seconds"),
    [
        (b"x-amz-retry-after", b"1500", 1.5),
        (b"retry-after", b"2", 2.0),
        (b"x-amz-retry-after", b"soon", None),
        (b"retry-after", b"Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_pause_that_the_server_asks_for_is_kept(
    header: bytes, value: bytes, seconds: float | None
) -> None:
    reply = failed("ThrottlingException")
    reply.headers[header] = value
    assert translated(reply).retry_after_s == seconds


def test_page_of_a_proxy_is_an_error_with_its_status() -> None:
    error = translated(Reply(403, {}, b"<html>"))
    assert (type(error), error.native) == (NeedsOperator, "HTTP 403")


def test_signature_refused_for_its_time_can_be_sent_again_once_the_clock_is_right() -> None:
    reply = failed("InvalidSignatureException")
    reply.clock_corrected = True
    assert isinstance(translated(reply, is_read=False), Unavailable)


@pytest.mark.parametrize(
    ("error", "action", "kind"),
    [
        (ConnectFailed("x", sent=False, where=Place(note="w")), "PutItem", Unavailable),
        (TimedOut("x", sent=False, where=Place(note="w")), "PutItem", DeadlineExceeded),
        (TimedOut("x", sent=True, where=Place(note="w")), "PutItem", ReplyLost),
        (TimedOut("x", sent=True, where=Place(note="w")), "GetItem", DeadlineExceeded),
        (ConnectionLost("x", sent=True, where=Place(note="w")), "Query", Unavailable),
        (ConnectionLost("x", sent=True, where=Place(note="w")), "TransactWriteItems", ReplyLost),
    ],
)
def test_lost_reply_matters_to_writes_only(
    error: TransportError, action: str, kind: type[TrueupError]
) -> None:
    assert type(translate_transport(error, action)) is kind


@pytest.mark.req("MT7")
@pytest.mark.parametrize("kind", [TimedOut, ConnectionLost, ConnectFailed])
@pytest.mark.parametrize("sent", [True, False])
def test_timeouts_and_connection_resets_are_sent_again(
    kind: type[TransportError], sent: bool
) -> None:
    """A write that may have been applied is left to the retries, which know what may be resent."""
    error = kind("x", sent=sent, where=Place(note="w"))
    assert translate_transport(error, "GetItem").retryable
    write = translate_transport(error, "PutItem")
    assert isinstance(write, ReplyLost) if sent else write.retryable


@pytest.mark.req("MT4")
def test_name_of_an_error_in_a_message_means_nothing() -> None:
    throttled, invalid = "ProvisionedThroughputExceededException", "ValidationException"
    assert isinstance(translated(failed(throttled, message=invalid)), Throttled)
    assert isinstance(translated(failed(invalid, message=throttled)), InvalidCall)


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        (["None", "TransactionConflict"], Unavailable),
        (["ThrottlingError", "None"], Throttled),
        (["TransactionConflict", "ValidationError"], NeedsOperator),
        (["None", "None"], NeedsOperator),
    ],
)
def test_read_that_waits_for_a_transaction_may_be_repeated(
    codes: list[str], kind: type[TrueupError]
) -> None:
    reasons = [{"Code": code} for code in codes]
    error = translated(failed("TransactionCanceledException", CancellationReasons=reasons))
    assert type(error) is kind
