"""A first look at a real server: both wires, one table, one item."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.unit.dynamodb.wire.services import STREAMS
from tests.wire.calls import Caller, calling, options
from trueup.engines.dynamodb.botocore_wire.blocking import BotocoreWire
from trueup.engines.dynamodb.port import HttpPayload
from trueup.testing.ministack import running_ministack

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_ministack() as server:
        yield server.url.replace("dynamodb:", "http:")


@pytest.mark.parametrize("flavour", ["blocking", "awaiting"])
def test_an_item_goes_to_a_server_and_comes_back(flavour: str, url: str) -> None:
    table = f"Wire-{flavour}"
    key = {"AttributeName": "k", "KeyType": "HASH"}
    item = {"k": {"S": "ä"}, "n": {"N": "1"}}
    with calling(flavour, options(url)) as caller:

        def call(target: str, **parameters: object) -> tuple[int, dict[str, object]]:
            body = json.dumps({"TableName": table} | parameters).encode()
            reply = caller.send(HttpPayload(target, body))
            return reply.status, json.loads(reply.body)

        status, _ = call(
            "CreateTable",
            KeySchema=[key],
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        assert status == 200
        assert call("PutItem", Item=item) == (200, {})
        assert call("GetItem", Key={"k": item["k"]}) == (200, {"Item": item})
        status, error = call("GetItem", Key={"wrong": item["k"]})
        assert (status, str(error["__type"]).rpartition("#")[2]) == (400, "ValidationException")


def call_streams(caller: Caller | BotocoreWire, table: str) -> object:
    payload = HttpPayload("ListStreams", json.dumps({"TableName": table}).encode(), STREAMS)
    if isinstance(caller, BotocoreWire):
        reply = caller.perform(payload, time.monotonic() + 5)
    else:
        reply = caller.send(payload)
    return reply.status, [stream["TableName"] for stream in json.loads(reply.body)["Streams"]]


@pytest.mark.parametrize("flavour", ["blocking", "awaiting", "botocore"])
def test_another_service_is_called_on_the_same_wire(flavour: str, url: str) -> None:
    table = f"Streamed-{flavour}"
    created = {
        "TableName": table,
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    }
    creation = HttpPayload("CreateTable", json.dumps(created).encode())
    if flavour == "botocore":
        with closing(BotocoreWire(options(url))) as wire:
            assert wire.perform(creation, time.monotonic() + 5).status == 200
            assert call_streams(wire, table) == (200, [table])
        return
    with calling(flavour, options(url)) as caller:
        assert caller.send(creation).status == 200
        assert call_streams(caller, table) == (200, [table])
