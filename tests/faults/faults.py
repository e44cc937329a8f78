"""The faults, and what each of them has done to the request that it met."""

from __future__ import annotations

import json
import select
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from tests.faults.proxy import Answer, Exchange, FaultProxy, Hangup, Reply


class Effect(Enum):
    """What became of the request, and what its sender can know of that."""

    NOT_APPLIED = "the server did not do it, and said so, or was never reached"
    IN_DOUBT = "the server did not do it, but its sender cannot know"
    APPLIED = "the server did it, but its sender cannot know"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. answer: None where no connection comes about."""

    name: str
    effect: Effect
    answer: Answer | None

    def inject(self, proxy: FaultProxy, *numbers: int) -> None:
        """Let it happen to the requests with these numbers."""
        for number in numbers:
            if self.answer is None:
                proxy.refuse_at(number)
            else:
                proxy.script[number] = self.answer


def error_reply(status: int, code: str, **more: object) -> Reply:
    """A reply of DynamoDB that reports an error."""
    name = f"com.amazonaws.dynamodb.v20120810#{code}"
    return Reply(status, json.dumps({"__type": name, "message": "fault", **more}).encode())


THROTTLED_BY = "TableWriteProvisionedThroughputExceeded"
THROTTLE = error_reply(
    400,
    "ProvisionedThroughputExceededException",
    ThrottlingReasons=[{"reason": THROTTLED_BY, "resource": "arn:aws:dynamodb:::table/T"}],
)
SERVER_ERROR = error_reply(500, "InternalServerError")
UNAVAILABLE = error_reply(503, "ServiceUnavailable")


def instead(reply: Reply) -> Answer:
    """Answer with this, and let the server know nothing of the request."""

    def answer(exchange: Exchange) -> None:
        exchange.read()
        exchange.send(reply.bytes())

    return answer


def after_commit(reply: Reply) -> Answer:
    """Answer with this when the server has done it."""

    def answer(exchange: Exchange) -> None:
        exchange.forward()
        exchange.send(reply.bytes())

    return answer


def close_unread(exchange: Exchange) -> None:
    """The connection ends when the request begins to come."""
    exchange.reset()


def close_before_commit(exchange: Exchange) -> None:
    exchange.read()
    raise Hangup


def close_after_commit(exchange: Exchange) -> None:
    exchange.forward()
    raise Hangup


def reset_after_commit(exchange: Exchange) -> None:
    exchange.forward()
    exchange.reset()


def truncate(exchange: Exchange) -> None:
    reply = exchange.forward()
    exchange.send(reply.bytes()[: -(len(reply.body) + 1) // 2])
    raise Hangup


def damage(exchange: Exchange) -> None:
    exchange.send(exchange.forward().bytes(crc32=1))


def drip(exchange: Exchange) -> None:
    """The reply comes byte by byte, each later than the one before, until the client gives up."""
    pause_s = 0.04
    for byte in exchange.forward().bytes():
        exchange.send(bytes([byte]))
        if select.select([exchange.client], [], [], pause_s)[0]:
            raise Hangup
        pause_s *= 4


def meanwhile(others: Callable[[], object], *, is_applied: bool) -> Answer:
    """Do the request or do not, let others do what they do, and end without a reply."""

    def answer(exchange: Exchange) -> None:
        if is_applied:
            exchange.forward()
        else:
            exchange.read()
        others()
        raise Hangup

    return answer


_NOT_APPLIED, _IN_DOUBT, _APPLIED = Effect

THROTTLED = Fault("throttle", _NOT_APPLIED, instead(THROTTLE))
REFUSED = Fault("refused_connection", _NOT_APPLIED, None)
LOST = Fault("lost_after_commit", _APPLIED, close_after_commit)
SWALLOWED = Fault("closed_before_commit", _IN_DOUBT, close_before_commit)
DRIP = Fault("drip", _APPLIED, drip)

FAULTS = (
    THROTTLED,
    REFUSED,
    Fault("busy_503", _IN_DOUBT, instead(UNAVAILABLE)),
    Fault("closed_unread", _IN_DOUBT, close_unread),
    SWALLOWED,
    Fault("busy_500", _IN_DOUBT, instead(SERVER_ERROR)),
    LOST,
    Fault("failed_500_after_commit", _APPLIED, after_commit(SERVER_ERROR)),
    Fault("reset_after_commit", _APPLIED, reset_after_commit),
    Fault("truncated", _APPLIED, truncate),
    Fault("bad_crc", _APPLIED, damage),
    DRIP,
)
