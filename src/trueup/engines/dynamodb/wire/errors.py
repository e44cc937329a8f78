"""Errors between a request and its reply, for the decisions of the retry layer.

TransportError
├── ConnectFailed     no connection was made
├── TimedOut          a connection, the reply, or its next byte did not come in time
├── ConnectionLost    the connection broke before the reply was complete
└── ReplyDamaged      the reply is malformed or too large, or its checksum is wrong

The engine translates them to Unavailable, DeadlineExceeded or OutcomeUnknown: whether a lost reply
matters depends on the request, which a wire does not understand.
"""

from __future__ import annotations

from ....errors import ErrorCode, InvalidCall, Place, TrueupError


class TransportError(TrueupError):
    """A round trip that gave no complete reply.

    sent: whether any byte of the request may have reached the server. If False, nothing was
        applied; if True, the request may have been applied as a whole.
    """

    default_code = ErrorCode.UNAVAILABLE
    default_fix = "call again, and look at the network if it happens often"

    def __init__(self, what: str, *, sent: bool, where: Place, native: str = "") -> None:
        code = ErrorCode.OUTCOME_UNKNOWN if sent else self.default_code
        super().__init__(what, fix=self.default_fix, where=where, code=code, native=native)
        self.sent = sent
        self.retryable = not sent


class ConnectFailed(TransportError):
    """No connection was made; nothing was sent."""

    default_fix = "check the endpoint and the network, then call again"


class TimedOut(TransportError):
    """The time ran out for the call, for the connection, or for the next byte."""

    default_code = ErrorCode.DEADLINE_EXCEEDED
    default_fix = "allow more time with within(seconds), or find out what is slow"


class ConnectionLost(TransportError):
    """The connection broke before the reply was complete."""


class ReplyDamaged(TransportError):
    """The reply is malformed or fails its checksum."""


def closed(where: Place) -> InvalidCall:
    """The error of a call on a closed wire."""
    return InvalidCall(
        "the database is closed",
        where=where,
        fix="open it again with trueup.connect(…)",
        code=ErrorCode.CLOSED,
    )


def connection_lost(error: OSError | None, *, sent: bool, where: Place) -> ConnectionLost:
    """The error of a connection that broke, or that the server ended (`error` is None)."""
    native = type(error).__name__ if error else ""
    moment = "before the reply was complete" if sent else "before the request was sent"
    return ConnectionLost(f"the connection ended {moment}", sent=sent, where=where, native=native)


def timed_out(*, sent: bool, where: Place) -> TimedOut:
    """The error of a call whose time ran out. sent: after it was sent, else before."""
    what = "no complete reply came in time" if sent else "the request could not be sent in time"
    return TimedOut(what, sent=sent, where=where)
