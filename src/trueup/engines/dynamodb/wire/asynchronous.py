"""Requests to DynamoDB, for asyncio."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping

from ..port import HttpPayload
from .aws.clock import SigningClock
from .aws.configuration import Options
from .aws.credentials import CREDENTIALS
from .aws.endpoint import Endpoint
from .aws.identity import Identities, Identity
from .aws.sigv4 import Signer
from .blocking import WHERE
from .errors import closed, timed_out
from .http.async_pool import AsyncPool
from .http.connection import Timeouts
from .http.reply import Reply
from .http.tls import Trust

_LONGEST_CLOSE_S = 1.0


class AsyncDirectWire:
    """Signed requests over kept connections, for the tasks of any number of event loops; each loop
    has its own connections.

    Nothing is sent twice. A call that is cancelled at any moment closes its connection: no call
    ever reads the reply to another.

    settings: the settings in force. clock: the time that requests are signed with.
    """

    __slots__ = ("_closed", "_identities", "_pools", "_timeouts", "_trust", "clock", "settings")

    def __init__(
        self, options: Options | None = None, environ: Mapping[str, str] | None = None
    ) -> None:
        """Read the settings. Nothing is connected before the first call.

        environ: replaces `os.environ`, except for botocore's own reads.

        Raises:
            InvalidCall: a setting is wrong; UnsupportedByEngine: it cannot be honoured.
        """
        environ = os.environ if environ is None else environ
        self._identities = Identities(options or Options(), environ)
        self.settings = settings = self._identities.settings
        self.clock = SigningClock()
        self._trust = Trust(settings.ca_bundle)
        self._timeouts = Timeouts(settings.connect_timeout_s, settings.read_timeout_s)
        self._closed = False
        self._pools: dict[tuple[asyncio.AbstractEventLoop, str], AsyncPool] = {}

    def __repr__(self) -> str:
        return f"<AsyncDirectWire: {list(self._pools.values())}>"

    async def perform(self, payload: HttpPayload, deadline_s: float) -> Reply:
        """The reply to one request, whatever its status.

        deadline_s: by `time.monotonic`.

        Raises:
            TransportError: no complete reply came; `sent` says whether the request may be applied.
            NeedsOperator: there are no credentials, or the server's certificate was refused.
            InvalidCall: the wire is closed.
        """
        if self._closed:
            raise closed(WHERE)
        service, clock = payload.service, self.clock
        identity = self._identities.of(service)
        signer = identity.signer() or await _wait_for_signer(identity, deadline_s)
        key = asyncio.get_running_loop(), service.name
        pool = self._pools.get(key) or self._open_pool(key, signer.endpoint)
        reply = await pool.exchange(
            lambda: signer.request(payload.target, payload.body, clock.now_epoch_s()),
            deadline_s,
            payload.reply_bytes,
        )
        if reply.status != 200:
            reply.endpoint = signer.endpoint.spoken
            reply.clock_corrected = clock.correct(reply)
        return reply

    async def aclose(self) -> None:
        """Close idle connections, and those in use after their call. A second call does nothing.

        Connections of other loops are closed if those loops still run.
        """
        self._closed = True
        loop = asyncio.get_running_loop()
        ending = []
        for (owner, _), pool in list(self._pools.items()):
            if owner is loop:
                ending += pool.close()
            elif not owner.is_closed():
                owner.call_soon_threadsafe(pool.close)
        waits = [asyncio.ensure_future(connection.wait_closed()) for connection in ending]
        if waits:
            await asyncio.wait(waits, timeout=_LONGEST_CLOSE_S)

    def _open_pool(
        self, key: tuple[asyncio.AbstractEventLoop, str], endpoint: Endpoint
    ) -> AsyncPool:
        """Open a pool, and forget ended loops, so that their sockets are closed."""
        for other in list(self._pools):
            if other[0].is_closed():
                self._pools.pop(other, None)
        most = self.settings.most_connections
        pool = self._pools[key] = AsyncPool(endpoint, self._trust, self._timeouts, most)
        return pool


async def _wait_for_signer(identity: Identity, deadline_s: float) -> Signer:
    """Wait for the signer, shielded: a cancelled caller does not cancel the others that wait."""
    fetched = asyncio.wrap_future(identity.fetch())
    try:
        async with asyncio.timeout(deadline_s - time.monotonic()):
            return await asyncio.shield(fetched)
    except TimeoutError as error:
        raise timed_out(sent=False, where=CREDENTIALS) from error
