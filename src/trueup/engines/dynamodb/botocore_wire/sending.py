"""Requests over our own connections, once botocore's hooks have had them.

    before-send ──► a hook answers: moto, say
                ├─► none does: `Sender`, over connections as those of our own wire
                └─► none does, and there is a proxy on the way: botocore's own transport

botocore asks the events object of a session for an answer before it sends a request itself; the
object is a documented argument of a session, and ours answers last.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

from ....errors import InvalidCall
from ..wire.aws.configuration import CONNECT_TIMEOUT_S, Options
from ..wire.aws.endpoint import Endpoint, parse_endpoint
from ..wire.errors import closed
from ..wire.http.connection import Timeouts
from ..wire.http.pool import Pool
from ..wire.http.reply import Reply
from ..wire.http.tls import Trust
from .exchange import current
from .sdk import AWSResponse, HierarchicalEmitter, get_environ_proxies


class SendingEvents(HierarchicalEmitter):  # type: ignore[misc]  # botocore has no types
    """The events of a session. botocore copies them, without arguments, for each client.

    sender: sends what no hook answers. moment: the event before it, of one service: the session
        has clients for credentials too.
    """

    def __init__(self, moment: str = "", sender: Sender | None = None) -> None:
        super().__init__()
        self.moment = moment
        self.sender = sender

    def emit(self, event_name: str, **values: Any) -> list[tuple[Any, Any]]:
        """Each handler with its response."""
        responses: list[tuple[Any, Any]] = super().emit(event_name, **values)
        if self.sender is None or not event_name.startswith(self.moment):
            return responses
        if any(response is not None for _, response in responses):
            return responses
        return [(self.sender, self.sender.send(values["request"]))]


class Sender:
    """Kept connections, for any number of threads; each has one to itself while it sends.

    There is one endpoint, unless a hook or the account of other credentials changes a URL.
    """

    def __init__(self, options: Options, ca_bundle: str) -> None:
        connect_s = options.connect_timeout_s or CONNECT_TIMEOUT_S
        self._timeouts = Timeouts(connect_s, options.read_timeout_s)
        self._most_connections = options.most_connections
        self._pools: dict[Endpoint, Pool] = {}
        self._is_closed = False
        self._trust = Trust(ca_bundle)
        self._proxied: dict[str, bool] = {}

    def __repr__(self) -> str:
        return f"<Sender: {list(self._pools.values())}>"

    def send(self, request: Any) -> Any:
        """The response, or None where botocore has to send it.

        Raises:
            TransportError: there is no complete reply.
            NeedsOperator: the server's certificate was refused.
        """
        exchange, endpoint = current.get(), _plain_endpoint(request.url)
        if exchange is None or endpoint is None or self._is_proxied(request.url, endpoint):
            return None
        data = _bytes_of(request, endpoint)
        if data is None:
            return None
        reply = exchange.reply = self._send(endpoint, data, exchange.deadline_s)
        return AWSResponse(request.url, reply.status, reply.text_headers(), _Body(reply.body))

    def close(self) -> None:
        """Close idle connections; those in use are closed after their call. Twice is fine."""
        self._is_closed = True
        for pool in list(self._pools.values()):
            pool.close()

    def _send(self, endpoint: Endpoint, data: bytes, deadline_s: float) -> Reply:
        if self._is_closed:
            raise closed(endpoint.where)
        pool = self._pools.get(endpoint) or self._pools.setdefault(
            endpoint, Pool(endpoint, self._trust, self._timeouts, self._most_connections)
        )
        return pool.exchange(lambda: data, deadline_s)

    def _is_proxied(self, url: str, endpoint: Endpoint) -> bool:
        """By botocore's rules, and as the environment is at the first request."""
        if url not in self._proxied:
            self._proxied[url] = endpoint.scheme in get_environ_proxies(url)
        return self._proxied[url]


@lru_cache(maxsize=64)
def _plain_endpoint(url: str) -> Endpoint | None:
    """The server that a request's URL names; None where there is more in it, a path say."""
    try:
        return parse_endpoint(url, region="")
    except InvalidCall:
        return None


class _Body(BytesIO):
    """What botocore reads a response from."""

    def stream(self) -> Iterator[bytes]:
        """All of it at once."""
        yield self.getvalue()


def _bytes_of(request: Any, endpoint: Endpoint) -> bytes | None:
    """A request as it is sent; None where it is none that botocore makes for DynamoDB."""
    headers, body = request.headers, request.body
    if request.method != "POST" or type(body) is not bytes:
        return None
    lines, names = [b"POST / HTTP/1.1"], set()
    for name, value in headers.items():
        names.add(name.lower())
        lines.append(b"%b: %b" % (name.encode(), value if type(value) is bytes else value.encode()))
    if "host" not in names:
        lines.append(b"Host: " + endpoint.authority.encode("ascii"))
    if "accept-encoding" not in names:
        lines.append(b"Accept-Encoding: identity")
    head = b"\r\n".join(lines)
    if head.count(b"\n") >= len(lines) or head.count(b"\r") >= len(lines):
        return None  # a line break in a header, which botocore refuses
    return b"%b\r\n\r\n%b" % (head, body)
