"""Servers that refuse a connection: what is said does not hang on the language of the server."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

import trueup
from tests.wire.postgres.conftest import LAYER
from trueup.errors import ErrorCode
from trueup.testing.suite.harness.engine import Flavour
from trueup.testing.suite.harness.refusals import refused

ASKS_FOR_A_PASSWORD = b"R" + struct.pack("!ii", 8, 3)
NO_ENCRYPTION = struct.pack("!ii", 8, 80877103), struct.pack("!ii", 8, 80877104)


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "hunter2")
    monkeypatch.setenv("PGPASSFILE", "/nowhere")


@contextmanager
def refusing(severity: str, state: str, words: str, *, asks: bool) -> Iterator[str]:
    """The URL of a server that refuses every connection, perhaps after it asked for a password."""
    fields = f"S{severity}\0VFATAL\0C{state}\0M{words}\0\0".encode()
    refusal = b"E" + struct.pack("!i", len(fields) + 4) + fields

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:  # the test is over
                return
            with closing(client):
                while client.recv(4096) in NO_ENCRYPTION:
                    client.sendall(b"N")
                if asks:
                    client.sendall(ASKS_FOR_A_PASSWORD)
                    client.recv(4096)
                client.sendall(refusal)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"postgresql://127.0.0.1:{listener.getsockname()[1]}/shop?user=app"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def connect(url: str, flavour: Flavour) -> None:
    async def connect() -> None:
        async with trueup.connect_async(url, LAYER):
            pass

    if flavour is Flavour.ASYNC:
        asyncio.run(connect())
    else:
        trueup.connect(url, LAYER).close()


@pytest.mark.parametrize("flavour", list(Flavour))
def test_missing_password_is_told(
    postgres_url: str, flavour: Flavour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD")
    with refused(ErrorCode.CREDENTIALS_REFUSED) as refusal:
        connect(postgres_url, flavour)
    assert refusal.says("asks for a password, and there is none")
    assert refusal.says("set PGPASSWORD")


@pytest.mark.parametrize(
    ("severity", "state", "words", "asks", "code"),
    [
        ("ВАЖНО", "28P01", "пользователь не прошёл проверку", True, ErrorCode.CREDENTIALS_REFUSED),
        ("致命错误", "28P01", "用户 Password 认证失败", True, ErrorCode.CREDENTIALS_REFUSED),
        ("FATAL", "28P01", "password authentication failed", True, ErrorCode.CREDENTIALS_REFUSED),
        ("FATAL", "28000", "no pg_hba.conf entry", False, ErrorCode.CREDENTIALS_REFUSED),
        ("FATAL", "28000", 'role "a" does not exist', True, ErrorCode.CREDENTIALS_REFUSED),
        (
            "FATAL",
            "28000",
            'role "a" is not permitted to log in',
            True,
            ErrorCode.CREDENTIALS_REFUSED,
        ),
        ("FATAL", "3D000", 'database "shop" does not exist', True, ErrorCode.CANNOT_OPEN),
        ("FATAL", "42501", 'permission denied for database "s"', True, ErrorCode.ACCESS_DENIED),
        ("FATAL", "53300", 'too many connections for role "app"', True, ErrorCode.UNAVAILABLE),
        ("ВАЖНО", "57P03", "система баз данных запускается", False, ErrorCode.UNAVAILABLE),
    ],
)
def test_refusal_of_the_server_is_told(
    severity: str, state: str, words: str, asks: bool, code: str
) -> None:
    with (
        refusing(severity, state, words, asks=asks) as url,
        refused(ErrorCode(code)) as refusal,
    ):
        connect(url, Flavour.SYNC)
    assert not refusal.says("does not answer")
    assert not refusal.says("hunter2")
