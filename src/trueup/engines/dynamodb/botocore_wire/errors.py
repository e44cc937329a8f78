"""Our errors for botocore's, raised instead of a reply or of a client."""

from __future__ import annotations

from typing import Any

from ....errors import ErrorCode, InvalidCall, NeedsOperator, Place, TrueupError
from ..wire.aws.sdk import words_of
from ..wire.errors import ConnectFailed, ConnectionLost, TimedOut, TransportError, timed_out
from .sdk import exceptions

_NOT_CONNECTED = (
    exceptions.EndpointConnectionError,
    exceptions.ProxyConnectionError,
)


def translate(error: Exception, where: Place) -> TrueupError:
    """Our error for a botocore error that came instead of a reply."""
    native = type(error).__name__
    if isinstance(error, exceptions.ReadTimeoutError):
        return timed_out(sent=True, where=where)
    if isinstance(error, exceptions.SSLError) and _is_of_certificate(error):
        return NeedsOperator(
            f"the server's certificate was refused: {words_of(error.kwargs['error'])}",
            where=where,
            fix="check the endpoint; if its certificate authority is your own, set AWS_CA_BUNDLE",
            code=ErrorCode.CANNOT_OPEN,
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
    return not_opened(error, where)


def _is_of_certificate(error: Any) -> bool:
    """Whether TLS failed for the server's certificate, and so before a request; other TLS errors
    may come later. The certificate errors of OpenSSL and urllib3 are both ValueErrors."""
    below: Exception = error.kwargs["error"]
    return bool(below.args) and isinstance(below.args[0], ValueError)


def not_opened(error: Exception, where: Place) -> TrueupError:
    """Our error if no client can be made: botocore's messages name settings and hold no secret."""
    if isinstance(error, exceptions.NoRegionError):
        return InvalidCall(
            "no region is set",
            where=where,
            fix="give it in the URL (dynamodb://eu-west-1), or set AWS_REGION",
            code=ErrorCode.INVALID_OPTION,
        )
    return NeedsOperator(
        f"botocore cannot call DynamoDB: {words_of(error)}",
        where=where,
        native=type(error).__name__,
        fix="check the credentials, the profile and the settings of this process",
        code=ErrorCode.CANNOT_OPEN,
    )
