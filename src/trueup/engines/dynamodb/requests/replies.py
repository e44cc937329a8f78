"""Requests whose decoders raise the errors of replies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ....errors import Place
from ....operations.operation import NextRequest, Request, never
from ..codec.capacity import ACTIONS, ASKED, measure
from ..codec.values import encode_body
from ..errors import READS, read_failure, translate
from ..port import HttpPayload
from ..wire.http.reply import Reply

R = TypeVar("R")
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
    if action not in ACTIONS:
        return Request(action, table, HttpPayload(action, encode_body(body)), decode, after_loss)
    payload = HttpPayload(action, encode_body({**body, **ASKED}))
    return Request(action, table, payload, decode, after_loss, measure, index)


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
    raise translate(read_failure(reply), where, is_read=action in READS)
