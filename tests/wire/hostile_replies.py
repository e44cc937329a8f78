"""Replies that no DynamoDB gives, as whatever may listen at an endpoint could give them."""

from __future__ import annotations

import json
import socket
import zlib
from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any

from tests.wire.server import Answer, Hangup, reply, sending

SECRET = "hunter2"
"""Stands for the contents of an item wherever a reply may have some."""

_PREFIX = "com.amazonaws.dynamodb.v20120810#"
_MEGABYTE = 1024 * 1024


def _ok(body: Any, *headers: bytes) -> Answer:
    return _raw(json.dumps(body).encode(), *headers)


def _raw(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> Answer:
    return sending(lambda _: reply(body, *headers, status=status))


def _refused(code: Any, *headers: bytes, **body: Any) -> Answer:
    text = json.dumps({"__type": code, "message": SECRET, **body}).encode()
    return _raw(text, *headers, status=b"400 Bad Request")


def _item(**attributes: Any) -> Answer:
    """A reply with an item for whoever asks for one, in any place that has some."""
    item = {"id": {"S": SECRET}, **attributes}
    return _items(item)


def _items(item: Any) -> Answer:
    return _ok(
        {
            "Item": item,
            "Items": [item],
            "Attributes": item,
            "Responses": {"People": [item]},
            "Count": 1,
        }
    )


SHAPES: dict[str, Answer] = {
    "no JSON": _raw(b"<html>" + SECRET.encode()),
    "not UTF-8": _raw(b'{"Item":{"id":{"S":"' + SECRET.encode() + b'\xff"}}}'),
    "half a surrogate": _raw(b'{"Item":{"id":{"S":"' + SECRET.encode() + b'\\ud800"}}}'),
    "nothing": _raw(b""),
    "a list": _raw(b"[]"),
    "a number of 5,000 digits": _raw(b"9" * 5000),
    "deep lists": _raw(b"[" * 100_000),
    "deep values": _raw(
        b'{"Item":{"id":' + b'{"L":[' * 400 + b'{"S":"' + b"x" + b'"}' + b"]}" * 400 + b"}}"
    ),
    "items are a text": _items(SECRET),
    "items are a list": _items([SECRET]),
    "value without a type": _item(age={}),
    "key without a type": _items({"id": {}}),
    "key that is a list": _items({"id": {"L": []}}),
    "value with two types": _item(age={"N": "1", "S": SECRET}),
    "value that is none": _item(age=None),
    "number that is a text": _item(age={"N": SECRET}),
    "number that is large": _item(other={"N": "1E+999999999"}),
    "number that is long": _item(other={"N": "9" * 5000}),
    "text that is a number": _item(other={"S": 1}),
    "bytes that are none": _item(other={"B": "!!" + SECRET}),
    "set that is a text": _item(other={"SS": SECRET}),
    "unknown type": _item(other={"X": SECRET}),
    "capacity that is a text": _ok({"ConsumedCapacity": SECRET, "Count": 0}),
    "capacity of text": _ok({"ConsumedCapacity": {"CapacityUnits": SECRET}}),
    "count that is a text": _ok({"Count": SECRET, "Items": SECRET}),
    "last key that is a text": _ok({"Items": [], "Count": 0, "LastEvaluatedKey": SECRET}),
    "last key without a key": _ok({"Items": [], "Count": 0, "LastEvaluatedKey": {"x": 1}}),
    "last key that is a map": _ok({"Items": [], "Count": 0, "LastEvaluatedKey": {"id": {"M": {}}}}),
    "unprocessed that is a text": _ok({"UnprocessedItems": SECRET, "UnprocessedKeys": SECRET}),
    "unprocessed of others": _ok(
        {
            "Responses": {},
            "UnprocessedItems": {"Other": [{"DeleteRequest": {"Key": {"id": {"S": SECRET}}}}]},
            "UnprocessedKeys": {"Other": {"Keys": [{"id": {"S": SECRET}}]}},
        }
    ),
    "responses that are a list": _ok({"Responses": [SECRET]}),
    "responses without end": _ok({"Responses": [{}] * 200}),
    "pause of 5,000 digits": _refused(
        _PREFIX + "ThrottlingException", b"x-amz-retry-after: " + b"9" * 5000
    ),
    "reasons that are a text": _refused("ThrottlingException", ThrottlingReasons=SECRET),
    "reasons of numbers": _refused("ThrottlingException", ThrottlingReasons=[1]),
    "code that is a list": _refused([SECRET]),
    "code that is an item": _refused(SECRET * 1000 + " and more"),
    "code without an end": _refused(_PREFIX + "x" * 100_000),
    "item that was in the way": _refused(
        _PREFIX + "ConditionalCheckFailedException", Item={"id": SECRET}
    ),
    "cancelled without reasons": _refused(_PREFIX + "TransactionCanceledException"),
    "cancelled for a number": _refused(
        _PREFIX + "TransactionCanceledException", CancellationReasons=[1, {"Code": {}}]
    ),
    "request id that is an item": _raw(
        b"{}", b"x-amzn-RequestId: " + SECRET.encode() + b" and more", status=b"400 Bad Request"
    ),
    "absurd date": _refused(
        _PREFIX + "InvalidSignatureException", b"Date: Thu, 99 Nov 99999 10:00:00 GMT"
    ),
}
"""By what is wrong with them; none has 16 KB of headers or ends its connection."""


def _stream(head: bytes, parts: Callable[[], Iterable[bytes]]) -> Answer:
    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head)
        for part in parts():
            connection.sendall(part)
        raise Hangup

    return answer


def _sized(body_bytes: int, status: bytes, begin: bytes, part: bytes) -> Answer:
    """A body of so many bytes, which the server never has as a whole."""
    head = b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status, body_bytes + len(begin), begin)
    block = part * (_MEGABYTE // len(part))
    return _stream(head, lambda: repeat(block, body_bytes // len(block) + 1))


def _chunks() -> Answer:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    block = b"2\r\n  \r\n" * 10_000

    return _stream(head, lambda: repeat(block))


def _whole(body: bytes) -> Answer:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nx-amz-crc32: %d\r\n\r\n"
    return _stream(head % (len(body), zlib.crc32(body)), lambda: [body])


FLOODS: dict[str, Answer] = {
    "error of 120 MB": _sized(120 * _MEGABYTE, b"400 Bad Request", b'{"message":"', b"x" * 64),
    "items of 60 MB": _sized(
        60 * _MEGABYTE, b"200 OK", b'{"Items":[{"id":{"S":"a"}}', b',{"id":{"S":"a"}}'
    ),
    "chunks of 2 bytes": _chunks(),
    "lists of 3 MB": _whole(b'{"Items":[{"id":{"L":[' + b'{"S":""},' * 330_000 + b'{"S":""}]}}]}'),
    "lists of nothing": _whole(b'{"Items":[' + b"[]," * 1_000_000 + b"[]]}"),
}
"""Replies that take memory or time, by what they are; each ends its connection."""


def pages_without_end() -> Answer:
    """No item, and always another page."""
    return _ok({"Items": [], "Count": 0, "LastEvaluatedKey": {"id": {"S": "a"}}})
