"""Reads replies: bytes in, a checked reply out. It knows no socket; both wires feed it.

Source: https://www.rfc-editor.org/rfc/rfc9112 (HTTP/1.1), parsed by llhttp through httptools.
"""

from __future__ import annotations

from enum import Enum, auto

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

_INTERIM = range(100, 200)


class State(Enum):
    """The state of a connection.

    IDLE ─ expect() ─► HEAD ─ headers ─► BODY ─┬─ end of an interim reply ─► HEAD
                                               └─ end of the reply ─► IDLE, or SPENT if it says so
    any ─ damage, unexpected bytes, close() ─► SPENT: cannot be used again
    """

    IDLE = auto()
    HEAD = auto()
    BODY = auto()
    SPENT = auto()


_READING = (State.HEAD, State.BODY)


class ReplyReader:
    """Reads the replies of one connection; `expect` announces each."""

    __slots__ = (
        "_body",
        "_fed_bytes",
        "_headers",
        "_most_bytes",
        "_parser",
        "_raw_headers",
        "_status",
        "_where",
        "on_header",
        "state",
    )

    def __init__(self, where: Place) -> None:
        self._raw_headers: dict[bytes, bytes] = {}
        self.on_header = self._raw_headers.__setitem__
        self._parser = HttpResponseParser(self)
        self._where = where
        self.state = State.IDLE

    @property
    def is_at_rest(self) -> bool:
        """Whether another request may use the connection."""
        return self.state is State.IDLE

    def expect(self, body_bytes: int) -> None:
        """Begin to read a reply of limited size. The caller has checked `is_at_rest`."""
        self._fed_bytes = 0
        self._most_bytes = LARGEST_HEAD_BYTES + body_bytes
        self._expect_head()

    def close(self) -> None:
        """Read nothing more."""
        self.state = State.SPENT

    def feed(self, data: bytes | memoryview) -> Reply | None:
        """The reply, if `data` completes it.

        Raises:
            ReplyDamaged: the connection cannot be used again.
        """
        if self.state not in _READING:
            self.close()
            return None
        self._fed_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self.close()
            # A callback's own exception, perhaps an interrupt, arrives as the parser's.
            raise error.__context__ or self._damaged("it is not HTTP") from error
        if self.state not in _READING:
            return self._checked()
        if self._fed_bytes > LARGEST_HEAD_BYTES:
            self._check_size()
        return None

    def _check_size(self) -> None:
        if self.state is State.HEAD:
            raise self._damaged("its headers are too large")
        if self._fed_bytes > self._most_bytes:
            raise self._damaged("its body is too large")

    def _checked(self) -> Reply:
        headers, body = self._headers, bytes(self._body)
        if headers.get(b"content-encoding", b"identity") != b"identity":
            raise self._damaged("it is compressed, which was not asked for")
        if is_damaged(headers, body):
            raise self._damaged("its checksum is wrong")
        return Reply(self._status, headers, body)

    def _expect_head(self) -> None:
        self._body: bytes | bytearray = b""
        self.state = State.HEAD

    def _damaged(self, why: str) -> ReplyDamaged:
        self.close()
        return ReplyDamaged(f"the reply cannot be trusted: {why}", sent=True, where=self._where)

    # Called by the parser, in this order; `on_header` for each header, and for each trailer of a
    # # chunked body.

    def on_message_begin(self) -> None:
        """Begin a message; bytes after a reply, or without a request, are damage."""
        self._raw_headers.clear()
        if self.state is not State.HEAD:
            self.close()

    def on_headers_complete(self) -> None:
        """Note the parser's facts, and the headers before trailers come."""
        if self.state is State.HEAD:
            raw = self._raw_headers
            self._headers = dict(zip(map(bytes.lower, raw), raw.values(), strict=True))
            self._status = self._parser.get_status_code()
            self.state = State.BODY

    def on_body(self, data: bytes) -> None:
        """Keep a part of the body; most bodies come in one part. A list of tiny parts would take
        twenty times their memory."""
        if self.state is State.BODY:
            if not self._body:
                self._body = data
                return
            if type(self._body) is bytes:
                self._body = bytearray(self._body)
            self._body += data

    def on_message_complete(self) -> None:
        """End the reply, unless it only says that another will come (100 Continue)."""
        if self.state is not State.BODY:
            return
        if self._status in _INTERIM:
            self._expect_head()
        else:
            self.state = State.IDLE if self._parser.should_keep_alive() else State.SPENT
