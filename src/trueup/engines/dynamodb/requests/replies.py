"""Requests whose decoders raise the errors of replies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ....errors import Place
from ....operations.operation import NextRequest, Request, never
from ..codec.capacity import ACTIONS, ASKED, measure
from ..codec.values import NotDynamoDB, encode_body
from ..errors import not_dynamodb, read_failure, translate
from ..limits import BATCH_GET_BYTES, ITEM_BYTES, PAGE_BYTES, TRANSACTION_BYTES
from ..port import HttpPayload
from ..wire.http.reply import Reply

R = TypeVar("R")

_JSON_BYTES = 9
"""The most JSON per byte of an item: `{"S":""},` for an empty text in a list. A whole batch, which
can be sixteen pages, never needs as much."""
_JSON_BYTES_OF_BATCH = 4
_OTHER_BYTES = 64 * 1024
"""The size of a reply without its items."""
Decode = Callable[[bytes], "R | NextRequest[R]"]
AfterLoss = Callable[[Request[Any]], Request[Any] | None]


def request_of(
    action: str,
    table: str,
    body: dict[str, Any],
    decode: Callable[[Reply], Any],
    after_loss: AfterLoss = never,
    index: str | None = None,
) -> Request[Any]:
    """A request whose decoder looks at errors itself. table: its name in the declaration."""

    def decode_reply(reply: Reply) -> Any:
        try:
            return decode(reply)
        except NotDynamoDB:
            pass
        raise not_dynamodb(action, table)  # raised here, so that it does not carry the reply

    if action not in ACTIONS:
        payload = HttpPayload(action, encode_body(body))
        return Request(action, table, payload, decode_reply, after_loss)
    encoded = encode_body({**body, **ASKED})
    reply_bytes = _OTHER_BYTES + _most_bytes(action, body, encoded)
    payload = HttpPayload(action, encoded, reply_bytes=reply_bytes)
    return Request(action, table, payload, decode_reply, after_loss, measure, index)


def _most_bytes(action: str, body: dict[str, Any], encoded: bytes) -> int:
    """The largest JSON of the items in a reply; a page has one item more than fits."""
    match action:
        case "Query" | "Scan":
            most: int = body.get("Limit", PAGE_BYTES) * ITEM_BYTES
            return _JSON_BYTES * min(most, PAGE_BYTES + ITEM_BYTES)
        case "BatchGetItem":
            keys = sum(len(asked["Keys"]) for asked in body["RequestItems"].values())
            most = _JSON_BYTES * keys * ITEM_BYTES
            return min(most, _JSON_BYTES_OF_BATCH * BATCH_GET_BYTES)
        case "BatchWriteItem":
            return 3 * len(encoded)  # what was sent, every character of it written \u1234
        case "TransactGetItems" | "TransactWriteItems":
            most = len(body["TransactItems"]) * ITEM_BYTES
            return _JSON_BYTES * min(most, TRANSACTION_BYTES)
        case _:
            return _JSON_BYTES * ITEM_BYTES


def plain_request(
    action: str,
    table: str,
    where: Place,
    body: dict[str, Any],
    decode: Decode[R],
    *,
    after_loss: AfterLoss = never,
    index: str | None = None,
) -> Request[R]:
    """A request whose every error is raised. decode: called with the body of a success."""

    def decode_reply(reply: Reply) -> R | NextRequest[R]:
        return decode(succeeded(reply, action, where))

    return request_of(action, table, body, decode_reply, after_loss, index)


def succeeded(reply: Reply, action: str, where: Place) -> bytes:
    """The body of a reply. Raises our error if the reply reports an error."""
    if reply.status == 200:
        return reply.body
    raise translate(read_failure(reply), where, action)
