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
from ..wire.errors import ReplyDamaged
from ..wire.http.reply import Reply, is_damaged
from .sdk import ResponseParserFactory

WHERE = Place("dynamodb", note="botocore")
"""The place of errors that involve botocore."""


@dataclass(slots=True)
class Exchange:
    """One call: its body, its deadline, and its reply as soon as it has come.

    deadline_s: by `time.monotonic`.
    """

    body: bytes
    deadline_s: float
    reply: Reply | None = None


current: ContextVar[Exchange | None] = ContextVar("trueup_botocore_exchange", default=None)
"""The current call of this thread."""


def put_body(params: dict[str, Any], **_: Any) -> None:
    """A handler of `before-call`: our body in place of botocore's, before it is signed."""
    exchange = current.get()
    if exchange is not None:
        params["body"] = exchange.body


def take_reply(response_dict: dict[str, Any], **_: Any) -> None:
    """A handler of `before-parse`: keep the reply; botocore parses it only if it is an error.

    Raises ReplyDamaged if its checksum is wrong.
    """
    exchange = current.get()
    if exchange is None:
        return
    status, body, reply = response_dict["status_code"], response_dict["body"], exchange.reply
    if reply is None or reply.status != status or reply.body != body:  # not from our sender
        reply = exchange.reply = _checked_reply(status, response_dict["headers"], body)
    if status == 200 or not _is_readable(body):
        response_dict["body"] = _ConsumedBody(reply)


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
    except UnicodeDecodeError:
        return False
    except ValueError:
        return True  # as a message
    return isinstance(found, dict) and isinstance(found.get("__type") or "", str)


class _ConsumedBody(bytes):
    """The body that hooks see after the reply was taken: that of an empty reply."""

    reply: Reply

    def __new__(cls, reply: Reply) -> _ConsumedBody:
        taken = super().__new__(cls, b"{}")
        taken.reply = reply
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
        if not isinstance(body, _ConsumedBody):
            return self.create(self.protocol).parse(response, shape)
        headers = body.reply.text_headers()
        about: dict[str, Any] = {"HTTPStatusCode": body.reply.status, "HTTPHeaders": headers}
        if "x-amzn-requestid" in headers:
            about["RequestId"] = headers["x-amzn-requestid"]
        return {"ResponseMetadata": about}
