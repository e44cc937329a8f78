"""botocore as a wire: our body goes out as it is, whatever comes back is a reply."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.config import Config
from botocore.session import Session

from trueup.engines.dynamodb.botocore_wire.blocking import BotocoreWire
from trueup.engines.dynamodb.port import HttpPayload
from trueup.engines.dynamodb.wire.aws.configuration import Options
from trueup.engines.dynamodb.wire.aws.credentials import Credentials
from trueup.engines.dynamodb.wire.errors import ConnectFailed, ReplyDamaged, TimedOut
from trueup.errors import ErrorCode
from trueup.testing.suite.harness.refusals import refused

KEYS = Credentials("AKIDEXAMPLE", "secret")
# A body that botocore would never write: its order, its spaces, a parameter it does not know.
BODY = b'{ "TableName":"T", "Unknown":[1] }'


class Server(ThreadingHTTPServer):
    """Answers with what is set, and keeps what it was asked."""

    status = 200
    headers: dict[str, str] = {}
    body: bytes | None = b"{}"
    """None echoes what was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[dict[str, str], bytes]] = []

    @property
    def options(self) -> Options:
        url = f"http://127.0.0.1:{self.server_port}"
        return Options("eu-west-1", url, credentials=KEYS, read_timeout_s=0.5)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.asked.append((dict(self.headers), body))
        if server.status == 0:
            time.sleep(1)
            return
        answer = body if server.body is None else server.body
        self.send_response(server.status)
        for name, value in server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def wire(server: Server) -> Iterator[BotocoreWire]:
    opened = BotocoreWire(server.options)
    yield opened
    opened.close()


def soon() -> float:
    return time.monotonic() + 5


@pytest.mark.parametrize("target", ["GetItem", "BatchGetItem", "TransactWriteItems"])
def test_body_goes_out_as_it_is_and_signed(server: Server, wire: BotocoreWire, target: str) -> None:
    wire.perform(HttpPayload(target, BODY), soon())
    ((headers, body),) = server.asked
    assert body == BODY
    assert headers["X-Amz-Target"] == f"DynamoDB_20120810.{target}"
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")


def test_reply_comes_in_as_it_is(server: Server, wire: BotocoreWire) -> None:
    server.body = b'{ "Item": {"id":{"S":"a"}} }'
    server.headers = {"x-amzn-RequestId": "R1"}
    reply = wire.perform(HttpPayload("GetItem", BODY), soon())
    assert (reply.status, reply.body, reply.request_id) == (200, server.body, "R1")


@pytest.mark.parametrize("status", [400, 500])
def test_error_is_a_reply_and_sent_once(server: Server, wire: BotocoreWire, status: int) -> None:
    server.status, server.body = status, json.dumps({"__type": "x#SomeException"}).encode()
    reply = wire.perform(HttpPayload("PutItem", BODY), soon())
    assert (reply.status, reply.body) == (status, server.body)
    assert len(server.asked) == 1


def test_reply_with_a_wrong_checksum_is_refused(server: Server, wire: BotocoreWire) -> None:
    server.headers = {"x-amz-crc32": "1"}
    with pytest.raises(ReplyDamaged):
        wire.perform(HttpPayload("GetItem", BODY), soon())


def test_server_that_is_silent_times_out(server: Server, wire: BotocoreWire) -> None:
    server.status = 0
    with pytest.raises(TimedOut) as caught:
        wire.perform(HttpPayload("PutItem", BODY), soon())
    assert caught.value.sent


def test_server_that_is_not_there_was_not_reached(server: Server, wire: BotocoreWire) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(ConnectFailed) as caught:
        wire.perform(HttpPayload("PutItem", BODY), soon())
    assert not caught.value.sent


def test_call_without_time_is_not_sent(server: Server, wire: BotocoreWire) -> None:
    with pytest.raises(TimedOut):
        wire.perform(HttpPayload("PutItem", BODY), time.monotonic() - 1)
    assert server.asked == []


def test_closed_wire_refuses_calls(wire: BotocoreWire) -> None:
    wire.close()
    wire.close()
    with refused(ErrorCode.CLOSED):
        wire.perform(HttpPayload("GetItem", BODY), soon())


def test_user_agent_is_that_of_botocore_with_ours(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SDK_UA_APP_ID", "shop")
    monkeypatch.setenv("AWS_EXECUTION_ENV", "AWS_Lambda_python3.13")
    client = Session().create_client(
        "dynamodb",
        "eu-west-1",
        endpoint_url=server.options.endpoint_url,
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),
    )
    client.list_tables()
    BotocoreWire(server.options).perform(HttpPayload("ListTables", b"{}"), soon())
    theirs, ours = (headers["User-Agent"].split() for headers, _ in server.asked)
    # m/… counts the features of botocore that a call uses.
    assert ours == [part for part in theirs if not part.startswith("m/")] + ["trueup"]
    assert "app/shop" in ours


def test_calls_of_many_threads_keep_their_replies_apart(server: Server) -> None:
    server.body = None
    wrong: list[bytes] = []
    wire = BotocoreWire(server.options)

    def call(number: int) -> None:
        for turn in range(20):
            body = b'{"call":"%d-%d"}' % (number, turn)
            reply = wire.perform(HttpPayload("GetItem", body), soon())
            if reply.body != body:
                wrong.append(reply.body)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wire.close()
    assert (len(server.asked), wrong) == (160, [])
