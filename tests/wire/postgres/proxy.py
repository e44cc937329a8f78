"""A TCP proxy before a PostgreSQL: it records what clients send, and can fall silent.

Source: https://www.postgresql.org/docs/15/protocol-message-formats.html
"""

from __future__ import annotations

import select
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlsplit

SSL_REQUEST = 80_877_103
GSS_REQUEST = 80_877_104


@dataclass
class Recording:
    """What one client sent: its startup parameters, and the SQL of its Query and Parse messages.

    named: the names of statements that were prepared by name. proofs: that it knows its password.
    """

    startup: dict[str, str] = field(default_factory=dict)
    statements: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    proofs: list[bytes] = field(default_factory=list)
    _rest: bytes = b""
    _is_started: bool = False

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the client."""
        self._rest += data
        while (taken := self._take()) is not None:
            kind, body = taken
            if kind == b"Q":
                self.statements.append(body[:-1].decode())
            elif kind == b"p":
                self.proofs.append(body)
            elif kind == b"P":
                name, sql = body.split(b"\0")[:2]
                self.statements.append(sql.decode())
                self.named += [name.decode()] if name else []

    def _take(self) -> tuple[bytes, bytes] | None:
        """The next complete message, or None."""
        kind_bytes = 1 if self._is_started else 0
        if len(self._rest) < kind_bytes + 4:
            return None
        (length,) = struct.unpack_from("!I", self._rest, kind_bytes)
        if len(self._rest) < kind_bytes + length:
            return None
        kind, body = self._rest[:kind_bytes], self._rest[kind_bytes + 4 : kind_bytes + length]
        self._rest = self._rest[kind_bytes + length :]
        if not self._is_started:
            self._start(body)
        return kind, body

    def _start(self, body: bytes) -> None:
        (code,) = struct.unpack_from("!I", body)
        if code in (SSL_REQUEST, GSS_REQUEST):
            return
        self._is_started = True
        parts = body[4:].rstrip(b"\0").split(b"\0")
        self.startup = {
            name.decode(): value.decode()
            for name, value in zip(parts[::2], parts[1::2], strict=True)
        }


@dataclass
class Link:
    """A client's connection, and that to the server. is_lost: what either sends is dropped.

    turns: how often the client sent something after the server had answered: its round trips.
    """

    client: socket.socket
    server: socket.socket
    recording: Recording = field(default_factory=Recording)
    is_lost: bool = False
    turns: int = 0
    _last: socket.socket | None = None

    def forward(self) -> None:
        """Pass on what both send, until one of them ends."""
        ways = {self.client: self.server, self.server: self.client}
        with suppress(OSError), self.client, self.server:
            while True:
                for source in select.select([*ways], [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    if not self.is_lost:
                        self._pass_on(source, data, ways[source])

    def _pass_on(self, source: socket.socket, data: bytes, target: socket.socket) -> None:
        if source is self.client:
            self.recording.feed(data)
            self.turns += self._last is not source
        self._last = source
        target.sendall(data)

    def end(self) -> None:
        """End both connections."""
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Proxy:
    """Forwards to a port of this machine, until its block ends. host, port: its own.

    is_silent: whether it drops all that is sent on new connections, which it keeps open.
    """

    def __init__(self, target: int, host: str = "127.0.0.1") -> None:
        self._target = target
        self.host = host
        self.is_silent = False
        self.links: list[Link] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Proxy:
        self._listener = socket.create_server((self.host, 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._begin(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, traceback: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for link in self.links:
            link.end()
        for thread in self._threads:
            thread.join(10)

    @property
    def turns(self) -> int:
        """The round trips of all clients."""
        return sum(link.turns for link in self.links)

    @property
    def statements(self) -> list[str]:
        """The SQL of all clients, in the order of their connections."""
        return [sql for link in self.links for sql in link.recording.statements]

    def lose(self) -> None:
        """Drop from now on what the present connections send, without a word to either end, as a
        firewall does that forgot them."""
        for link in self.links:
            link.is_lost = True

    def of(self, url: str) -> str:
        """The URL with this proxy in place of the server."""
        parts = urlsplit(url)
        return url.replace(parts.netloc, f"{self.host}:{self.port}")

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                link = Link(client, server, is_lost=self.is_silent)
                self.links.append(link)
                self._begin(link.forward)

    def _begin(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()
