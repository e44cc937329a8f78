"""Requests to DynamoDB, for callers that block."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ....errors import Place
from ..port import HttpPayload
from .aws.clock import SigningClock
from .aws.configuration import Options, Settings, read_settings
from .aws.credentials import CREDENTIALS
from .aws.identity import open_identity
from .errors import closed, timed_out
from .http.connection import Timeouts, open_connection
from .http.pool import Pool
from .http.reply import Reply
from .http.tls import Trust

if TYPE_CHECKING:
    from .aws.sigv4 import Signer

WHERE = Place("dynamodb")


class DirectWire:
    """Signed requests over kept connections; any number of threads may share it.

    Nothing is sent twice. An exception at any moment, KeyboardInterrupt included, closes the
    connection that was in use: no reply is ever read by another call.

    settings: what is in force. clock: the time that requests are signed with.
    """

    __slots__ = ("_identity", "_pool", "_timeouts", "_tls", "clock", "settings")

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
        self._pool = Pool(self.settings.most_connections)
        self._tls = Trust(self.settings.ca_bundle)
        self._timeouts = Timeouts(self.settings.connect_timeout_s, self.settings.read_timeout_s)

    def perform(self, payload: HttpPayload, deadline_s: float) -> Reply:
        """The reply to one request, whatever its status.

        deadline_s: by `time.monotonic`.

        Raises:
            TransportError: there is no complete reply; `sent` tells whether there may be an effect.
            NeedsOperator: no credentials, or a server whose certificate was refused.
            InvalidCall: the wire is closed.
        """
        signer = self._identity.signer() or self._wait_for_signer(deadline_s)
        self._pool.check_usable(signer.where)
        reply = self._exchange(signer, payload, deadline_s)
        if reply.status != 200:
            reply.clock_corrected = self.clock.correct(reply)
        return reply

    def close(self) -> None:
        """Close idle connections; those in use are closed after their call. Twice is fine."""
        self._pool.close()

    def _exchange(self, signer: Signer, payload: HttpPayload, deadline: float) -> Reply:
        return self._pool.turns.run(
            lambda: self._exchange_once(signer, payload, deadline),
            deadline,
            lambda: timed_out(sent=False, where=signer.where),
        )

    def _exchange_once(self, signer: Signer, payload: HttpPayload, deadline: float) -> Reply:
        """Signed at the last moment: waiting may have taken long."""
        pool = self._pool
        connection = pool.take() or open_connection(
            signer.endpoint, self._tls, self._timeouts, deadline
        )
        try:
            data = signer.request(payload.target, payload.body, self.clock.now_epoch_s())
            if time.monotonic() >= deadline:
                raise timed_out(sent=False, where=signer.where)
            return connection.exchange(data, deadline)
        finally:
            pool.give(connection)

    def _wait_for_signer(self, deadline: float) -> Signer:
        if self._pool.closed:
            raise closed(WHERE)
        try:
            return self._identity.fetch().result(max(0.0, deadline - time.monotonic()))
        except TimeoutError as error:
            raise timed_out(sent=False, where=CREDENTIALS) from error
