"""A server that answers over real sockets as DynamoDB does, or wrongly in a way that is asked for.

It echoes the body of each request, so that a reply shows whom it belongs to.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType

Answer = Callable[[socket.socket, bytes], None]
"""Writes the reply to a request with this body; raises Hangup to end the connection."""


class Hangup(Exception):
    """The connection ends here."""


def reply(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """The bytes of a right reply."""
    lines = [
        b"HTTP/1.1 " + status,
        b"Server: Server",
        b"x-amzn-RequestId: ABC",
        b"Content-Length: %d" % len(body),
        b"x-amz-crc32: %d" % zlib.crc32(body),
        *headers,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def echo(connection: socket.socket, body: bytes) -> None:
    connection.sendall(reply(body))


def sending(make: Callable[[bytes], bytes]) -> Answer:
    """Send what `make` makes of the body, and go on."""
    return lambda connection, body: connection.sendall(make(body))


def ending(make: Callable[[bytes], bytes]) -> Answer:
    """Send what `make` makes of the body, and close."""

    def answer(connection: socket.socket, body: bytes) -> None:
        connection.sendall(make(body))
        raise Hangup

    return answer


def resetting(make: Callable[[bytes], bytes]) -> Answer:
    """Send what `make` makes of the body, and reset the connection."""

    def answer(connection: socket.socket, body: bytes) -> None:
        connection.sendall(make(body))
        time.sleep(0.01)  # a reset may overtake what was sent
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Hangup

    return answer


def dripping(pause_s: float) -> Answer:
    """Send a right reply, byte by byte."""

    def answer(connection: socket.socket, body: bytes) -> None:
        for byte in reply(body):
            connection.sendall(bytes([byte]))
            time.sleep(pause_s)

    return answer


def silent(connection: socket.socket, body: bytes) -> None:
    """Never answer; end when the client does."""
    connection.recv(1)
    raise Hangup


def chunked(body: bytes) -> bytes:
    half = len(body) // 2
    parts = [*filter(None, (body[:half], body[half:])), b""]
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nx-amz-crc32: %d\r\n\r\n"
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    return head % zlib.crc32(body) + chunks


@dataclass
class FaultServer:
    """Answers each request by the next of `answers`, or by `otherwise` when there is none left.

    bodies: of all requests, as they came. heads: their lines. connections: how many there were.
    """

    tls: ssl.SSLContext | None = None
    otherwise: Answer = echo
    answers: deque[Answer] = field(default_factory=deque)
    bodies: list[bytes] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0
    _open: set[socket.socket] = field(default_factory=set)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> FaultServer:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, traceback: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop_all()
        for thread in self._threads:
            thread.join(5)
        assert not any(thread.is_alive() for thread in self._threads)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def drop_all(self) -> None:
        """End every connection, as a server does with idle ones."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def count_open(self) -> int:
        return len(self._open)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, name="fault-server")
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.add(connection)
            self._start(self._serve, connection)

    def _serve(self, accepted: socket.socket) -> None:
        connection = accepted
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(accepted, server_side=True)
                self._open.add(connection)
            while True:
                head, body = _read(connection)
                self.heads.append(head)
                self.bodies.append(body)
                answer = self.answers.popleft() if self.answers else self.otherwise
                answer(connection, body)
        except (Hangup, OSError):
            pass
        finally:
            for one in {connection, accepted}:
                self._open.discard(one)
                one.close()


def _read(connection: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
    while len(body) < length:
        body += _more(connection)
    return head, body


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise Hangup
    return data
