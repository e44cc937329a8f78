"""Requests over our own connections, after botocore's hooks.

    before-send ──► a hook answers, for example moto
                ├─► no hook answers: `Sender`, over connections like those of our own wire
                └─► no hook answers, and the way leads through a proxy: botocore's own transport

botocore asks the events object of a session for an answer before it sends a request itself. The
object is a documented argument of a session; ours answers last.
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
from .exchange import Exchange, current
from .sdk import AWSResponse, HierarchicalEmitter, get_environ_proxies


class SendingEvents(HierarchicalEmitter):  # type: ignore[misc]  # botocore has no types
    """The events of a session. botocore copies them, without arguments, for each client.

    sender: sends requests that no hook answers. moment: the event before sending, of one service,
        as the session has clients for credentials too.
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
    """Kept connections, for any number of threads; each thread owns a connection while it sends.

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
        """The response, or None if botocore has to send the request.

        Raises:
            TransportError: no complete reply came.
            NeedsOperator: the server's certificate was refused.
        """
        exchange, endpoint = current.get(), _plain_endpoint(request.url)
        if exchange is None or endpoint is None or self._is_proxied(request.url, endpoint):
            return None
        data = _bytes_of(request, endpoint)
        if data is None:
            return None
        reply = exchange.reply = self._send(endpoint, data, exchange)
        return AWSResponse(request.url, reply.status, reply.text_headers(), _Body(reply.body))

    def close(self) -> None:
        """Close idle connections, and those in use after their call. A second call does nothing."""
        self._is_closed = True
        for pool in list(self._pools.values()):
            pool.close()

    def _send(self, endpoint: Endpoint, data: bytes, exchange: Exchange) -> Reply:
        if self._is_closed:
            raise closed(endpoint.where)
        pool = self._pools.get(endpoint) or self._pools.setdefault(
            endpoint, Pool(endpoint, self._trust, self._timeouts, self._most_connections)
        )
        reply = pool.exchange(lambda: data, exchange.deadline_s, exchange.payload.reply_bytes)
        reply.endpoint = endpoint.spoken
        return reply

    def _is_proxied(self, url: str, endpoint: Endpoint) -> bool:
        """Whether a proxy is on the way, by botocore's rules and the environment at that time."""
        if url not in self._proxied:
            self._proxied[url] = endpoint.scheme in get_environ_proxies(url)
        return self._proxied[url]


@lru_cache(maxsize=64)
def _plain_endpoint(url: str) -> Endpoint | None:
    """The server that a request's URL names; None if the URL has more parts, such as a path."""
    try:
        return parse_endpoint(url, region="")
    except InvalidCall:
        return None


class _Body(BytesIO):
    """The file that botocore reads a response from."""

    def stream(self) -> Iterator[bytes]:
        """The whole body at once."""
        yield self.getvalue()


def _bytes_of(request: Any, endpoint: Endpoint) -> bytes | None:
    """The bytes of a request; None if botocore makes no such request for DynamoDB."""
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
