"""A connection for callers that block: a request out, its reply in, by a deadline."""

from __future__ import annotations

import select
import socket
import ssl
import sys
import time

from ....._dataclass import dataclass
from .....errors import Place
from ..aws.endpoint import Endpoint
from ..errors import connection_lost, timed_out
from .address import open_socket
from .reply import Reply
from .reply_reader import ReplyReader
from .tls import Trust, translate_handshake

_BUFFER_BYTES = 64 * 1024
_TLS_RECORD_BYTES = 16 * 1024
"""https://www.rfc-editor.org/rfc/rfc8446#section-5.1"""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """The longest waits of a connection. connect_s: to be opened. read_s: for each further byte."""

    connect_s: float
    read_s: float

    def end_of_connecting(self, deadline_s: float, where: Place) -> float:
        """The deadline to connect, by `time.monotonic`. Raises TimedOut after the call's own."""
        now_s = time.monotonic()
        if now_s >= deadline_s:
            raise timed_out(sent=False, where=where)
        return min(deadline_s, now_s + self.connect_s)


class Connection:
    """An open connection that one caller uses at a time.

    A caller that is interrupted at any moment leaves it not at rest, and it must be closed; losing
    the last reference closes it.

    idle_since_s: when the pool took it back, by `time.monotonic`.
    """

    __slots__ = (
        "_arrivals",
        "_buffer",
        "_most_at_once",
        "_read_timeout_s",
        "_reader",
        "_socket",
        "_where",
        "idle_since_s",
    )

    def __init__(self, connected: socket.socket, where: Place, read_timeout_s: float) -> None:
        self._socket = connected
        self._where = where
        self._read_timeout_s = read_timeout_s
        self._reader = ReplyReader(where)
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))
        # The server ignores an incomplete TLS record: so much is sent, or nothing is.
        self._most_at_once = _TLS_RECORD_BYTES if isinstance(connected, ssl.SSLSocket) else 1 << 30
        self.idle_since_s = 0.0
        if sys.platform != "win32":
            self._arrivals = select.poll()
            self._arrivals.register(connected, select.POLLIN)

    @property
    def is_at_rest(self) -> bool:
        """Whether another request may use this connection."""
        return self._reader.is_at_rest

    def is_silent(self) -> bool:
        """Whether the server has neither sent anything nor closed since the last reply."""
        if sys.platform == "win32":  # has no poll
            return not any(select.select([self._socket], [], [self._socket], 0))
        return not self._arrivals.poll(0)

    def close(self) -> None:
        """Close the socket. A second call does nothing."""
        self._socket.close()

    def exchange(self, data: bytes, deadline_s: float, body_bytes: int) -> Reply:
        """Send `data` and return its complete reply.

        Raises:
            TransportError: the connection cannot be used again.
        """
        self._reader.expect(body_bytes)
        sent = False
        try:
            rest = memoryview(data)
            while rest:
                self._set_timeout(deadline_s)
                rest = rest[self._socket.send(rest[: self._most_at_once]) :]
                sent = True
            return self._receive(deadline_s)
        except TimeoutError as error:
            raise timed_out(sent=sent, where=self._where) from error
        except OSError as error:
            raise connection_lost(error, sent=sent, where=self._where) from error

    def _receive(self, deadline_s: float) -> Reply:
        buffer, feed, receive = self._buffer, self._reader.feed, self._socket.recv_into
        while True:
            self._set_timeout(deadline_s)
            count = receive(buffer)
            if not count:
                raise connection_lost(None, sent=True, where=self._where)
            reply = feed(buffer[:count])
            if reply is not None:
                return reply

    def _set_timeout(self, deadline_s: float) -> None:
        """Set the timeout of the next call: until the deadline, or the longest silence."""
        remaining_s = deadline_s - time.monotonic()
        if remaining_s <= 0:
            raise TimeoutError
        self._socket.settimeout(min(remaining_s, self._read_timeout_s))


def open_connection(
    endpoint: Endpoint, trust: Trust, timeouts: Timeouts, deadline_s: float
) -> Connection:
    """Connect, with a TLS handshake if the endpoint is https.

    Raises:
        ConnectFailed: no connection was made.
        TimedOut: no connection was made in time.
        NeedsOperator: the server's certificate was refused.
    """
    end_s = timeouts.end_of_connecting(deadline_s, endpoint.where)
    context = trust.context() if endpoint.scheme == "https" else None
    connected = open_socket(endpoint.host, endpoint.port, end_s, endpoint.where)
    try:
        if context is not None:
            connected = _shake_hands(connected, endpoint, context, end_s)
        return Connection(connected, endpoint.where, timeouts.read_s)
    except BaseException:
        connected.close()
        raise


def _shake_hands(
    connected: socket.socket, endpoint: Endpoint, context: ssl.SSLContext, end_s: float
) -> socket.socket:
    name = endpoint.host.encode("ascii")  # as bytes: see address.py
    secured = context.wrap_socket(connected, server_hostname=name, do_handshake_on_connect=False)
    try:
        secured.settimeout(max(end_s - time.monotonic(), 0.001))
        secured.do_handshake()
    except BaseException as error:
        secured.close()
        if isinstance(error, OSError):
            raise translate_handshake(error, endpoint.where) from error
        raise
    return secured
