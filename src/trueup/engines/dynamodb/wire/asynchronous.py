"""Requests to DynamoDB, for asyncio."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping

from ..port import HttpPayload
from .aws.clock import SigningClock
from .aws.configuration import Options, Settings, read_settings
from .aws.credentials import CREDENTIALS
from .aws.identity import open_identity
from .aws.sigv4 import Signer
from .blocking import WHERE
from .errors import closed, timed_out
from .http.async_connection import open_async_connection
from .http.async_pool import AsyncPool
from .http.connection import Timeouts
from .http.reply import Reply
from .http.tls import Trust

_LONGEST_CLOSE_S = 1.0


class AsyncDirectWire:
    """Signed requests over kept connections, for the tasks of one event loop or of several; each
    loop has connections of its own.

    Nothing is sent twice. A call that is cancelled at any moment closes the connection it used:
    no reply is ever read by another call.

    settings: what is in force. clock: the time that requests are signed with.
    """

    __slots__ = (
        "_closed",
        "_identity",
        "_pool",
        "_pools",
        "_timeouts",
        "_trust",
        "clock",
        "settings",
    )

    def __init__(
        self, options: Options | None = None, environ: Mapping[str, str] | None = None
    ) -> None:
        """Read the settings. Nothing is connected or asked before the first call.

        environ: instead of `os.environ`, except for what botocore reads.

        Raises:
            InvalidCall: a setting is wrong; UnsupportedByEngine: it cannot be honoured.
        """
        environ = os.environ if environ is None else environ
        self.settings: Settings = read_settings(options or Options(), environ)
        self.clock = SigningClock()
        self._identity = open_identity(self.settings)
        self._trust = Trust(self.settings.ca_bundle)
        self._timeouts = Timeouts(self.settings.connect_timeout_s, self.settings.read_timeout_s)
        self._closed = False
        self._pool: AsyncPool | None = None
        self._pools: dict[asyncio.AbstractEventLoop, AsyncPool] = {}

    async def perform(self, payload: HttpPayload, deadline_s: float) -> Reply:
        """The reply to one request, whatever its status.

        deadline_s: by `time.monotonic`.

        Raises:
            TransportError: there is no complete reply; `sent` tells whether there may be an effect.
            NeedsOperator: no credentials, or a server whose certificate was refused.
            InvalidCall: the wire is closed.
        """
        if self._closed:
            raise closed(WHERE)
        signer = self._identity.signer() or await self._wait_for_signer(deadline_s)
        pool = self._pool_of_loop()
        await pool.enter(deadline_s, signer.where)
        try:
            reply = await self._exchange(pool, signer, payload, deadline_s)
        finally:
            pool.leave()
        if reply.status != 200:
            reply.clock_corrected = self.clock.correct(reply)
        return reply

    async def aclose(self) -> None:
        """Close idle connections; those in use are closed after their call. Twice is fine.

        Connections of other loops are closed as far as those still run.
        """
        self._closed = True
        loop = asyncio.get_running_loop()
        ending = []
        for owner, pool in list(self._pools.items()):
            if owner is loop:
                ending = pool.close()
            elif not owner.is_closed():
                owner.call_soon_threadsafe(pool.close)
        waits = [asyncio.ensure_future(connection.wait_closed()) for connection in ending]
        if waits:
            await asyncio.wait(waits, timeout=_LONGEST_CLOSE_S)

    async def _exchange(
        self, pool: AsyncPool, signer: Signer, payload: HttpPayload, deadline_s: float
    ) -> Reply:
        """Signed at the last moment: waiting may have taken long."""
        connection = pool.take() or await open_async_connection(
            signer.endpoint, self._trust, self._timeouts, deadline_s
        )
        try:
            data = signer.request(payload.target, payload.body, self.clock.now_epoch_s())
            if time.monotonic() >= deadline_s:
                raise timed_out(sent=False, where=signer.where)
            return await connection.exchange(data, deadline_s)
        finally:
            pool.give(connection)

    async def _wait_for_signer(self, deadline_s: float) -> Signer:
        """Shielded: a caller that is cancelled takes nothing from those that wait with it."""
        fetched = asyncio.wrap_future(self._identity.fetch())
        try:
            async with asyncio.timeout(deadline_s - time.monotonic()):
                return await asyncio.shield(fetched)
        except TimeoutError as error:
            raise timed_out(sent=False, where=CREDENTIALS) from error

    def _pool_of_loop(self) -> AsyncPool:
        """The running loop's own."""
        loop = asyncio.get_running_loop()
        pool = self._pool
        if pool is None or pool.loop is not loop:
            self._pool = pool = self._pools.get(loop) or self._open_pool(loop)
        return pool

    def _open_pool(self, loop: asyncio.AbstractEventLoop) -> AsyncPool:
        """Forgets the loops that have ended, so that their sockets are closed."""
        for ended in [other for other in self._pools if other.is_closed()]:
            self._pools.pop(ended, None)
        pool = self._pools[loop] = AsyncPool(loop, self.settings.most_connections)
        return pool
