"""The botocore wire for callers that block.

botocore's endpoint rules, credentials, signer and hooks take part in a call; `exchange.py` says
how our body goes out and the reply's body comes in. Nothing is sent twice: the retry layer above
does that.
"""

from __future__ import annotations

import os
import time
import zlib
from typing import Any, Protocol

from ....errors import OperatorError
from ..payload import HttpPayload
from ..wire.configuration import CONNECT_TIMEOUT_S, ENDPOINT_REGION, Options
from ..wire.errors import ReplyDamaged, closed, timed_out
from ..wire.reply import Reply
from .errors import not_opened, translate
from .exchange import Exchange, ReplyParsers, current, put_body, take_reply
from .sdk import Config, Session, exceptions, xform_name
from .signing import choose_signer, offer_signer

_NESTED: dict[str, dict[str, Any]] = {
    "BatchGetItem": {"RequestItems": {}},
    "BatchWriteItem": {"RequestItems": {}},
    "TransactGetItems": {"TransactItems": []},
    "TransactWriteItems": {"TransactItems": []},
}
"""Parameters that botocore's endpoint rules look into, whatever the body is in the end."""


class _Client(Protocol):
    """What is used of a botocore client, whose methods are made at run time."""

    meta: Any

    def close(self) -> None: ...


class BotocoreWire:
    """A blocking wire, for any number of threads.

    A call waits as long as botocore's own timeouts allow, which are fixed when it is opened; the
    deadline of a call is checked before it is sent.
    """

    def __init__(self, options: Options) -> None:
        self._where = "dynamodb, botocore"
        self._is_closed = False
        self._client = _open_client(options, self._where)

    def perform(self, payload: HttpPayload, deadline_s: float) -> Reply:
        """One round trip. deadline_s: an instant of `time.monotonic()`.

        Raises:
            TransportError: there is no complete reply; RequestError (closed) after `close`.
        """
        if self._is_closed:
            raise closed(self._where)
        if time.monotonic() >= deadline_s:
            raise timed_out(sent=False, where=self._where)
        exchange = Exchange(payload.body)
        token = current.set(exchange)
        try:
            self._call(payload.target)
        except exceptions.ClientError:
            pass  # a reply that reports an error, which the engine reads itself
        except exceptions.BotoCoreError as error:
            raise translate(error, self._where) from error
        finally:
            current.reset(token)
        return self._checked(exchange.reply)

    def _call(self, target: str) -> None:
        call = getattr(self._client, xform_name(target))
        call(**_NESTED.get(target, {}))

    def _checked(self, reply: Reply | None) -> Reply:
        """The reply, if its checksum is right: botocore looks at it only where it retries."""
        if reply is None:
            raise OperatorError(
                "a hook of botocore answered in DynamoDB's place, past its parser",
                where=self._where,
                fix="let the hook answer at `before-send`, as moto does",
            )
        checksum = reply.headers.get(b"x-amz-crc32")
        if checksum is not None and checksum.strip() != b"%d" % zlib.crc32(reply.body):
            raise ReplyDamaged("the checksum of the reply is wrong", sent=True, where=self._where)
        return reply

    def close(self) -> None:
        """Close every connection. Twice is fine."""
        self._is_closed = True
        self._client.close()


def _open_client(options: Options, where: str) -> _Client:
    given = options.credentials
    try:
        session = Session(profile=options.profile or None)
        session.register_component("response_parser_factory", ReplyParsers())
        client: _Client = session.create_client(
            "dynamodb",
            region_name=_region(session, options),
            endpoint_url=options.endpoint_url or None,
            aws_access_key_id=given.access_key if given else None,
            aws_secret_access_key=given.secret_key if given else None,
            aws_session_token=(given.token or None) if given else None,
            config=_make_config(session, options),
        )
    except (exceptions.BotoCoreError, ValueError) as error:
        raise not_opened(error, where) from error
    offer_signer()
    events = client.meta.events
    events.register("before-call.dynamodb", put_body)
    events.register_last("choose-signer", choose_signer)  # of this client: after every other
    events.register("before-parse.dynamodb", take_reply)
    return client


def _make_config(session: Session, options: Options) -> Config:
    config = Config(
        parameter_validation=False,
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=options.connect_timeout_s or CONNECT_TIMEOUT_S,
        read_timeout=options.read_timeout_s,
        max_pool_connections=options.most_connections,
        user_agent_extra="trueup",
        user_agent_appid=session.get_config_variable("user_agent_appid"),
    )
    # botocore would write it twice in each call, with what it counts of its own features.
    agent = session.get_component("user_agent_creator").with_client_config(config).to_string()
    return config.merge(Config(user_agent=agent, user_agent_extra=None))


def _region(session: Session, options: Options) -> str | None:
    """As on our own wire: botocore does not read AWS_REGION, which goes first elsewhere.

    Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
    """
    region = options.region or os.environ.get("AWS_REGION")
    found: str | None = region or session.get_config_variable("region")
    return found or (ENDPOINT_REGION if options.endpoint_url else None)
