"""A proxy that makes a server's control plane behave as AWS.

    client ──► recorded ──► held? ──► denied? refused? ──► server ──► what AWS would show ──► client

A server of the tests finishes every change at once, and drops some facts. Through the proxy changes
take a while, two of them get in each other's way, and facts are kept. Items are passed on byte for
byte. What it refuses is in `refused`, what was sent in `asked`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.aws_proxy import attached, backups, expiry, items, keys, tables
from tests.aws_proxy.call import Call
from tests.aws_proxy.gates import Gate, Moment
from tests.aws_proxy.looks import Looks
from tests.aws_proxy.permissions import actions_of
from tests.aws_proxy.refused import Refused, access_denied
from tests.aws_proxy.state import Handler, State
from tests.faults.proxy import Asked, Exchange, FaultProxy, Reply

HANDLERS: dict[str, Handler] = {
    **tables.HANDLERS,
    **expiry.HANDLERS,
    **backups.HANDLERS,
    **attached.HANDLERS,
    **items.HANDLERS,
    **keys.HANDLERS,
}

When = Callable[[int, Asked], bool]
"""Whether a request is meant, by its number, from 0, and what it asks."""


@dataclass
class AwsProxy:
    """A proxy that is running.

    state: how AWS behaves, and what it remembers. refused: action and code of each request that was
    refused by rules that the server does not have.
    """

    port: int
    state: State
    _faults: FaultProxy
    refused: list[tuple[str, str]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: iter(range(10**9)))
    _gates: list[tuple[When, Gate]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """The URL for `trueup.connect()`."""
        return f"dynamodb://127.0.0.1:{self.port}"

    @property
    def asked(self) -> list[Asked]:
        """Every request, in order."""
        return self._faults.asked

    def forget(self) -> None:
        """Record from now on; numbers begin at 0 again."""
        with self._lock:
            self._faults.asked.clear()
            self.refused.clear()
            self._numbers = iter(range(10**9))

    def hold(self, when: When | int | str, moment: Moment) -> Gate:
        """A gate for the first request that is meant: by its number, its action, or a function."""
        gate = Gate(moment)
        with self._lock:
            self._gates.append((_when(when), gate))
        return gate

    def release(self) -> None:
        """End what is held, and hold nothing more."""
        with self._lock:
            gates, self._gates = self._gates, []
        for _, gate in gates:
            gate.end()

    def answer(self, exchange: Exchange) -> None:
        """Answer one request."""
        asked = exchange.read()
        gate = self._gate(asked)
        if gate is not None and gate.moment is Moment.BEFORE:
            gate.hold()
        with self._lock:
            reply = self._perform(Call(exchange, asked))
        if gate is not None and gate.moment is Moment.AFTER:
            gate.hold()
        exchange.send(reply.bytes())

    def _gate(self, asked: Asked) -> Gate | None:
        with self._lock:
            number = next(self._numbers)
            for when, gate in self._gates:
                if not gate.is_taken and when(number, asked):
                    gate.is_taken = True
                    return gate
        return None

    def _perform(self, call: Call) -> Reply:
        try:
            for action, table in actions_of(call.asked):
                if action in self.state.denied:
                    raise access_denied(action, _arn(table))
            handler = HANDLERS.get(call.target)
            return call.forward() if handler is None else handler(self.state, call)
        except Refused as refused:
            self.refused.append((call.target, refused.code))
            return refused.reply()


@contextmanager
def aws_before(server: tuple[str, int], looks: Looks | None = None) -> Iterator[AwsProxy]:
    """A proxy before a server; it ends with the block."""
    with FaultProxy(server) as faults:
        proxy = AwsProxy(faults.port, State(looks or Looks()), faults)
        faults.otherwise = proxy.answer
        try:
            yield proxy
        finally:
            proxy.release()


def _when(given: When | int | str) -> When:
    if isinstance(given, int):
        return lambda number, asked: number == given
    if isinstance(given, str):
        return lambda number, asked: asked.target == given
    return given


def _arn(table: str) -> str:
    region, account = "us-east-1", "000000000000"
    return f"arn:aws:dynamodb:{region}:{account}:table/{table or '*'}"
