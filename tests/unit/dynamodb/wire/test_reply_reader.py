"""Replies in any pieces: the same reply, or the same refusal, wherever the network cuts."""

from __future__ import annotations

import gc
import signal
import zlib
from collections import deque
from contextlib import suppress
from itertools import pairwise, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.engines.dynamodb.wire.errors import ReplyDamaged
from trueup.engines.dynamodb.wire.http.reply import Reply
from trueup.engines.dynamodb.wire.http.reply_reader import LARGEST_HEAD_BYTES, ReplyReader
from trueup.errors import NOWHERE

BODY_BYTES = 1_000_000


def with_length(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nX-Amz-Crc32: %d\r\nContent-Length: %d\r\n\r\n"
    return head % (zlib.crc32(body), len(body)) + body


def in_chunks(body: bytes, sizes: list[int]) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Amz-Crc32: %d\r\n\r\n"
    chunks = b""
    rest = body
    for size in [*sizes, len(body)]:
        part, rest = rest[:size], rest[size:]
        chunks += b"%x\r\n%b\r\n" % (len(part), part) if part else b""
    return head % zlib.crc32(body) + chunks + b"0\r\nX-Trailer: 1\r\n\r\n"


def feed(reader: ReplyReader, data: bytes, cuts: list[int]) -> list[Reply]:
    """Feed `data`, cut at these places; the replies it completes."""
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    pieces = [data[begin:end] for begin, end in pairwise(places)]
    return [found for piece in pieces if (found := reader.feed(memoryview(piece))) is not None]


CUTS = st.lists(st.integers(0, 10_000), max_size=20)


@given(st.binary(max_size=300), st.lists(st.integers(1, 100), max_size=5), CUTS, st.booleans())
def test_a_reply_in_any_pieces_is_one_reply(
    body: bytes, sizes: list[int], cuts: list[int], is_chunked: bool
) -> None:
    reader = ReplyReader(NOWHERE)
    for _ in range(2):
        reader.expect(BODY_BYTES)
        assert not reader.is_at_rest
        data = in_chunks(body, sizes) if is_chunked else with_length(body)
        (found,) = feed(reader, data, cuts)
        assert (found.status, found.body) == (200, body)
        assert reader.is_at_rest


@given(st.binary(min_size=1, max_size=100), CUTS, st.integers(1, 10_000))
def test_a_reply_without_its_end_is_none(body: bytes, cuts: list[int], missing: int) -> None:
    data = with_length(body)
    reader = ReplyReader(NOWHERE)
    reader.expect(BODY_BYTES)
    assert feed(reader, data[: -(missing % len(data)) or -1], cuts) == []
    assert not reader.is_at_rest


@given(st.binary(min_size=1, max_size=100), CUTS, st.integers(0, 799))
def test_a_bit_that_flips_in_the_body_is_found(body: bytes, cuts: list[int], bit: int) -> None:
    data = bytearray(with_length(body))
    place = len(data) - len(body) + (bit // 8) % len(body)
    data[place] ^= 1 << (bit % 8)
    reader = ReplyReader(NOWHERE)
    reader.expect(BODY_BYTES)
    with pytest.raises(ReplyDamaged, match="checksum"):
        feed(reader, bytes(data), cuts)
    assert not reader.is_at_rest


@given(st.binary(min_size=1, max_size=200), CUTS)
def test_bytes_that_nobody_asked_for_end_the_connection(surplus: bytes, cuts: list[int]) -> None:
    reader = ReplyReader(NOWHERE)
    assert feed(reader, surplus, cuts) == []
    assert not reader.is_at_rest


@given(st.binary(max_size=400), CUTS)
def test_anything_else_is_no_reply_and_no_crash(data: bytes, cuts: list[int]) -> None:
    reader = ReplyReader(NOWHERE)
    reader.expect(BODY_BYTES)
    replies: list[Reply] = []
    with suppress(ReplyDamaged):
        replies = feed(reader, data, cuts)
    assert all(found.body in data for found in replies)
    assert replies or not reader.is_at_rest


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n Folded: 1\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
    ],
)
def test_replies_with_two_readings_are_refused(head: bytes) -> None:
    reader = ReplyReader(NOWHERE)
    reader.expect(BODY_BYTES)
    with pytest.raises(ReplyDamaged):
        reader.feed(head)


def test_a_reply_that_ends_with_its_connection_is_never_complete() -> None:
    """Without a length, a broken connection could not be told from the end."""
    reader = ReplyReader(NOWHERE)
    reader.expect(BODY_BYTES)
    assert reader.feed(b"HTTP/1.1 200 OK\r\n\r\n{}") is None
    assert not reader.is_at_rest


def test_endless_headers_are_refused_as_they_come() -> None:
    reader = ReplyReader(NOWHERE)
    reader.expect(BODY_BYTES)
    reader.feed(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(LARGEST_HEAD_BYTES // 1000):
        reader.feed(b"x" * 1000)
    with pytest.raises(ReplyDamaged, match="headers"):
        reader.feed(b"x" * 1000)


def test_endless_trailers_are_refused() -> None:
    reader = ReplyReader(NOWHERE)
    reader.expect(BODY_BYTES)
    reader.feed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
    trailers = repeat(b"X-Amz-Crc32: 1\r\n" * 4_000)
    with pytest.raises(ReplyDamaged, match="too large"):
        deque(map(reader.feed, trailers), maxlen=0)


def test_trailers_are_no_headers() -> None:
    reader = ReplyReader(NOWHERE)
    reader.expect(BODY_BYTES)
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: 1\r\n\r\n"
    reply = reader.feed(head + b"0\r\nA: 2\r\nB: 2\r\n\r\n")
    assert reply is not None
    assert reply.headers[b"a"] == b"1"
    assert b"b" not in reply.headers
    reader.expect(BODY_BYTES)
    second = reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    assert second is not None
    assert set(second.headers) == {b"content-length"}


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs interval timers")
def test_an_interrupt_inside_the_parser_stays_an_interrupt() -> None:
    """httptools turns what its callbacks raise, an interrupt too, into its own error."""
    data = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n.\r\n" * 5_000
    previous = signal.signal(signal.SIGALRM, signal.default_int_handler)
    gc.disable()  # an interrupt in a callback of the collector's would be lost
    try:
        landed = 0
        for _ in range(50):
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.0005)
                while True:
                    reader = ReplyReader(NOWHERE)
                    reader.expect(BODY_BYTES)
                    reader.feed(data)
            except KeyboardInterrupt:
                landed += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        gc.enable()
    assert landed == 50
