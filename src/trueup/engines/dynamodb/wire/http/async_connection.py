"""A connection for asyncio: a request out, its reply in, by a deadline."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from typing import cast

from .....errors import Place
from ..aws.endpoint import Endpoint
from ..errors import ConnectFailed, TransportError, connection_lost, timed_out
from .address import set_options
from .connection import Timeouts
from .reply import Reply
from .reply_reader import ReplyReader
from .tls import Trust, translate_handshake


class AsyncConnection(asyncio.Protocol):
    """An open connection that one task uses at a time.

    A task that is cancelled at any moment leaves it not at rest, and it must be closed.

    idle_since_s: when the pool took it back, by `time.monotonic`.
    """

    __slots__ = (
        "_deadline_s",
        "_heard_s",
        "_loop",
        "_lost",
        "_read_timeout_s",
        "_reader",
        "_timer",
        "_transport",
        "_waiter",
        "_where",
        "idle_since_s",
    )

    def __init__(
        self, loop: asyncio.AbstractEventLoop, where: Place, read_timeout_s: float
    ) -> None:
        self._loop = loop
        self._where = where
        self._read_timeout_s = read_timeout_s
        self._reader = ReplyReader(where)
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[Reply] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._lost: asyncio.Future[None] = loop.create_future()
        self._deadline_s = self._heard_s = self.idle_since_s = 0.0

    @property
    def is_at_rest(self) -> bool:
        """Whether another request may use this connection."""
        return self._reader.is_at_rest

    def close(self) -> None:
        """Close the socket, in the next turn of the loop. A second call does nothing."""
        self._reader.close()
        if self._transport is not None and not self._loop.is_closed():
            self._transport.abort()

    async def wait_closed(self) -> None:
        """Wait until the socket is closed."""
        await asyncio.shield(self._lost)

    async def exchange(self, data: bytes, deadline_s: float, body_bytes: int) -> Reply:
        """Send `data` and return its complete reply.

        Raises:
            TransportError: the connection cannot be used again.
        """
        if self._transport is None or not self._reader.is_at_rest:
            raise connection_lost(None, sent=False, where=self._where)
        self._reader.expect(body_bytes)
        waiter: asyncio.Future[Reply] = self._loop.create_future()
        self._waiter = waiter
        self._deadline_s = deadline_s
        self._heard_s = time.monotonic()
        try:
            self._watch()
            self._transport.write(data)
            return await waiter
        finally:
            self._waiter = None
            if self._timer is not None:
                self._timer.cancel()

    def _watch(self) -> None:
        """Set one timer for the deadline and the longest silence, which moves with each byte."""
        end_s = min(self._deadline_s, self._heard_s + self._read_timeout_s)
        remaining_s = end_s - time.monotonic()
        if remaining_s > 0:
            self._timer = self._loop.call_later(remaining_s, self._watch)
        else:
            self._fail(timed_out(sent=True, where=self._where))

    def _fail(self, error: TransportError) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)
        self.close()

    # Called by the event loop.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, after asyncio's handshake."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Read on; unexpected bytes end the connection."""
        self._heard_s = time.monotonic()
        waiter = self._waiter
        if waiter is None or waiter.done():
            self.close()
            return
        try:
            reply = self._reader.feed(data)
        except TransportError as error:
            self._fail(error)
            return
        if reply is not None:
            waiter.set_result(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the pending request."""
        error = exc if isinstance(exc, OSError) else None
        self._fail(connection_lost(error, sent=True, where=self._where))
        if not self._lost.done():
            self._lost.set_result(None)


async def open_async_connection(
    endpoint: Endpoint, trust: Trust, timeouts: Timeouts, deadline_s: float
) -> AsyncConnection:
    """Connect, with a TLS handshake if the endpoint is https.

    Raises:
        ConnectFailed: no connection was made.
        TimedOut: no connection was made in time.
        NeedsOperator: the server's certificate was refused.
    """
    end_s = timeouts.end_of_connecting(deadline_s, endpoint.where)
    loop = asyncio.get_running_loop()
    connection = AsyncConnection(loop, endpoint.where, timeouts.read_s)
    is_secure = endpoint.scheme == "https"
    try:
        async with asyncio.timeout(end_s - time.monotonic()):
            transport, _ = await loop.create_connection(
                lambda: connection,
                endpoint.host,
                endpoint.port,
                ssl=trust.context() if is_secure else None,
                server_hostname=endpoint.host if is_secure else None,
            )
    except TimeoutError as error:
        connection.close()
        raise timed_out(sent=False, where=endpoint.where) from error
    except (OSError, UnicodeError) as error:
        raise _translate(error, endpoint.where) from error
    except BaseException:
        connection.close()
        raise
    set_options(transport.get_extra_info("socket"))
    return connection


def _translate(error: OSError | UnicodeError, where: Place) -> Exception:
    if isinstance(error, ssl.SSLError | ConnectionResetError | ConnectionAbortedError):
        return translate_handshake(error, where)
    what = "the server could not be reached"
    if isinstance(error, socket.gaierror | UnicodeError):
        what = "the host's name is not known"
    return ConnectFailed(what, sent=False, where=where, native=type(error).__name__)
