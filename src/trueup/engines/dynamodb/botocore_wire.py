"""botocore as a wire: for proxies, custom TLS, and whatever hooks into it (moto, X-Ray, …).

Our own body goes out and the reply's body comes in through two public events of a botocore
client, so that its signer, endpoint rules and hooks all take part, but neither its serializer nor
its parser. It does not retry: the retry layer above does.

Source: https://docs.aws.amazon.com/boto3/latest/guide/events.html
"""

from __future__ import annotations

import os
import time
import zlib
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

from ...errors import Code, OperatorError, RequestError, TrueupError
from .payload import HttpPayload
from .wire.configuration import CONNECT_TIMEOUT_S, ENDPOINT_REGION, Options
from .wire.errors import (
    ConnectFailed,
    ConnectionLost,
    ReplyDamaged,
    TimedOut,
    TransportError,
    closed,
    timed_out,
)
from .wire.extra import missing_extra
from .wire.reply import Reply
from .wire.sdk import words_of

try:
    import botocore.session
    from botocore import exceptions, xform_name
    from botocore.config import Config
except ImportError as missing:
    raise missing_extra("botocore") from missing

_NESTED: dict[str, dict[str, Any]] = {
    "BatchGetItem": {"RequestItems": {}},
    "BatchWriteItem": {"RequestItems": {}},
    "TransactGetItems": {"TransactItems": []},
    "TransactWriteItems": {"TransactItems": []},
}
"""Parameters that botocore's endpoint rules look into, whatever the body is in the end."""


_NOT_CONNECTED = (
    exceptions.EndpointConnectionError,
    exceptions.ProxyConnectionError,
)


@dataclass(slots=True)
class _Exchange:
    """One call: the body that goes out, and the reply once it has come."""

    body: bytes
    reply: Reply | None = None


_current: ContextVar[_Exchange] = ContextVar("trueup_botocore_exchange")


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
        exchange = _Exchange(payload.body)
        token = _current.set(exchange)
        try:
            self._call(payload.target)
        except exceptions.ClientError:
            pass  # a reply that reports an error, which the engine reads itself
        except exceptions.BotoCoreError as error:
            raise _translate(error, self._where) from error
        finally:
            _current.reset(token)
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
    config = Config(
        parameter_validation=False,
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=options.connect_timeout_s or CONNECT_TIMEOUT_S,
        read_timeout=options.read_timeout_s,
        max_pool_connections=options.most_connections,
        user_agent_extra="trueup",
    )
    given = options.credentials
    try:
        session = botocore.session.Session(profile=options.profile or None)
        client: _Client = session.create_client(
            "dynamodb",
            region_name=_region(session, options),
            endpoint_url=options.endpoint_url or None,
            aws_access_key_id=given.access_key if given else None,
            aws_secret_access_key=given.secret_key if given else None,
            aws_session_token=(given.token or None) if given else None,
            config=config,
        )
    except (exceptions.BotoCoreError, ValueError) as error:
        raise _not_opened(error, where) from error
    client.meta.events.register("before-call.dynamodb", _put_body)
    client.meta.events.register("before-parse.dynamodb", _take_reply)
    return client


def _region(session: botocore.session.Session, options: Options) -> str | None:
    """As on our own wire: botocore does not read AWS_REGION, which goes first elsewhere.

    Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
    """
    region = options.region or os.environ.get("AWS_REGION")
    found: str | None = region or session.get_config_variable("region")
    return found or (ENDPOINT_REGION if options.endpoint_url else None)


def _put_body(params: dict[str, Any], **_: Any) -> None:
    """Our body in place of botocore's, before it is signed."""
    exchange = _current.get(None)
    if exchange is not None:
        params["body"] = exchange.body


def _take_reply(response_dict: dict[str, Any], **_: Any) -> None:
    """Keep the reply; leave the parser an empty body, unless botocore needs the error in it."""
    exchange = _current.get(None)
    if exchange is None:
        return
    headers = {
        name.lower().encode("latin-1"): value.encode("latin-1")
        for name, value in response_dict["headers"].items()
    }
    status = response_dict["status_code"]
    exchange.reply = Reply(status, headers, response_dict["body"])
    if status == 200:
        response_dict["body"] = b"{}"


def _translate(error: Exception, where: str) -> TrueupError:
    """Our error for one of botocore's, which came instead of a reply."""
    native = type(error).__name__
    if isinstance(error, exceptions.ReadTimeoutError):
        return timed_out(sent=True, where=where)
    if isinstance(error, exceptions.SSLError) and _is_of_certificate(error):
        return OperatorError(
            f"the server's certificate was refused: {words_of(error.kwargs['error'])}",
            where=where,
            fix="check the endpoint; if its certificate authority is your own, set AWS_CA_BUNDLE",
            code=Code.CANNOT_OPEN,
            native=native,
        )
    kind: type[TransportError] | None = None
    sent = True
    if isinstance(error, exceptions.ConnectTimeoutError):
        kind, sent = TimedOut, False
    elif isinstance(error, _NOT_CONNECTED):
        kind, sent = ConnectFailed, False
    elif isinstance(error, exceptions.HTTPClientError | exceptions.SSLError):
        kind = ConnectionLost
    if kind is not None:
        return kind("botocore got no reply", sent=sent, where=where, native=native)
    return _not_opened(error, where)


def _is_of_certificate(error: Any) -> bool:
    """Whether TLS failed for the server's certificate, before a request; what else breaks in TLS
    may break after it. Both kinds of that error, of OpenSSL and of urllib3, are ValueErrors."""
    below: Exception = error.kwargs["error"]
    return bool(below.args) and isinstance(below.args[0], ValueError)


def _not_opened(error: Exception, where: str) -> TrueupError:
    """Credentials, regions and settings: botocore's messages name them and hold no secret."""
    if isinstance(error, exceptions.NoRegionError):
        return RequestError(
            "no region is set",
            where=where,
            fix="give it in the URL (dynamodb://eu-west-1), or set AWS_REGION",
            code=Code.INVALID_OPTION,
        )
    return OperatorError(
        f"botocore cannot call DynamoDB: {words_of(error)}",
        where=where,
        native=type(error).__name__,
        fix="check the credentials, the profile and the settings of this process",
        code=Code.CANNOT_OPEN,
    )
