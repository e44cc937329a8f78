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
from trueup.engines.dynamodb.wire.reply import Reply
from trueup.errors import (
    Busy,
    Code,
    ConditionFailed,
    DeadlineExceeded,
    OperatorError,
    OutcomeUnknown,
    RequestError,
    TrueupError,
)


def translated(reply: Reply, *, is_read: bool = True) -> TrueupError:
    return translate(read_failure(reply), "dynamodb, table T", is_read=is_read)


@pytest.mark.parametrize(
    ("code", "kind", "ours"),
    [
        ("ConditionalCheckFailedException", ConditionFailed, Code.CONDITION_FAILED),
        ("ResourceNotFoundException", OperatorError, Code.TABLE_NOT_FOUND),
        ("ProvisionedThroughputExceededException", Busy, Code.BUSY),
        ("ThrottlingException", Busy, Code.BUSY),
        ("RequestLimitExceeded", Busy, Code.BUSY),
        ("TransactionConflictException", Busy, Code.BUSY),
        ("TransactionInProgressException", Busy, Code.BUSY),
        ("ReplicatedWriteConflictException", Busy, Code.BUSY),
        ("ValidationException", RequestError, Code.INVALID_VALUE),
        ("IdempotentParameterMismatchException", RequestError, Code.INVALID_OPTION),
        ("AccessDeniedException", OperatorError, Code.ENGINE_FAILED),
        ("UnrecognizedClientException", OperatorError, Code.ENGINE_FAILED),
        ("ItemCollectionSizeLimitExceededException", OperatorError, Code.ENGINE_FAILED),
        ("SomethingNewException", OperatorError, Code.ENGINE_FAILED),
    ],
)
def test_code_has_one_of_ours(code: str, kind: type[TrueupError], ours: Code) -> None:
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
    assert "TableWriteMaxOnDemandThroughputExceeded" in error.native


def test_server_that_failed_leaves_a_write_unknown_and_a_read_to_be_repeated() -> None:
    reply = failed("InternalServerError", 500)
    assert isinstance(translated(reply, is_read=True), Busy)
    assert isinstance(translated(reply, is_read=False), OutcomeUnknown)


def test_page_of_a_proxy_is_an_error_with_its_status() -> None:
    error = translated(Reply(403, {}, b"<html>"))
    assert (type(error), error.native) == (OperatorError, "HTTP 403")


def test_signature_refused_for_its_time_can_be_sent_again_once_the_clock_is_right() -> None:
    reply = failed("InvalidSignatureException")
    reply.clock_corrected = True
    assert isinstance(translated(reply, is_read=False), Busy)


@pytest.mark.parametrize(
    ("error", "action", "kind"),
    [
        (ConnectFailed("x", sent=False, where="w"), "PutItem", Busy),
        (TimedOut("x", sent=False, where="w"), "PutItem", DeadlineExceeded),
        (TimedOut("x", sent=True, where="w"), "PutItem", OutcomeUnknown),
        (TimedOut("x", sent=True, where="w"), "GetItem", DeadlineExceeded),
        (ConnectionLost("x", sent=True, where="w"), "Query", Busy),
        (ConnectionLost("x", sent=True, where="w"), "TransactWriteItems", OutcomeUnknown),
    ],
)
def test_lost_reply_matters_to_writes_only(
    error: TransportError, action: str, kind: type[TrueupError]
) -> None:
    assert type(translate_transport(error, action)) is kind
