"""Settings, connections and replies of DynamoDB: nothing here needs a server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from ssl import SSLCertVerificationError, SSLError
from typing import Any

import pytest

import trueup
from tests.golden.stage import Stage, secret
from tests.unit.dynamodb.engines import engine, failed, ok
from trueup import NO_RETRIES, Layer
from trueup.engines.dynamodb.errors import translate_transport
from trueup.engines.dynamodb.wire.errors import TransportError, connection_lost, timed_out
from trueup.engines.dynamodb.wire.tls import translate_handshake
from trueup.operations.requests import Action, Delete, Get, Put, TransactWrite, Update
from trueup.testing.suite.case import wire
from trueup.testing.suite.tables import PEOPLE

NOBODY_LISTENS = "dynamodb://127.0.0.1:1"
WHERE = "dynamodb, eu-west-1"
PERSON = PEOPLE.described
ADD = Update(PERSON, ("a",), (wire("age").add(1),), {"id": "a"})


@contextmanager
def _environment(**more: str) -> Iterator[None]:
    """Keys to sign with, and what a case sets; all as it was afterwards."""
    given = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": secret("key"), **more}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given.items():
            patch.setenv(name, value)
        yield


def _read(url: str, **environment: str) -> object:
    layer = Layer("people", target="dynamodb", tables=[PEOPLE])
    with (
        _environment(**environment),
        trueup.connect(url, layer, retries=NO_RETRIES) as db,
    ):
        return db.repository(PEOPLE).get("a")


def _reply(action: Action, code: str, status: int = 400, **body: Any) -> object:
    return engine().compile(action).decode(failed(code, status, **body))


def _transport(error: Exception) -> TransportError:
    assert isinstance(error, TransportError)
    return error


def no_region(_: Stage) -> object:
    return _read("dynamodb://", AWS_CONFIG_FILE=os.devnull)


def profile_that_does_not_exist(_: Stage) -> object:
    return _read("dynamodb://eu-west-1?profile=beta", AWS_CONFIG_FILE=os.devnull)


def wrong_flag(_: Stage) -> object:
    return _read("dynamodb://eu-west-1", AWS_USE_FIPS_ENDPOINT="maybe")


def retries_of_another_kind(_: Stage) -> object:
    layer = Layer("people", target="dynamodb", tables=[PEOPLE])
    with _environment(AWS_RETRY_MODE="adaptive"):
        return trueup.connect("dynamodb://eu-west-1", layer)


def proxy(_: Stage) -> object:
    return _read("dynamodb://eu-west-1", HTTPS_PROXY="http://proxy.example:3128")


def endpoint_that_is_none(_: Stage) -> object:
    return _read("dynamodb://eu-west-1", AWS_ENDPOINT_URL="ftp://example.com")


def key_without_its_secret(_: Stage) -> object:
    return _read("dynamodb://eu-west-1", AWS_SECRET_ACCESS_KEY="")


def authorities_that_cannot_be_read(_: Stage) -> object:
    url = "dynamodb://127.0.0.1:1?tls=true"
    return _read(url, AWS_CA_BUNDLE="/nowhere/bundle.pem")


def server_that_is_not_there(_: Stage) -> object:
    return _read(NOBODY_LISTENS)


def reply_to_a_read_that_was_lost(_: Stage) -> object:
    raise translate_transport(connection_lost(None, sent=True, where=WHERE), "GetItem")


def reply_to_an_addition_that_was_lost(_: Stage) -> object:
    raise translate_transport(connection_lost(None, sent=True, where=WHERE), "UpdateItem")


def certificate_of_another_authority(_: Stage) -> object:
    error = SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = 20, "unable to get local issuer certificate"
    raise translate_handshake(error, "dynamodb, https://dynamodb.eu-west-1.amazonaws.com")


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
    return _reply(Get(PERSON, ("a",)), "InternalServerError", 500)


def server_that_failed_to_write(_: Stage) -> object:
    return _reply(ADD, "InternalServerError", 500)


def access_denied(_: Stage) -> object:
    return _reply(ADD, "AccessDeniedException")


def table_that_does_not_exist(_: Stage) -> object:
    return _reply(ADD, "ResourceNotFoundException")


def collection_that_is_too_large(_: Stage) -> object:
    return _reply(ADD, "ItemCollectionSizeLimitExceededException")


def code_that_is_new(_: Stage) -> object:
    return _reply(ADD, "SomethingNewException")


def transaction_that_met_others(_: Stage) -> object:
    reasons = [{"Code": "TransactionConflict"}, {"Code": "None"}]
    actions = TransactWrite((ADD, Delete(PERSON, ("b",))))
    return _reply(actions, "TransactionCanceledException", CancellationReasons=reasons)


def second_attempt_that_met_what_it_may_have_replaced(_: Stage) -> object:
    image = {"id": {"S": "a"}, "name": {"S": secret("name")}}
    put = Put(PERSON, {"id": "a", "name": secret("name")}, returning="old")
    first = engine().compile(put)
    second = first.after_loss(first)
    assert second is not None
    return second.decode(ok(Attributes=image))
