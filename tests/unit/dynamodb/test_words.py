"""What a server says is kept, and shown only if it is known to hold no contents of an item."""

from __future__ import annotations

import json
import pickle

import pytest

from tests.unit.dynamodb.engines import failed
from trueup.engines.dynamodb.errors import read_failure, translate
from trueup.engines.dynamodb.wire.http.reply import Reply
from trueup.errors import ErrorCode, Place, TrueupError

ROLE = "arn:aws:sts::123456789012:assumed-role/orders/aws-sdk-java-1680121851194"
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders"
DENIED = f"User: {ROLE} is not authorized to perform: dynamodb:Query on resource: {TABLE}"
EARLY = "Signature not yet current: 20190305T002809Z is still later than 20190304T214315Z "
LATE = "Signature expired: 20170111T204052Z is now earlier than 20170111T225449Z "
INVALID = "One or more parameter values were invalid: "
WRONG_KEY = "The signature we calculated does not match the signature you provided."


def refused(code: str, message: str, action: str = "GetItem") -> TrueupError:
    where = Place("dynamodb", table="T")
    return translate(read_failure(failed(code, message=message)), where, action)


# Sources: the threads that `words.py` names.
SHOWN = [
    (
        "AccessDeniedException",
        f"{DENIED} because no identity-based policy allows the dynamodb:Query action",
        ErrorCode.ACCESS_DENIED,
        "do not allow dynamodb:Query",
    ),
    ("AccessDeniedException", DENIED, ErrorCode.ACCESS_DENIED, "do not allow dynamodb:Query"),
    (
        "AccessDeniedException",
        f"{DENIED} with an explicit deny in a resource-based policy",
        ErrorCode.ACCESS_DENIED,
        "do not allow dynamodb:Query",
    ),
    (
        "ExpiredTokenException",
        "The security token included in the request is expired",
        ErrorCode.CREDENTIALS_REFUSED,
        "have expired",
    ),
    (
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
        ErrorCode.CREDENTIALS_REFUSED,
        "does not know the credentials",
    ),
    (
        "InvalidSignatureException",
        "Credential should be scoped to a valid region, not 'eu-east-2'. ",
        ErrorCode.CREDENTIALS_REFUSED,
        "another region",
    ),
    (
        "InvalidSignatureException",
        f"{EARLY}(20190304T212815Z + 15 min.)",
        ErrorCode.CREDENTIALS_REFUSED,
        "another time",
    ),
    (
        "InvalidSignatureException",
        f"{LATE}(20170111T230949Z - 15 min.)",
        ErrorCode.CREDENTIALS_REFUSED,
        "another time",
    ),
    (
        "ValidationException",
        f"{INVALID}Type mismatch for key id expected: N actual: S",
        ErrorCode.SCHEMA_MISMATCH,
        "keys or indexes",
    ),
    (
        "ValidationException",
        f"{INVALID}Type mismatch for Index Key day Expected: S Actual: N IndexName: ByDay",
        ErrorCode.SCHEMA_MISMATCH,
        "keys or indexes",
    ),
    (
        "ValidationException",
        "The provided key element does not match the schema",
        ErrorCode.SCHEMA_MISMATCH,
        "keys or indexes",
    ),
    (
        "ValidationException",
        "The table does not have the specified index: ByDay",
        ErrorCode.SCHEMA_MISMATCH,
        "keys or indexes",
    ),
    (
        "ResourceNotFoundException",
        "Requested resource not found",
        ErrorCode.TABLE_NOT_FOUND,
        "does not exist",
    ),
]


@pytest.mark.fault("F21")
@pytest.mark.parametrize(("code", "message", "ours", "what"), SHOWN)
def test_words_that_hold_no_contents_are_shown(
    code: str, message: str, ours: ErrorCode, what: str
) -> None:
    error = refused(code, message)
    assert error.code is ours
    assert what in error.what
    words = message.strip().rstrip(".")
    assert error.reply == words
    assert f"  reply: {words}\n" in str(error)
    assert error.to_dict()["reply"] == words


@pytest.mark.fault("F21")
@pytest.mark.parametrize(
    "message",
    [
        'One or more parameter values were invalid: "hunter2" is no number',
        f"{INVALID}Type mismatch for key id expected: N actual: S hunter2",
        "The provided key element does not match the schema\nhunter2",
        "Invalid UpdateExpression: Syntax error; token: hunter2",
        f"{DENIED} hunter2 it",
    ],
)
def test_other_words_are_kept_and_not_shown(message: str) -> None:
    error = refused("ValidationException", message)
    assert "hunter2" in error.reply
    for text in (str(error), json.dumps(error.to_dict()), repr(error)):
        assert "hunter2" not in text
    assert pickle.loads(pickle.dumps(error)).reply == error.reply


@pytest.mark.fault("F21")
def test_request_that_was_signed_is_not_kept() -> None:
    """With a wrong key AWS shows what should have been signed, the session token included."""
    canonical = "The Canonical String for this request should have been 'POST x-amz-token:hunter2'"
    error = refused("InvalidSignatureException", f"{WRONG_KEY} {canonical}")
    assert error.reply == WRONG_KEY.rstrip(".")
    assert "secret key" in error.fix


@pytest.mark.fault("F21")
def test_missing_permission_names_the_action_also_if_the_server_does_not() -> None:
    error = refused("AccessDeniedException", "no", action="PutItem")
    assert error.what == "the credentials do not allow dynamodb:PutItem"


@pytest.mark.parametrize("message", [None, 1, ["hunter2"], {"a": 1}])
def test_words_that_are_no_text_are_none(message: object) -> None:
    body = json.dumps({"__type": "x#ValidationException", "message": message}).encode()
    assert read_failure(Reply(400, {}, body)).words == ""


def test_words_are_kept_up_to_a_length() -> None:
    assert len(refused("ValidationException", "x" * 100_000).reply) == 1_000
