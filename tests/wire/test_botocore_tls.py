"""botocore's wire over TLS: which failures come before a request, and which may come after it."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import trustme

from tests.wire.calls import options
from tests.wire.certificates import serving, write_bundle
from tests.wire.server import FaultServer, Hangup, reply
from trueup.engines.dynamodb.botocore_wire.blocking import BotocoreWire
from trueup.engines.dynamodb.port import HttpPayload
from trueup.engines.dynamodb.wire.errors import ConnectionLost, ReplyDamaged
from trueup.errors import ErrorCode, NeedsOperator

WRITE = HttpPayload("UpdateItem", b"{}")
BAD_RECORD = b"\x17\x03\x03\x00\x20" + b"x" * 32
"""A TLS record that decrypts to nothing.

Source: https://www.rfc-editor.org/rfc/rfc8446#section-5.1"""


def damaging(connection: socket.socket, body: bytes) -> None:
    """Answer past TLS, as damage on the way would."""
    os.write(connection.fileno(), BAD_RECORD)
    connection.recv(1)
    raise Hangup


def damaging_the_rest(connection: socket.socket, body: bytes) -> None:
    """Answer rightly to the end of the headers."""
    head, end, _ = reply(b"{}").partition(b"\r\n\r\n")
    connection.sendall(head + end)
    damaging(connection, body)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def _bundle(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", write_bundle(authority, tmp_path))


@contextmanager
def wire_to(server: FaultServer) -> Iterator[BotocoreWire]:
    with closing(BotocoreWire(options(server.url))) as wire:
        yield wire


def soon() -> float:
    return time.monotonic() + 5


@pytest.mark.parametrize("answer", [damaging, damaging_the_rest])
def test_write_whose_reply_was_damaged_below_tls_may_have_been_applied(
    authority: trustme.CA, answer: object
) -> None:
    with FaultServer(serving(authority), answer) as server, wire_to(server) as wire:  # type: ignore[arg-type]  # an Answer
        with pytest.raises(ConnectionLost) as caught:
            wire.perform(WRITE, soon())
        assert caught.value.sent
    assert server.bodies == [b"{}"]


@pytest.mark.parametrize("name", ["127.0.0.1", "example.org"])
def test_server_that_does_not_prove_its_name_gets_nothing(authority: trustme.CA, name: str) -> None:
    signs = trustme.CA() if name == "127.0.0.1" else authority
    with FaultServer(serving(signs, name)) as server, wire_to(server) as wire:
        with pytest.raises(NeedsOperator, match="certificate was refused") as caught:
            wire.perform(WRITE, soon())
        assert caught.value.code is ErrorCode.CANNOT_OPEN
    assert server.bodies == []


def test_checksum_that_is_no_number_is_a_damaged_reply(authority: trustme.CA) -> None:
    def answer(connection: socket.socket, body: bytes) -> None:
        connection.sendall(reply(body, b"x-amz-crc32: none"))

    with FaultServer(serving(authority), answer) as server, wire_to(server) as wire:
        with pytest.raises(ReplyDamaged) as caught:
            wire.perform(WRITE, soon())
        assert caught.value.sent
