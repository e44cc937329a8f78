"""Identity: the signer in force, which one caller renews for all.

    signer() ── fresh for a second ──► Signer
        └─ None: nothing usable, or expired ──► fetch() ──► one thread ──► Signer, for all callers

The first refresh happens while the old credentials are still good: no caller waits for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from .configuration import Options, Settings, read_settings
from .credentials import Credentials
from .endpoint import Endpoint, refuse_proxy, resolve_common_endpoint, resolve_endpoint
from .sdk import SdkCredentials
from .service import DYNAMODB, Service
from .sigv4 import Signer

if TYPE_CHECKING:
    from concurrent.futures import Future

FRESH_S = 1.0
"""How long a signer is used before its credentials are checked again: a check costs 8 us."""


class Source(Protocol):
    """A source of credentials."""

    def usable(self) -> Credentials | None:
        """The present credentials, if they are good for a while. Does not wait."""

    def is_ageing(self) -> bool:
        """Whether it is time to fetch new credentials. Does not wait."""
        ...

    def fetch(self) -> Credentials:
        """Fetch good credentials; may wait for a server."""
        ...


class Unchanging:
    """Credentials that never change."""

    __slots__ = ("_credentials",)

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def usable(self) -> Credentials:
        """The credentials."""
        return self._credentials

    def is_ageing(self) -> bool:
        """False."""
        return False

    def fetch(self) -> Credentials:
        """The credentials, at once."""
        return self._credentials


class Identity:
    """The signer for the endpoint of one service; any number of threads may share it.

    The endpoint is resolved once: the account of a process does not change.
    """

    __slots__ = ("_fresh_until_s", "_lock", "_now", "_running", "_settings", "_signer", "_source")

    def __init__(
        self, settings: Settings, source: Source, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._source = source
        self._now = now
        self._lock = threading.Lock()
        self._signer: Signer | None = None
        self._fresh_until_s = float("-inf")
        self._running: Future[Signer] | None = None

    def signer(self) -> Signer | None:
        """The signer in force; None if a caller has to wait for `fetch()`."""
        if self._now() < self._fresh_until_s:
            return self._signer
        credentials = self._source.usable()
        if credentials is None:
            return None
        endpoint = self._known_endpoint(credentials)
        if endpoint is None:
            return None
        signer = self._keep(credentials, endpoint)
        if self._source.is_ageing():
            with self._lock:
                self._start()
        return signer

    def fetch(self) -> Future[Signer]:
        """The signer, when its credentials have come; all callers get the same future.

        Its errors are those of `SdkCredentials.fetch` and `resolve_endpoint`.
        """
        with self._lock:
            if self._now() >= self._fresh_until_s or self._signer is None:
                return self._start()
            return _done(self._signer)  # another caller fetched it meanwhile

    def _start(self) -> Future[Signer]:
        """Start the thread that fetches. The caller holds the lock."""
        from concurrent.futures import ThreadPoolExecutor  # 8 ms that most programs need not pay

        if self._running is None or self._running.done():
            thread = ThreadPoolExecutor(1, "trueup-dynamodb-credentials")
            self._running = thread.submit(self._fetch)
            thread.shutdown(wait=False)  # the thread ends with its only job
        return self._running

    def _fetch(self) -> Signer:
        credentials = self._source.fetch()
        endpoint = self._known_endpoint(credentials)
        return self._keep(credentials, endpoint or self._resolve(credentials))

    def _keep(self, credentials: Credentials, endpoint: Endpoint) -> Signer:
        signer = self._signer
        if signer is None or signer.credentials != credentials:
            self._signer = signer = Signer(
                credentials, endpoint, self._settings.agent, self._settings.service
            )
        self._fresh_until_s = self._now() + FRESH_S
        return signer

    def _known_endpoint(self, credentials: Credentials) -> Endpoint | None:
        """The endpoint, if it is known or does not need botocore."""
        if self._signer is not None:
            return self._signer.endpoint
        endpoint = resolve_common_endpoint(self._settings, credentials.account_id)
        if endpoint is not None:
            refuse_proxy(endpoint, self._settings.proxies)
        return endpoint

    def _resolve(self, credentials: Credentials) -> Endpoint:
        endpoint = resolve_endpoint(self._settings, credentials.account_id)
        refuse_proxy(endpoint, self._settings.proxies)
        return endpoint


class Identities:
    """The identities for all services, with the same credentials; nothing is fetched before a call.

    settings: the settings for DynamoDB.
    """

    __slots__ = ("_environ", "_of_service", "_options", "_source", "settings")

    def __init__(self, options: Options, environ: Mapping[str, str]) -> None:
        """Import the modules that calls will need: see Interrupts in CONTRIBUTING.md."""
        self._options = options
        self._environ = environ
        self.settings = settings = read_settings(options, environ)
        if settings.proxies.keys() - {"no"}:
            import_module("urllib.request")
        given = settings.credentials
        if given is None or not resolve_common_endpoint(settings, given.account_id):
            import_module("concurrent.futures.thread")
        self._source = (
            Unchanging(given) if given else SdkCredentials(settings.profile, settings.region)
        )
        self._of_service = {DYNAMODB.name: Identity(settings, self._source)}

    def of(self, service: Service) -> Identity:
        """The identity for a service. Raises the errors of `read_settings`."""
        found = self._of_service.get(service.name)
        if found is None:
            settings = read_settings(self._options, self._environ, service)
            new = Identity(settings, self._source)
            found = self._of_service.setdefault(service.name, new)
        return found


def _done(signer: Signer) -> Future[Signer]:
    from concurrent.futures import Future  # see above

    future: Future[Signer] = Future()
    future.set_result(signer)
    return future
