"""One connection, for callers that block: a request out, its reply in, by a deadline."""

from __future__ import annotations

import socket
import ssl
import time

from ....._dataclass import dataclass
from .....errors import Place
from ..aws.endpoint import Endpoint
from ..errors import connection_lost, timed_out
from .address import open_socket
from .readiness import Readiness, Wait
from .reply import Reply
from .reply_reader import ReplyReader
from .tls import Trust, translate_handshake

_BUFFER_BYTES = 64 * 1024
_TLS_RECORD_BYTES = 16 * 1024
"""https://www.rfc-editor.org/rfc/rfc8446#section-5.1"""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a connection may wait.

    end_s: for connecting, by `time.monotonic`. read_timeout_s: for each further byte.
    """

    end_s: float
    read_timeout_s: float


def limits_by(
    deadline: float, connect_timeout_s: float, read_timeout_s: float, where: Place
) -> Timeouts:
    """Those of a connection that is opened now. Raises TimedOut where the deadline has passed."""
    now_s = time.monotonic()
    if now_s >= deadline:
        raise timed_out(sent=False, where=where)
    return Timeouts(min(deadline, now_s + connect_timeout_s), read_timeout_s)


class Connection:
    """An open connection that one caller uses at a time.

    is_at_rest: nothing is expected and nothing unread. Whoever is interrupted at any moment
        leaves it False, and the connection must be closed; losing the last reference closes it.
    idle_since_s: when the pool took it back, by `time.monotonic`.
    """

    __slots__ = (
        "_buffer",
        "_most_at_once",
        "_read_timeout_s",
        "_reader",
        "_readiness",
        "_socket",
        "_where",
        "idle_since_s",
    )

    def __init__(self, connected: socket.socket, where: Place, read_timeout_s: float) -> None:
        connected.setblocking(False)
        self._socket = connected
        self._where = where
        self._read_timeout_s = read_timeout_s
        self._readiness = Readiness(connected)
        self._reader = ReplyReader(where)
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))
        # What one call of `send` takes as a whole or not at all.
        self._most_at_once = _TLS_RECORD_BYTES if isinstance(connected, ssl.SSLSocket) else 1 << 30
        self.idle_since_s = 0.0

    @property
    def is_at_rest(self) -> bool:
        """Whether another request may use this connection."""
        return self._reader.is_at_rest

    def is_silent(self) -> bool:
        """Whether the server neither sent anything nor closed, since the last reply."""
        return not self._readiness.has_event()

    def close(self) -> None:
        """Let go of the socket. Twice is fine."""
        self._socket.close()

    def exchange(self, data: bytes, deadline: float) -> Reply:
        """Send `data` and return its complete reply.

        Raises:
            TransportError: the connection is of no use any more.
        """
        self._reader.expect()
        self._send(data, deadline)
        return self._receive(deadline)

    def _send(self, data: bytes, deadline: float) -> None:
        try:
            done = self._socket.send(data[: self._most_at_once])
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            done = 0
        except OSError as error:
            raise connection_lost(error, sent=False, where=self._where) from error
        if done < len(data):
            self._send_rest(memoryview(data)[done:], deadline)

    def _send_rest(self, data: memoryview, deadline: float) -> None:
        """The repeated call must offer what the refused one did.

        Source: https://docs.openssl.org/3.0/man3/SSL_write/#warnings
        """
        while data:
            try:
                data = data[self._socket.send(data[: self._most_at_once]) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                self._wait(self._readiness.wait_writable, deadline)
            except ssl.SSLWantReadError:
                self._wait(self._readiness.wait_readable, deadline)
            except OSError as error:
                raise connection_lost(error, sent=True, where=self._where) from error

    def _receive(self, deadline: float) -> Reply:
        buffer, feed, receive = self._buffer, self._reader.feed, self._socket.recv_into
        self._wait(self._readiness.wait_readable, deadline)
        while True:
            try:
                count = receive(buffer)
            except (BlockingIOError, ssl.SSLWantReadError):
                self._wait(self._readiness.wait_readable, deadline)
                continue
            except ssl.SSLWantWriteError:
                self._wait(self._readiness.wait_writable, deadline)
                continue
            except OSError as error:
                raise connection_lost(error, sent=True, where=self._where) from error
            if not count:
                raise connection_lost(None, sent=True, where=self._where)
            reply = feed(buffer[:count])
            if reply is not None:
                return reply
            if time.monotonic() > deadline:  # a drip is always ready
                raise timed_out(sent=True, where=self._where)

    def _wait(self, ready: Wait, deadline: float) -> None:
        timeout_s = min(deadline - time.monotonic(), self._read_timeout_s)
        if timeout_s <= 0 or not ready(timeout_s):
            raise timed_out(sent=True, where=self._where)


def open_connection(endpoint: Endpoint, trust: Trust, limits: Timeouts) -> Connection:
    """Connect, and shake hands if the endpoint is https.

    Raises:
        ConnectFailed: no connection came about.
        TimedOut: not before `limits.end_s`.
        NeedsOperator: the server's certificate was refused.
    """
    context = trust.context() if endpoint.scheme == "https" else None
    connected = open_socket(endpoint.host, endpoint.port, limits.end_s, endpoint.where)
    try:
        if context is not None:
            connected = _shake_hands(connected, endpoint, context, limits.end_s)
        return Connection(connected, endpoint.where, limits.read_timeout_s)
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
