"""Reading replies: bytes in, one checked reply out. Knows no socket; both wires feed it.

Source: https://www.rfc-editor.org/rfc/rfc9112 (HTTP/1.1), parsed by llhttp through httptools.
"""

from __future__ import annotations

from .....errors import Place
from ..errors import ReplyDamaged
from ..extra import missing_extra
from .reply import Reply, is_damaged

# Not in a function: see Interrupts in CONTRIBUTING.md.
try:
    from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
except ImportError as missing:
    raise missing_extra("httptools") from missing

LARGEST_HEAD_BYTES = 64 * 1024
"""DynamoDB sends less than 1 KB; a proxy may add some."""

LARGEST_BODY_BYTES = 128 * 1024 * 1024
"""A reply holds 16 MB of items at most; as JSON, with base64 and escapes, several times that.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""

_INTERIM = range(100, 200)


class ReplyReader:
    """Reads the replies of one connection, each asked for with `expect`.

    is_at_rest: no reply is expected, none is unread, and the server keeps the connection. Only
        then may another request use it.
    """

    __slots__ = (
        "_body",
        "_expecting",
        "_fed_bytes",
        "_head_complete",
        "_headers",
        "_keeps_alive",
        "_parser",
        "_raw_headers",
        "_status",
        "_where",
        "is_at_rest",
        "on_header",
    )

    def __init__(self, where: Place) -> None:
        self._raw_headers: dict[bytes, bytes] = {}
        self.on_header = self._raw_headers.__setitem__
        self._parser = HttpResponseParser(self)
        self._where = where
        self._expecting = False
        self.is_at_rest = True
        self._clear()

    def expect(self) -> None:
        """Begin to read a reply. Caller has looked at `is_at_rest`."""
        self._expecting = True
        self.is_at_rest = False
        self._fed_bytes = 0
        self._clear()

    def feed(self, data: bytes | memoryview) -> Reply | None:
        """The reply, if `data` completes it.

        Raises:
            ReplyDamaged: the connection is of no use any more.
        """
        if not self._expecting:
            self.is_at_rest = False
            return None
        self._fed_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self.is_at_rest = False
            # A callback's own exception, an interrupt perhaps, arrives as the parser's.
            raise error.__context__ or self._damaged("it is not HTTP") from error
        if not self._expecting:
            return self._checked()
        if self._fed_bytes > LARGEST_HEAD_BYTES:
            self._check_size()
        return None

    def _check_size(self) -> None:
        if not self._head_complete:
            raise self._damaged("its headers are too large")
        if self._fed_bytes > LARGEST_HEAD_BYTES + LARGEST_BODY_BYTES:
            raise self._damaged("its body is too large")

    def _checked(self) -> Reply:
        headers = self._headers
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        if headers.get(b"content-encoding", b"identity") != b"identity":
            raise self._damaged("it is compressed, which was not asked for")
        if is_damaged(headers, body):
            raise self._damaged("its checksum is wrong")
        return Reply(self._status, headers, body)

    def _clear(self) -> None:
        self._status = 0
        self._headers: dict[bytes, bytes] = {}
        self._body: list[bytes] = []
        self._head_complete = False
        self._keeps_alive = False

    def _damaged(self, why: str) -> ReplyDamaged:
        self.is_at_rest = False
        return ReplyDamaged(f"the reply cannot be trusted: {why}", sent=True, where=self._where)

    # What the parser calls, in this order; `on_header` for each header, and for each trailer of a
    # chunked body.

    def on_message_begin(self) -> None:
        """Bytes after a reply, or without a request, belong to nobody."""
        self._raw_headers.clear()
        if not self._expecting:
            self.is_at_rest = False

    def on_headers_complete(self) -> None:
        """Note what only the parser knows, and the headers before trailers come."""
        self._head_complete = True
        if self._expecting:
            raw = self._raw_headers
            self._headers = dict(zip(map(bytes.lower, raw), raw.values(), strict=True))
            self._status = self._parser.get_status_code()
            self._keeps_alive = self._parser.should_keep_alive()

    def on_body(self, data: bytes) -> None:
        """Keep a part of the body."""
        if self._expecting:
            self._body.append(data)

    def on_message_complete(self) -> None:
        """End the reply, unless it only says that another will come (100 Continue)."""
        if not self._expecting:
            return
        if self._status in _INTERIM:
            self._clear()
        else:
            self._expecting = False
            self.is_at_rest = self._keeps_alive
