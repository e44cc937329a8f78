"""What goes wrong between a request and its reply, said so that a retry layer can decide.

TransportError
├── ConnectFailed     no connection came about
├── TimedOut          a connection, the reply, or its next byte did not come in time
├── ConnectionLost    the connection broke before the reply was complete
└── ReplyDamaged      what came is no reply: bad HTTP, a wrong checksum, more than is allowed

The engine translates them to Unavailable, DeadlineExceeded or OutcomeUnknown: whether a lost reply
matters depends on the request, which a wire does not understand.
"""

from __future__ import annotations

from ....errors import ErrorCode, InvalidCall, Place, TrueupError


class TransportError(TrueupError):
    """A round trip that gave no complete reply.

    sent: whether any byte of the request may have reached the server. Where it is False, nothing
        was applied; where it is True, the request may have been applied as a whole.
    """

    default_code = ErrorCode.UNAVAILABLE
    default_fix = "call again, and look at the network where it happens often"

    def __init__(self, what: str, *, sent: bool, where: Place, native: str = "") -> None:
        code = ErrorCode.OUTCOME_UNKNOWN if sent else self.default_code
        super().__init__(what, fix=self.default_fix, where=where, code=code, native=native)
        self.sent = sent
        self.retryable = not sent


class ConnectFailed(TransportError):
    """No connection came about; nothing was sent."""

    default_fix = "check the endpoint and the network, then call again"


class TimedOut(TransportError):
    """Time ran out: the call's, the connection's, or that for the next byte."""

    default_code = ErrorCode.DEADLINE_EXCEEDED
    default_fix = "allow more time with within(seconds), or find out what is slow"


class ConnectionLost(TransportError):
    """The connection broke before the reply was complete."""


class ReplyDamaged(TransportError):
    """What came is no reply that can be trusted."""


def closed(where: Place) -> InvalidCall:
    """The error of a call on a wire that was closed."""
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
    """The error of a call whose time ran out before (`sent`: after) it was sent."""
    what = "no complete reply came in time" if sent else "the request could not be sent in time"
    return TimedOut(what, sent=sent, where=where)
