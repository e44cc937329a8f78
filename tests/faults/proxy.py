"""A proxy in front of a real server, which does one thing wrong when it is told to.

    client ──request 0, 1, 2, …──► proxy ──► server
                                     │
                                     └─ request k: the answer of a fault instead

Requests are counted as they come, from 0. What is written to the server past the proxy is not.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from types import TracebackType
from typing import Any

Answer = Callable[["Exchange"], None]
"""Answers a request; raises Hangup to end the connection."""

_HOP_BY_HOP = ("host", "connection", "content-length", "accept-encoding")


class Hangup(Exception):
    """The connection ends here."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said."""

    status: int
    body: bytes
    request_id: str = "FAULT"

    def bytes(self, *, crc32: int | None = None, is_last: bool = False) -> bytes:
        """As it goes over the wire. crc32: instead of the right one. is_last: of its connection."""
        lines = [
            f"HTTP/1.1 {self.status} Status",
            "Content-Type: application/x-amz-json-1.0",
            f"x-amzn-RequestId: {self.request_id}",
            f"x-amz-crc32: {zlib.crc32(self.body) if crc32 is None else crc32}",
            f"Content-Length: {len(self.body)}",
            *(["Connection: close"] if is_last else []),
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was read. target: the operation, `GetItem` say."""

    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def parameters(self) -> Any:
        return json.loads(self.body)


class Exchange:
    """One request on one connection of a client."""

    def __init__(self, proxy: FaultProxy, client: socket.socket, server: HTTPConnection) -> None:
        self.client = client
        self._proxy = proxy
        self._server = server

    def wait(self) -> None:
        """Until the first byte of a request is there to be read."""
        if not self.client.recv(1, socket.MSG_PEEK):
            raise Hangup

    def read(self) -> Asked:
        """The request."""
        asked = _read(self.client)
        self._proxy.asked.append(asked)
        return asked

    def forward(self) -> Reply:
        """Read the request, let the server do it, and give its reply."""
        return self.have_done(self.read())

    def have_done(self, asked: Asked) -> Reply:
        """What the server says to a request that was read, and may be another one since."""
        with self._proxy.turn:
            self._server.request("POST", "/", asked.body, asked.headers)
            response = self._server.getresponse()
            request_id = response.headers.get("x-amzn-requestid", "")
            return Reply(response.status, response.read(), request_id)

    def send(self, data: bytes) -> None:
        self.client.sendall(data)

    def reset(self) -> None:
        """End the connection as a crash does: what is under way is lost."""
        self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Hangup


def pass_on(exchange: Exchange) -> None:
    """No fault."""
    exchange.send(exchange.forward().bytes())


def pass_on_as_last(exchange: Exchange) -> None:
    """No fault, but the client must connect again for its next request."""
    exchange.send(exchange.forward().bytes(is_last=True))
    raise Hangup


@dataclass
class FaultProxy:
    """Passes requests on to a server, except where `script` has another answer for a number.

    otherwise: the answer to the requests that the script does not have.
    asked: all requests that were read. begun: how many began to come, whether read or not.
    is_gone: whether it refuses all connections, whatever it is told. turn: held while the server
    works, so that a second attempt never overtakes a first one that was given up.
    """

    server: tuple[str, int]
    script: dict[int, Answer] = field(default_factory=dict)
    otherwise: Answer = pass_on
    asked: list[Asked] = field(default_factory=list)
    begun: int = 0
    is_gone: bool = False
    turn: threading.Lock = field(default_factory=threading.Lock)
    _open: set[socket.socket] = field(default_factory=set)
    _threads: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> FaultProxy:
        # Keeps the port while nobody listens at it.
        self._reservation = _bound(0)
        self.port: int = self._reservation.getsockname()[1]
        self._listener: socket.socket | None = None
        self.listen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, traceback: TracebackType | None
    ) -> None:
        self.refuse()
        self._reservation.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        assert not any(thread.is_alive() for thread in self._threads)

    def listen(self) -> None:
        """Take connections, if this does not happen already."""
        with self._lock:
            if self._listener is None and not self.is_gone:
                self._listener = _bound(self.port)
                self._listener.listen(64)
                self._start(self._accept, self._listener)

    def refuse(self) -> None:
        """Refuse connections until `listen` is called; those that are open stay so."""
        with self._lock:
            if self._listener is not None:
                with suppress(OSError):
                    self._listener.shutdown(socket.SHUT_RDWR)
                self._listener.close()
                self._listener = None

    def go_away(self) -> None:
        """Refuse every connection from now on."""
        self.is_gone = True
        self.refuse()

    def refuse_at(self, number: int) -> None:
        """Refuse the connection for a request, until `listen` is called."""
        if number == 0:
            self.refuse()
            return

        def answer(exchange: Exchange) -> None:
            reply = exchange.forward()
            self.refuse()
            exchange.send(reply.bytes(is_last=True))
            raise Hangup

        self.script[number - 1] = answer
        for earlier in range(number - 1):
            self.script[earlier] = pass_on_as_last

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, name="fault-proxy")
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.add(client)
            self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        server = HTTPConnection(*self.server, timeout=10)
        try:
            while True:
                exchange = Exchange(self, client, server)
                exchange.wait()
                self._next_answer()(exchange)
        except (Hangup, OSError):
            pass
        finally:
            server.close()
            self._open.discard(client)
            client.close()

    def _next_answer(self) -> Answer:
        with self._lock:
            number = self.begun
            self.begun += 1
        return self.script.get(number, self.otherwise)


def _bound(port: int) -> socket.socket:
    """A socket at a port of this machine, which it shares with others that do not listen."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    return made


def _read(client: socket.socket) -> Asked:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(client)
    head, _, body = data.partition(b"\r\n\r\n")
    pairs = (line.split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:])
    headers = {name.lower(): value for name, value in pairs}
    while len(body) < int(headers["content-length"]):
        body += _more(client)
    target = headers["x-amz-target"].rpartition(".")[2]
    kept = {name: value for name, value in headers.items() if name not in _HOP_BY_HOP}
    return Asked(target, kept, body)


def _more(client: socket.socket) -> bytes:
    data = client.recv(65536)
    if not data:
        raise Hangup
    return data
