"""One call's way through botocore: our body in place of its own, the reply kept as it came.

Two public events of a client and a component of its session do it, so that neither botocore's
serializer nor its parser reads an item. Hooks see what they would see else: the request as it is
sent, the reply, what is known about it, and ClientError where it reports an error.

Source: https://docs.aws.amazon.com/boto3/latest/guide/events.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from ..wire.reply import Reply
from .sdk import ResponseParserFactory

_TAKEN = b"{}"
"""The body that is left of a reply that was taken; this object and no other."""


@dataclass(slots=True)
class Exchange:
    """One call: the body that goes out, and the reply once it has come."""

    body: bytes
    reply: Reply | None = None


current: ContextVar[Exchange | None] = ContextVar("trueup_botocore_exchange", default=None)
"""The call that this thread is in."""


def put_body(params: dict[str, Any], **_: Any) -> None:
    """A handler of `before-call`: our body in place of botocore's, before it is signed."""
    exchange = current.get()
    if exchange is not None:
        params["body"] = exchange.body


def take_reply(response_dict: dict[str, Any], **_: Any) -> None:
    """A handler of `before-parse`: keep the reply; botocore parses it only if it is an error."""
    exchange = current.get()
    if exchange is None:
        return
    headers = {
        name.lower().encode("latin-1"): value.encode("latin-1")
        for name, value in response_dict["headers"].items()
    }
    status = response_dict["status_code"]
    exchange.reply = Reply(status, headers, response_dict["body"])
    if status == 200:
        response_dict["body"] = _TAKEN


class ReplyParsers(ResponseParserFactory):  # type: ignore[misc]  # botocore has no types
    """botocore's parsers, except for replies that were taken: those are not parsed."""

    def create_parser(self, protocol_name: str) -> _ReplyParser:
        """The parser of a protocol; clients for credentials have others than DynamoDB's."""
        return _ReplyParser(super().create_parser, protocol_name)


@dataclass(frozen=True, slots=True)
class _ReplyParser:
    create: Callable[[str], Any]
    protocol: str

    def parse(self, response: Mapping[str, Any], shape: Any) -> Any:
        """What botocore's parser gives, or what it would give for a reply without items."""
        if response["body"] is not _TAKEN:
            return self.create(self.protocol).parse(response, shape)
        headers = {name.lower(): value for name, value in response["headers"].items()}
        about: dict[str, Any] = {"HTTPStatusCode": response["status_code"], "HTTPHeaders": headers}
        if "x-amzn-requestid" in headers:
            about["RequestId"] = headers["x-amzn-requestid"]
        return {"ResponseMetadata": about}
