"""What hooks into botocore sees the wire's calls as it sees those of any client of botocore's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from botocore.parsers import create_parser

from tests.wire.calls import options
from tests.wire.conftest import Hook
from tests.wire.server import FaultServer, reply, sending
from trueup.engines.dynamodb.botocore_wire.blocking import BotocoreWire
from trueup.engines.dynamodb.port import HttpPayload
from trueup.errors import NeedsOperator

READ = HttpPayload("GetItem", b'{"TableName":"T","Key":{"id":{"S":"a"}}}')
CONFLICT = (
    b'{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"}'
)
EVENTS = [
    "provide-client-params",
    "before-parameter-build",
    "before-call",
    "request-created",
    "choose-signer",
    "before-sign",
    "before-send",
    "before-parse",
    "response-received",
    "needs-retry",
    "after-call",
]


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


def perform(server: FaultServer, payload: HttpPayload = READ) -> Any:
    with closing(BotocoreWire(options(server.url))) as wire:
        return wire.perform(payload, time.monotonic() + 5)


def test_every_event_of_a_call_is_emitted_in_order(server: FaultServer, hook: Hook) -> None:
    seen: list[str] = []
    for event in EVENTS:
        hook(f"{event}.dynamodb.GetItem", lambda event_name, **_: seen.append(event_name))
    perform(server)
    assert seen == [f"{event}.dynamodb.GetItem" for event in EVENTS]


@pytest.mark.parametrize("event", ["request-created.dynamodb", "before-sign"])
def test_header_that_a_hook_adds_is_sent_and_signed(
    server: FaultServer, hook: Hook, event: str
) -> None:
    def add(request: Any, **_: Any) -> None:
        request.headers["X-Trace"] = "a  b"

    hook(event, add)
    perform(server)
    head = server.heads[0].decode().lower()
    assert "\r\nx-trace: a  b\r\n" in head + "\r\n"
    assert "x-amz-target;x-trace," in head


def test_botocore_signs_as_it_would_without_us(server: FaultServer, hook: Hook) -> None:
    chosen: list[str] = []
    hook("before-sign", lambda signature_version, **_: chosen.append(signature_version))
    perform(server)
    assert chosen == ["v4"]


@pytest.mark.parametrize("event", ["choose-signer", "choose-signer.dynamodb"])
def test_hook_that_chooses_a_signer_goes_first(server: FaultServer, hook: Hook, event: str) -> None:
    hook(event, lambda **_: UNSIGNED)
    perform(server)
    assert b"Authorization" not in server.heads[0]


def test_header_that_a_hook_adds_before_sending_is_sent(server: FaultServer, hook: Hook) -> None:
    def add(request: Any, **_: Any) -> None:
        request.headers["X-Amzn-Trace-Id"] = "Root=1"

    hook("before-send", add)
    perform(server)
    assert b"\r\nX-Amzn-Trace-Id: Root=1" in server.heads[0]


def test_request_before_sending_is_what_is_sent(server: FaultServer, hook: Hook) -> None:
    seen: list[Any] = []
    hook("before-send", lambda request, **_: seen.append(request))
    perform(server)
    (request,) = seen
    assert (request.method, request.url, request.body) == ("POST", f"{server.url}/", READ.body)
    lines = dict(line.split(b": ", 1) for line in server.heads[0].split(b"\r\n")[1:])
    sent = {name.lower(): value for name, value in lines.items()}
    shown = {
        name.lower().encode(): value if isinstance(value, bytes) else value.encode()
        for name, value in request.headers.items()
    }
    assert {name: sent[name] for name in shown} == shown


def test_hook_that_answers_in_the_servers_place_is_asked_alone(
    server: FaultServer, hook: Hook
) -> None:
    class Body:
        def stream(self) -> Iterator[bytes]:
            yield b'{"Item":{}}'

    hook("before-send", lambda request, **_: AWSResponse(request.url, 200, {"X-A": "b"}, Body()))
    found = perform(server)
    assert (found.status, found.body, found.headers) == (200, b'{"Item":{}}', {b"x-a": b"b"})
    assert server.connections == 0


def test_hook_that_answers_before_the_parser_is_named(server: FaultServer, hook: Hook) -> None:
    hook("before-call", lambda **_: (AWSResponse("", 200, {}, None), {}))
    with pytest.raises(NeedsOperator, match="answered in DynamoDB's place"):
        perform(server)


def test_reply_is_described_as_botocores_parser_does(server: FaultServer, hook: Hook) -> None:
    seen: list[Any] = []
    hook("before-parse", lambda response_dict, **_: seen.append(dict(response_dict)))
    hook("after-call", lambda parsed, **_: seen.append(parsed))
    server.answers.append(sending(lambda _: reply(b"{}", b"X-Twice: a", b"X-Twice: b")))
    perform(server)
    response, parsed = seen
    expected = create_parser("json").parse(response, None)
    expected["ResponseMetadata"] |= {"RetryAttempts": 0, "MaxAttemptsReached": True}
    assert parsed == expected
    assert parsed["ResponseMetadata"]["RequestId"] == "ABC"


def test_error_is_botocores_own_to_what_wraps_a_call(
    server: FaultServer, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As X-Ray and OpenTelemetry wrap it."""
    called = BaseClient._make_api_call
    caught: list[ClientError] = []
    codes: list[str] = []

    def wrapped(client: BaseClient, name: str, params: dict[str, Any]) -> Any:
        try:
            return called(client, name, params)
        except ClientError as error:
            caught.append(error)
            raise

    monkeypatch.setattr(BaseClient, "_make_api_call", wrapped)
    hook("after-call", lambda parsed, **_: codes.append(parsed["Error"]["Code"]))
    server.answers.append(sending(lambda _: reply(CONFLICT, status=b"400 Bad Request")))
    found = perform(server)
    assert (found.status, found.body) == (400, CONFLICT)
    assert type(caught[0]).__name__ == "ConditionalCheckFailedException"
    assert caught[0].response["ResponseMetadata"]["RequestId"] == "ABC"
    assert codes == ["ConditionalCheckFailedException"]


@pytest.mark.parametrize("status", [b"302 Found", b"400 Bad Request", b"503 Unavailable"])
@pytest.mark.parametrize(
    "body",
    [b"[1]", b'"x"', b"5", b"null", b'{"__type":5}', b'{"__type":null}', b"\xff", b"<p>", b""],
)
def test_error_that_botocore_cannot_read_is_a_reply_all_the_same(
    server: FaultServer, hook: Hook, status: bytes, body: bytes
) -> None:
    shown: list[int] = []
    hook(
        "after-call",
        lambda parsed, **_: shown.append(parsed["ResponseMetadata"]["HTTPStatusCode"]),
    )
    server.answers.append(sending(lambda _: reply(body, status=status)))
    found = perform(server)
    assert (found.status, found.body) == (int(status[:3]), body)
    assert shown == [found.status]
