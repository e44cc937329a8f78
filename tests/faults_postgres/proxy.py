"""A proxy in front of a PostgreSQL, which does one thing wrong at a message of the client.

    client ──message 0, 1, 2, …──► proxy ──► server
                                     │
                                     └─ message n: the fault instead

Messages are counted from 0 when the proxy is armed; those of the start of a connection are not.
Source: https://www.postgresql.org/docs/15/protocol-message-formats.html
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType

Act = Callable[["Link"], None]
"""Happens before a message is passed on; raises Hangup to end the connection."""

SSL_REQUEST = 80877103
WAIT_S = 10.0


class Hangup(Exception):
    """The connection ends here."""


@dataclass(slots=True)
class Round:
    """What the server answers at once: a query, or messages up to a Sync. may_commit: whether it
    commits a write, by itself or at the end of a transaction."""

    sql: str = ""
    may_commit: bool = False


class Link:
    """One connection through the proxy. pid: of the server's process. round: what the client is
    asking. held: the server's words since `lose`. is_dead: whether nothing is passed on any more,
    though the client's end stands."""

    def __init__(self, proxy: FaultProxy, client: socket.socket) -> None:
        self.proxy = proxy
        self.client = client
        self.server = socket.create_connection(proxy.server)
        self.pid = 0
        self.is_dead = proxy.is_dark
        self.round = Round()
        self.held = b""
        self._then: Act | None = None
        self._status = b"I"
        self._is_writing = False
        self._statements: dict[bytes, str] = {}
        self._ready = threading.Event()
        self.gone = threading.Event()

    def lose(self, then: Act) -> None:
        """Keep the answer from the client, and do this when the server has given it."""
        self._then = then

    def terminate(self) -> None:
        """Let the server end the connection, and the client hear of it."""
        self.proxy.terminate(self.pid)
        assert self.gone.wait(WAIT_S)
        raise Hangup

    def swallow(self) -> None:
        """Say nothing more, and pass nothing on, until the client gives up."""
        self.is_dead = True
        while True:
            read(self.client, 1)

    def reset(self) -> None:
        """End the client's connection as a firewall does."""
        self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.client.close()
        raise Hangup

    def run(self) -> None:
        """Pass on what both say, until one of them ends."""
        with self.client, self.server, suppress(Hangup, OSError):
            self._start()
            answers = threading.Thread(target=self._pass_answers, daemon=True)
            answers.start()
            try:
                while True:
                    self._pass_round()
            finally:
                end(self.server)
                answers.join(WAIT_S)
                end(self.client)

    def _start(self) -> None:
        """The first message, which has no kind; encryption is refused."""
        while True:
            if self.is_dead:
                self.swallow()
            length = read(self.client, 4)
            body = read(self.client, struct.unpack("!I", length)[0] - 4)
            if struct.unpack("!I", body[:4]) != (SSL_REQUEST,):
                return self.server.sendall(length + body)
            self.client.sendall(b"N")

    def _pass_round(self) -> None:
        """Pass on messages up to the one that the server answers."""
        self.round = Round()
        kind = b""
        while kind not in {b"Q", b"S"}:
            kind, message = read_message(self.client)
            if kind == b"X":
                raise Hangup
            self._note(kind, message[5:])
            if self.is_dead:
                self.swallow()
            act = self.proxy.next_act(self, ends_round=kind in b"QS") if kind != b"p" else None
            if act is not None:
                act(self)
            self._ready.clear()
            self.server.sendall(message)
        if self._then is not None:
            assert self._ready.wait(WAIT_S)
            self._then(self)

    def _note(self, kind: bytes, body: bytes) -> None:
        """Remember what this message runs."""
        sql = ""
        if kind == b"Q":
            sql = body[:-1].decode()
        elif kind == b"P":
            name, text, _ = body.split(b"\0", 2)
            sql = self._statements[name] = text.decode()
        elif kind == b"B":
            sql = self._statements[body.split(b"\0", 2)[1]]
        if sql and not self.round.sql:
            self.round = Round(sql, self._may_commit(sql))

    def _may_commit(self, sql: str) -> bool:
        if self._status == b"I":
            self._is_writing = "READ WRITE" in sql
            return sql.startswith(("INSERT", "DELETE"))
        return self._is_writing and sql == "COMMIT"

    def _pass_answers(self) -> None:
        with suppress(Hangup, OSError):
            while True:
                kind, message = read_message(self.server)
                if kind == b"K":
                    [self.pid] = struct.unpack("!I", message[5:9])
                is_lost = self._then is not None or self.is_dead
                self.held += message if is_lost else b""
                if kind == b"Z":
                    self._status = message[5:6]
                    self._ready.set()  # before the client can say anything to it
                if not is_lost:
                    self.client.sendall(message)
        self.gone.set()
        self._ready.set()
        if self._then is None and not self.is_dead:
            end(self.client)


@dataclass
class FaultProxy:
    """The proxy, on a port of its own.

    terminate: ends a process of the server. refuse: so many of the next connections end at once.
    struck: the rounds in which a fault happened. is_dark: whether new connections are black holes.
    """

    server: tuple[str, int]
    terminate: Callable[[int], object] = id
    refuse: int = 0
    is_dark: bool = False
    struck: list[Round] = field(default_factory=list)
    links: list[Link] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self._act: Act | None = None
        self._left = 0
        self._of_rounds = False
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def arm(self, act: Act, at: int, *, of_rounds: bool) -> None:
        """Let `act` happen once, at a message, or at the last one of a round."""
        with self._lock:
            self._act, self._left, self._of_rounds = act, at, of_rounds

    def disarm(self) -> None:
        """Let nothing more go wrong."""
        with self._lock:
            self._act = None

    def darken(self, *, for_good: bool) -> None:
        """Make black holes of all connections. for_good: of those to come, too."""
        self.is_dark = for_good
        for link in self.links:
            link.is_dead = True

    def terminate_all(self) -> None:
        """Let the server end all connections, and their clients hear of it."""
        for link in self.links:
            self.terminate(link.pid)
            assert link.gone.wait(WAIT_S)

    def next_act(self, link: Link, *, ends_round: bool) -> Act | None:
        """Count a message; what has to happen at it."""
        with self._lock:
            if self._act is None or (self._of_rounds and not ends_round):
                return None
            self._left -= 1
            if self._left >= 0:
                return None
            act, self._act = self._act, None
            self.struck.append(link.round)
            return act

    def __enter__(self) -> FaultProxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        end(self._listener)
        self._listener.close()
        for link in self.links:
            end(link.client)
            end(link.server)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self.refuse:
                    self.refuse -= 1
                    client.close()
                    continue
                link = Link(self, client)
                link.server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.links.append(link)
                threading.Thread(target=link.run, daemon=True).start()


def end(connection: socket.socket) -> None:
    """Wake whoever reads from it."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def read(connection: socket.socket, count: int) -> bytes:
    """So many bytes. Raises Hangup at the end of the connection."""
    parts = bytearray()
    while len(parts) < count:
        part = connection.recv(count - len(parts))
        if not part:
            raise Hangup
        parts += part
    return bytes(parts)


def read_message(connection: socket.socket) -> tuple[bytes, bytes]:
    """Kind and bytes of the next message."""
    head = read(connection, 5)
    return head[:1], head + read(connection, struct.unpack("!I", head[1:])[0] - 4)
