"""Calls of several services on one wire, whichever it is."""

from __future__ import annotations

import time
from contextlib import closing

import pytest

from tests.unit.dynamodb.wire.services import LOGS, STREAMS
from tests.waiting import wait_until
from tests.wire.calls import calling, options
from tests.wire.server import FaultServer
from trueup.engines.dynamodb.botocore_wire.blocking import BotocoreWire
from trueup.engines.dynamodb.port import HttpPayload

PAYLOADS = [
    HttpPayload("GetItem", b"{}"),
    HttpPayload("ListStreams", b"{}", STREAMS),
    HttpPayload("DescribeLogGroups", b"{}", LOGS),
]
SENT = [
    ("DynamoDB_20120810.GetItem", "application/x-amz-json-1.0", "/eu-west-1/dynamodb/"),
    ("DynamoDBStreams_20120810.ListStreams", "application/x-amz-json-1.0", "/eu-west-1/dynamodb/"),
    ("Logs_20140328.DescribeLogGroups", "application/x-amz-json-1.1", "/eu-west-1/logs/"),
]


def check(server: FaultServer) -> None:
    for head, (target, content_type, scope) in zip(server.heads, SENT, strict=True):
        lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        assert lines["X-Amz-Target"] == target
        assert lines["Content-Type"] == content_type
        assert scope in lines["Authorization"]


@pytest.mark.parametrize("flavour", ["blocking", "awaiting"])
def test_each_call_names_its_service_and_closing_ends_all(flavour: str) -> None:
    with FaultServer() as server:
        with calling(flavour, options(server.url)) as caller:
            for payload in PAYLOADS:
                assert caller.send(payload).status == 200
            shown = repr(caller.wire)
        check(server)
        assert shown.count(f"{server.url}: ") == len(PAYLOADS)
        assert shown.count("1 idle, 50 at most") == len(PAYLOADS)
        wait_until(lambda: server.count_open() == 0)


def test_each_call_through_botocore_names_its_service() -> None:
    with FaultServer() as server:
        with closing(BotocoreWire(options(server.url))) as wire:
            for payload in PAYLOADS:
                assert wire.perform(payload, time.monotonic() + 5).status == 200
            assert repr(wire).count("0 calls, 1 idle, 50 at most") == len(PAYLOADS)
        check(server)
        wait_until(lambda: server.count_open() == 0)
