"""The exchange of a call through botocore: our body replaces its own, the reply is kept as it came.

This takes two public events of a client and a component of its session, so that neither botocore's
serializer nor its parser reads an item. Hooks see what they always see: the request as sent, the
reply, its metadata, and ClientError if it reports an error.

Source: https://docs.aws.amazon.com/boto3/latest/guide/events.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from ....errors import Place
from ..port import HttpPayload
from ..wire.errors import ReplyDamaged
from ..wire.http.reply import Reply, is_damaged
from .sdk import ResponseParserFactory, exceptions

WHERE = Place("dynamodb", note="botocore")
"""The place of errors that involve botocore."""

_PARSER_FAILURES = (AttributeError, LookupError, TypeError, ValueError, exceptions.BotoCoreError)
"""The errors of botocore's parser for a reply that does not fit its model."""


@dataclass(slots=True)
class Exchange:
    """One call: its payload, its deadline, and its reply as soon as it has come.

    deadline_s: by `time.monotonic`.
    """

    payload: HttpPayload
    deadline_s: float
    reply: Reply | None = None


current: ContextVar[Exchange | None] = ContextVar("trueup_botocore_exchange", default=None)
"""The current call of this thread."""


def put_body(params: dict[str, Any], **_: Any) -> None:
    """A handler of `before-call`: our body in place of botocore's, before it is signed."""
    exchange = current.get()
    if exchange is not None:
        params["body"] = exchange.payload.body


def take_reply(response_dict: dict[str, Any], **_: Any) -> None:
    """A handler of `before-parse`: keep the reply; botocore parses it only if it is an error.

    Raises ReplyDamaged if its checksum is wrong or it is too large.
    """
    exchange = current.get()
    if exchange is None:
        return
    status, body, reply = response_dict["status_code"], response_dict["body"], exchange.reply
    if reply is None or reply.status != status or reply.body != body:  # not from our sender
        if len(body) > exchange.payload.reply_bytes:  # botocore's transport has read the whole body
            raise ReplyDamaged("the reply is too large", sent=True, where=WHERE)
        reply = exchange.reply = _checked_reply(status, response_dict["headers"], body)
    response_dict["body"] = _TakenBody(reply, is_parsed=status != 200 and _is_readable(body))


def _checked_reply(status: int, headers: Mapping[str, str], body: bytes) -> Reply:
    """The reply, with its checksum checked: botocore checks only if it retries."""
    by_name = {
        name.lower().encode("latin-1"): value.encode("latin-1") for name, value in headers.items()
    }
    if is_damaged(by_name, body):
        raise ReplyDamaged("the checksum of the reply is wrong", sent=True, where=WHERE)
    return Reply(status, by_name, body)


def _is_readable(body: bytes) -> bool:
    """Whether botocore's parser can read the body: a JSON object, or text that is no JSON."""
    try:
        found = json.loads(body.decode())
    except (UnicodeDecodeError, RecursionError):
        return False
    except ValueError:
        return True  # as a message
    return isinstance(found, dict) and isinstance(found.get("__type") or "", str)


class _TakenBody(bytes):
    """The body that hooks see after the reply was taken: that of an empty reply, unless botocore
    parses it."""

    reply: Reply
    is_parsed: bool

    def __new__(cls, reply: Reply, *, is_parsed: bool) -> _TakenBody:
        taken = super().__new__(cls, reply.body if is_parsed else b"{}")
        taken.reply = reply
        taken.is_parsed = is_parsed
        return taken


class ReplyParsers(ResponseParserFactory):  # type: ignore[misc]  # botocore has no types
    """botocore's parsers, except that taken replies are not parsed."""

    def create_parser(self, protocol_name: str) -> _ReplyParser:
        """The parser of a protocol; clients for credentials use other protocols than DynamoDB's."""
        return _ReplyParser(super().create_parser, protocol_name)


@dataclass(frozen=True, slots=True)
class _ReplyParser:
    create: Callable[[str], Any]
    protocol: str

    def parse(self, response: Mapping[str, Any], shape: Any) -> Any:
        """The result of botocore's parser, or its result for a reply without items."""
        body = response["body"]
        if not isinstance(body, _TakenBody):
            return self.create(self.protocol).parse(response, shape)
        if body.is_parsed:
            try:
                return self.create(self.protocol).parse(response, shape)
            except _PARSER_FAILURES:
                pass  # an error of an unknown shape, which the engine reports
        headers = body.reply.text_headers()
        about: dict[str, Any] = {"HTTPStatusCode": body.reply.status, "HTTPHeaders": headers}
        if "x-amzn-requestid" in headers:
            about["RequestId"] = headers["x-amzn-requestid"]
        return {"ResponseMetadata": about}
