"""Requests of the botocore wire: over our own connections, or over botocore's where they must."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.waiting import wait_until
from tests.wire.calls import options
from tests.wire.certificates import serving, write_bundle
from tests.wire.conftest import Hook
from tests.wire.server import FaultServer, dripping, reply, sending, silent
from trueup.engines.dynamodb.botocore_wire.blocking import BotocoreWire
from trueup.engines.dynamodb.port import HttpPayload
from trueup.engines.dynamodb.wire.aws.configuration import Options
from trueup.engines.dynamodb.wire.errors import ConnectionLost, TimedOut, TransportError

READ = HttpPayload("GetItem", b'{"a":1}')
ROLE = b"""<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
<AccessKeyId>AKROLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
<SessionToken>token-of-role</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"""


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@contextmanager
def wire_to(url: str) -> Iterator[BotocoreWire]:
    with closing(BotocoreWire(options(url))) as wire:
        yield wire


def call(wire: BotocoreWire, timeout_s: float = 5) -> bytes:
    return wire.perform(READ, time.monotonic() + timeout_s).body


def first_line(server: FaultServer) -> bytes:
    return server.heads[-1].partition(b"\r\n")[0]


def test_connection_is_used_again(server: FaultServer) -> None:
    with wire_to(server.url) as wire:
        assert [call(wire) for _ in range(3)] == [READ.body] * 3
    assert (server.connections, len(server.bodies)) == (1, 3)


def test_connection_that_the_server_ended_is_not_used_again(server: FaultServer) -> None:
    with wire_to(server.url) as wire:
        call(wire)
        server.drop_all()
        wait_until(lambda: server.count_open() == 0)
        assert call(wire) == READ.body
    assert server.connections == 2


@pytest.mark.parametrize("answer", [silent, dripping(0.05)])
def test_reply_is_waited_for_until_the_deadline_of_the_call(
    server: FaultServer, answer: Any
) -> None:
    server.answers.append(answer)
    with wire_to(server.url) as wire:
        began_s = time.monotonic()
        with pytest.raises(TimedOut) as caught:
            call(wire, timeout_s=0.2)
    assert caught.value.sent
    assert 0.2 <= time.monotonic() - began_s < 3


def test_error_is_told_to_hooks_and_raised_as_it_is(server: FaultServer, hook: Hook) -> None:
    seen: list[Exception] = []
    hook("after-call-error", lambda exception, **_: seen.append(exception))
    server.answers.append(sending(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\n"))
    with wire_to(server.url) as wire, pytest.raises(TransportError) as caught:
        call(wire)
    assert seen == [caught.value]


@pytest.mark.parametrize("is_exempt", [False, True])
def test_request_goes_through_the_proxy_of_the_environment(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch, is_exempt: bool
) -> None:
    with FaultServer() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1" if is_exempt else "")
        with wire_to(server.url) as wire:
            assert call(wire) == READ.body
        asked, other = (server, proxy) if is_exempt else (proxy, server)
        assert other.heads == []
        target = b"/" if is_exempt else f"{server.url}/".encode()
        assert first_line(asked) == b"POST %b HTTP/1.1" % target


def test_request_that_a_hook_sends_elsewhere_goes_there(server: FaultServer, hook: Hook) -> None:
    elsewhere: list[str] = []

    def redirect(request: Any, **_: Any) -> None:
        for url in elsewhere:
            request.url = url

    hook("before-send.dynamodb", redirect)
    with FaultServer() as other, wire_to(server.url) as wire:
        call(wire)  # leaves a connection to the first server
        elsewhere.append(f"{other.url}/")
        assert call(wire) == READ.body
        assert (len(server.bodies), len(other.bodies)) == (1, 1)
        elsewhere.clear()
        call(wire)
    assert (server.connections, len(server.bodies)) == (1, 2)


def test_endpoint_with_a_path_is_botocores_to_send_to(server: FaultServer) -> None:
    with wire_to(f"{server.url}/stage") as wire:
        assert call(wire) == READ.body
    assert first_line(server) == b"POST /stage HTTP/1.1"


@pytest.mark.parametrize("text", ["a\r\nX-Other: b", "a\nb", "a\rb"])
def test_header_with_a_line_break_is_not_sent(server: FaultServer, hook: Hook, text: str) -> None:
    def add(request: Any, **_: Any) -> None:
        request.headers["X-Trace"] = text

    hook("before-send", add)
    with wire_to(server.url) as wire, pytest.raises(ConnectionLost):
        call(wire)
    assert server.heads == []


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_authorities_are_those_that_botocore_is_told_to_trust(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    monkeypatch.setenv(name, write_bundle(authority, tmp_path))
    with FaultServer(serving(authority)) as server, wire_to(server.url) as wire:
        assert call(wire) == READ.body


def test_credentials_that_a_call_fetches_do_not_take_its_body_or_reply(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    (tmp_path / "token").write_text("of the web")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/reader")
    with FaultServer(otherwise=sending(lambda _: reply(ROLE))) as sts:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        with closing(BotocoreWire(Options("eu-west-1", server.url))) as wire:
            assert call(wire) == READ.body
        assert b"Action=AssumeRoleWithWebIdentity" in sts.bodies[0]
    assert b"x-amz-security-token: token-of-role" in server.heads[0].lower()
