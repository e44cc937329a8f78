"""A first look at a real server: both wires, one table, one item."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.wire.calls import calling, options
from trueup.engines.dynamodb.port import HttpPayload
from trueup.testing.ministack import running_ministack


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
