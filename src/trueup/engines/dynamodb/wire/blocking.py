"""Requests to DynamoDB, for callers that block."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ....errors import Place
from ..port import HttpPayload
from .aws.clock import SigningClock
from .aws.configuration import Options
from .aws.credentials import CREDENTIALS
from .aws.endpoint import Endpoint
from .aws.identity import Identities, Identity
from .aws.service import Service
from .errors import closed, timed_out
from .http.connection import Timeouts
from .http.pool import Pool
from .http.reply import Reply
from .http.tls import Trust

if TYPE_CHECKING:
    from .aws.sigv4 import Signer

WHERE = Place("dynamodb")


class DirectWire:
    """Signed requests over kept connections; any number of threads may share it.

    Nothing is sent twice. An exception at any moment, KeyboardInterrupt included, closes the
    connection in use: no call ever reads the reply to another.

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
        self._pools: dict[str, Pool] = {}

    def __repr__(self) -> str:
        return f"<DirectWire: {list(self._pools.values())}>"

    def count_calls(self) -> int:
        """The number of calls that use a connection or wait for one."""
        return sum(pool.count_calls() for pool in list(self._pools.values()))

    def perform(self, payload: HttpPayload, deadline_s: float) -> Reply:
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
        signer = identity.signer() or _wait_for_signer(identity, deadline_s)
        pool = self._pools.get(service.name) or self._open_pool(service, signer.endpoint)
        reply = pool.exchange(
            lambda: signer.request(payload.target, payload.body, clock.now_epoch_s()),
            deadline_s,
            payload.reply_bytes,
        )
        if reply.status != 200:
            reply.endpoint = signer.endpoint.spoken
            reply.clock_corrected = clock.correct(reply)
        return reply

    def close(self) -> None:
        """Close idle connections, and those in use after their call. A second call does nothing."""
        self._closed = True
        for pool in list(self._pools.values()):
            pool.close()

    def _open_pool(self, service: Service, endpoint: Endpoint) -> Pool:
        new = Pool(endpoint, self._trust, self._timeouts, self.settings.most_connections)
        pool = self._pools.setdefault(service.name, new)
        if self._closed:  # closed meanwhile
            pool.close()
        return pool


def _wait_for_signer(identity: Identity, deadline_s: float) -> Signer:
    try:
        return identity.fetch().result(max(0.0, deadline_s - time.monotonic()))
    except TimeoutError as error:
        raise timed_out(sent=False, where=CREDENTIALS) from error
