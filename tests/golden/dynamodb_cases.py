"""Connections and replies of DynamoDB: nothing here needs a server."""

from __future__ import annotations

from ssl import SSLCertVerificationError, SSLError
from typing import Any

from tests.golden.people import read_person
from tests.golden.stage import Stage, secret
from tests.unit.dynamodb.engines import Exchange, created, engine, failed, live, ok
from trueup.engines.dynamodb.errors import translate_transport
from trueup.engines.dynamodb.wire.errors import TransportError, connection_lost, timed_out
from trueup.engines.dynamodb.wire.http.reply import Reply
from trueup.engines.dynamodb.wire.http.tls import translate_handshake
from trueup.errors import Place
from trueup.expressions import as_condition
from trueup.expressions.values import Item
from trueup.model.description.check import describe
from trueup.operations.actions import (
    Action,
    BatchGet,
    BatchWrite,
    Delete,
    Expect,
    Get,
    Guard,
    Put,
    TransactWrite,
    Update,
    Write,
)
from trueup.operations.operation import send
from trueup.resilience import RetryPolicy
from trueup.schema.create import MOST_LOOKS
from trueup.testing.suite.oracle import wire
from trueup.testing.suite.tables import DOCUMENTS, PEOPLE, SESSIONS

NOBODY_LISTENS = "dynamodb://127.0.0.1:1"
WHERE = Place("dynamodb", note="eu-west-1")
PERSON, DOCUMENT, SESSION = describe(PEOPLE), describe(DOCUMENTS), describe(SESSIONS)
ADD = Update(PERSON, ("a",), (wire("age").add(1),), {"id": "a"})
READ = Get(PERSON, ("a",))
BOTH = TransactWrite((ADD, Delete(PERSON, ("b",))))
REFUSED, CANCELLED = "ConditionalCheckFailedException", "TransactionCanceledException"


def _reply(action: Action, code: str, status: int = 400, **body: Any) -> object:
    return _after(action, failed(code, status, **body))


def _after(action: Action, *replies: Reply) -> Any:
    """What becomes of an action with these replies."""
    return Exchange(*replies).run(send(engine().compile(action)))


def _second_attempt(write: Write, reply: Reply) -> object:
    """The write, sent again because the reply to it was lost."""
    first = engine().compile(write)
    second = first.after_loss(first)
    assert second is not None
    return second.decode(reply)


def _transport(error: Exception) -> TransportError:
    assert isinstance(error, TransportError)
    return error


def server_that_is_not_there(_: Stage) -> object:
    return read_person(NOBODY_LISTENS)


def reply_to_a_read_that_was_lost(_: Stage) -> object:
    raise translate_transport(connection_lost(None, sent=True, where=WHERE), "GetItem")


def reply_to_an_addition_that_was_lost(_: Stage) -> object:
    raise translate_transport(connection_lost(None, sent=True, where=WHERE), "UpdateItem")


def certificate_of_another_authority(_: Stage) -> object:
    error = SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = 20, "unable to get local issuer certificate"
    raise translate_handshake(
        error, Place("dynamodb", note="https://dynamodb.eu-west-1.amazonaws.com")
    )


def handshake_that_failed(_: Stage) -> object:
    error = SSLError(1, "alert")
    raise translate_transport(_transport(translate_handshake(error, WHERE)), "GetItem")


def no_reply_to_a_read_in_time(_: Stage) -> object:
    raise translate_transport(timed_out(sent=True, where=WHERE), "GetItem")


def no_reply_to_an_addition_in_time(_: Stage) -> object:
    raise translate_transport(timed_out(sent=True, where=WHERE), "UpdateItem")


def no_time_to_send(_: Stage) -> object:
    raise translate_transport(timed_out(sent=False, where=WHERE), "PutItem")


def throttled(_: Stage) -> object:
    reasons = [{"reason": "TableWriteProvisionedThroughputExceeded", "resource": secret("arn")}]
    return _reply(ADD, "ProvisionedThroughputExceededException", ThrottlingReasons=reasons)


def conflict(_: Stage) -> object:
    return _reply(ADD, "TransactionConflictException")


def server_that_failed_to_read(_: Stage) -> object:
    return _reply(READ, "InternalServerError", 500)


def server_that_failed_to_write(_: Stage) -> object:
    return _reply(ADD, "InternalServerError", 500)


def access_denied(_: Stage) -> object:
    user, table = "arn:aws:iam::123456789012:user/ada", "arn:aws:dynamodb:eu-west-1:1:table/People"
    said = f"User: {user} is not authorized to perform: dynamodb:UpdateItem on resource: {table}"
    return _reply(ADD, "AccessDeniedException", message=said)


def credentials_that_have_expired(_: Stage) -> object:
    said = "The security token included in the request is expired"
    return _reply(ADD, "ExpiredTokenException", message=said)


def credentials_that_are_not_known(_: Stage) -> object:
    return _reply(ADD, "UnrecognizedClientException")


def secret_key_of_another(_: Stage) -> object:
    return _reply(ADD, "InvalidSignatureException")


def signature_for_another_region(_: Stage) -> object:
    said = "Credential should be scoped to a valid region, not 'eu-west-2'."
    return _reply(ADD, "InvalidSignatureException", message=said)


def signature_of_another_day(_: Stage) -> object:
    said = "20251120T100000Z is now earlier than 20251123T094500Z (20251123T100000Z - 15 min.)"
    return _reply(ADD, "InvalidSignatureException", message=f"Signature expired: {said}")


def key_of_another_type(_: Stage) -> object:
    said = (
        "One or more parameter values were invalid: Type mismatch for key id expected: N actual: S"
    )
    return _reply(Put(PERSON, {"id": "a"}), "ValidationException", message=said)


def table_that_does_not_exist(_: Stage) -> object:
    return _reply(ADD, "ResourceNotFoundException")


def collection_that_is_too_large(_: Stage) -> object:
    return _reply(ADD, "ItemCollectionSizeLimitExceededException")


def code_that_is_new(_: Stage) -> object:
    return _reply(ADD, "SomethingNewException")


def server_that_speaks_no_json(_: Stage) -> object:
    return _after(READ, Reply(200, {}, b"<html>"))


def proxy_that_failed(_: Stage) -> object:
    return _after(ADD, Reply(502, {}, b"<html>"))


def clock_of_this_machine_that_is_wrong(_: Stage) -> object:
    reply = failed("InvalidSignatureException", 403)
    reply.clock_corrected = True
    return _after(ADD, reply)


def request_that_is_invalid(_: Stage) -> object:
    return _reply(READ, "ValidationException")


def keys_that_are_never_read(_: Stage) -> object:
    rest = {"t-People": {"Keys": [{"id": {"S": secret("id")}}]}}
    replies = [ok(Responses={}, UnprocessedKeys=rest)] * (RetryPolicy.STANDARD.retries + 1)
    return _after(BatchGet(PERSON, ((secret("id"),),)), *replies)


def write_that_is_never_processed(_: Stage) -> None:
    rest = {"t-People": [{"PutRequest": {"Item": {"id": {"S": secret("id")}}}}]}
    replies = [ok(UnprocessedItems=rest)] * (RetryPolicy.STANDARD.retries + 1)
    written = _after(BatchWrite((Put(PERSON, {"id": secret("id")}),)), *replies)
    raise written.errors[0]


def expired_item_that_others_always_replace(_: Stage) -> object:
    key = {"user": {"S": secret("u")}, "session": {"S": "s"}}
    expired, alive = ({**key, "expiresAt": {"N": at}} for at in ("99", "101"))
    rounds = [failed(REFUSED, Item=expired), failed(REFUSED, Item=alive)] * 4
    plain: Item = {"user": secret("u"), "session": "s"}
    change = wire("visits").add(1)
    guard = Guard(now_epoch_s=100)
    return _after(Update(SESSION, (secret("u"), "s"), (change,), plain, guard), *rounds)


def expression_that_is_too_long(_: Stage) -> object:
    changes = tuple(wire(f"f{number}").assign(number) for number in range(500))
    return engine().compile(Update(PERSON, ("a",), changes, {"id": "a"}))


def transaction_that_met_others(_: Stage) -> object:
    reasons = [{"Code": "TransactionConflict"}, {"Code": "None"}]
    return _reply(BOTH, CANCELLED, CancellationReasons=reasons)


def transaction_that_was_refused(_: Stage) -> object:
    image = {"id": {"S": "b"}, "name": {"S": secret("name")}}
    reasons = [
        {"Code": "ValidationError", "Message": "secret words"},
        {"Code": "ConditionalCheckFailed", "Item": image},
    ]
    create = Put(PERSON, {"id": "b"}, Guard(Expect.NOTHING))
    return _reply(TransactWrite((ADD, create)), CANCELLED, CancellationReasons=reasons)


def token_that_was_used_for_another_transaction(_: Stage) -> object:
    return _reply(BOTH, "IdempotentParameterMismatchException")


def second_attempt_that_met_what_it_may_have_replaced(_: Stage) -> object:
    image = {"id": {"S": "a"}, "name": {"S": secret("name")}}
    put = Put(PERSON, {"id": "a", "name": secret("name")}, returning="old")
    return _second_attempt(put, ok(Attributes=image))


def second_attempt_that_met_the_same_by_others(_: Stage) -> object:
    guard = Guard(Expect.SOMETHING, condition=as_condition(wire("name") == "free"))
    change = wire("name").assign(secret("name"))
    image = {"id": {"S": "a"}, "name": {"S": secret("name")}}
    update = Update(PERSON, ("a",), (change,), {"id": "a"}, guard)
    return _second_attempt(update, failed(REFUSED, Item=image))


def second_attempt_that_met_a_later_version(_: Stage) -> object:
    put = Put(DOCUMENT, {"id": "a", "name": "mine", "edition": 3}, Guard(version=2))
    image = {"id": {"S": "a"}, "name": {"S": secret("name")}, "edition": {"N": "4"}}
    return _second_attempt(put, failed(REFUSED, Item=image))


def table_that_is_there_and_differs(_: Stage) -> object:
    key = [{"AttributeName": "name", "KeyType": "HASH"}]
    kinds = [{"AttributeName": "name", "AttributeType": "S"}]
    described = ok(**live(PEOPLE, KeySchema=key, AttributeDefinitions=kinds))
    return Exchange(described, ok(), ok()).run(created(PEOPLE))


def table_that_never_becomes_active(_: Stage) -> object:
    described = ok(**live(PEOPLE, TableStatus="CREATING"))
    absent = failed("ResourceNotFoundException")
    return Exchange(absent, ok(), *[described] * (MOST_LOOKS + 1)).run(created(PEOPLE))
