"""Identity: the signer in force, renewed by one caller for all.

    signer() ── fresh for a second ──► Signer
        └─ None: nothing usable yet, or expired ──► fetch() ──► one thread ──► Signer, for all

The first refresh happens while the old credentials are good: nobody waits for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from .configuration import Settings
from .credentials import Credentials
from .endpoint import Endpoint, resolve_common_endpoint, resolve_endpoint
from .proxy import refuse_proxy
from .sdk import SdkCredentials
from .sigv4 import Signer

if TYPE_CHECKING:
    from concurrent.futures import Future

FRESH_S = 1.0
"""How long a signer is used without a look at its credentials: botocore's look costs 8 us."""


class Source(Protocol):
    """Where credentials come from."""

    def usable(self) -> Credentials | None:
        """Those at hand, if they are good for a while. Does not wait."""

    def is_ageing(self) -> bool:
        """Whether it is time to fetch others. Does not wait."""
        ...

    def fetch(self) -> Credentials:
        """Good credentials; may wait for a server. One thread at a time calls it."""
        ...


class Unchanging:
    """Credentials that stay what they are."""

    __slots__ = ("_credentials",)

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def usable(self) -> Credentials:
        """Always."""
        return self._credentials

    def is_ageing(self) -> bool:
        """Never."""
        return False

    def fetch(self) -> Credentials:
        """At once."""
        return self._credentials


class Identity:
    """Who signs, and for which endpoint; any number of threads may share it.

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
        """The signer in force; None where somebody has to wait: for `fetch()`."""
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
        """The signer, once its credentials have come; all callers get the same.

        Its errors are those of `SdkCredentials.fetch` and `resolve_endpoint`.
        """
        with self._lock:
            if self._now() >= self._fresh_until_s or self._signer is None:
                return self._start()
            return _done(self._signer)  # another caller's came after this one looked

    def _start(self) -> Future[Signer]:
        """Caller holds the lock."""
        from concurrent.futures import ThreadPoolExecutor  # 8 ms that most need not pay

        if self._running is None or self._running.done():
            thread = ThreadPoolExecutor(1, "trueup-dynamodb-credentials")
            self._running = thread.submit(self._fetch)
            thread.shutdown(wait=False)  # the thread ends with its one job
        return self._running

    def _fetch(self) -> Signer:
        credentials = self._source.fetch()
        endpoint = self._known_endpoint(credentials)
        return self._keep(credentials, endpoint or self._resolve(credentials))

    def _keep(self, credentials: Credentials, endpoint: Endpoint) -> Signer:
        signer = self._signer
        if signer is None or signer.credentials != credentials:
            self._signer = signer = Signer(credentials, endpoint, self._settings.agent)
        self._fresh_until_s = self._now() + FRESH_S
        return signer

    def _known_endpoint(self, credentials: Credentials) -> Endpoint | None:
        """The endpoint, if it is known or can be told without botocore."""
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


def open_identity(settings: Settings) -> Identity:
    """Who signs by these settings; asks nobody yet.

    Imports what calls will need: see Interrupts in CONTRIBUTING.md.
    """
    if settings.proxies.keys() - {"no"}:
        import_module("urllib.request")
    if settings.credentials is not None and resolve_common_endpoint(
        settings, settings.credentials.account_id
    ):
        return Identity(settings, Unchanging(settings.credentials))
    import_module("concurrent.futures.thread")
    if settings.credentials is not None:
        return Identity(settings, Unchanging(settings.credentials))
    return Identity(settings, SdkCredentials(settings.profile, settings.region))


def _done(signer: Signer) -> Future[Signer]:
    from concurrent.futures import Future  # see above

    future: Future[Signer] = Future()
    future.set_result(signer)
    return future
