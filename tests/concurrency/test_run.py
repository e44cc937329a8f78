"""run() and run_async(): effects, errors and deadlines, on wires without an engine."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from typing import Any

import pytest

from tests.unit.operations.wires import FLAVOURS, Flavour, Wire, drive, request
from trueup.errors import DeadlineExceeded, NotFound, TrueupError, Unavailable
from trueup.operations import (
    Operation,
    Request,
    RequestEvent,
    RequestFinished,
    RequestStarted,
    run_async,
)
from trueup.operations.operation import gather, send, sleep

pytestmark = pytest.mark.parametrize("flavour", FLAVOURS)

BUSY = Unavailable("The database is locked.", fix="wait")
MISSING = NotFound("There is no such item.", fix="create it")


def test_a_reply_is_decoded_and_given_to_the_operation(flavour: Flavour) -> None:
    def operation() -> Operation[int]:
        first: int = yield from send(request("GetItem", int))
        second: int = yield from send(request("Query", len))
        return first + second

    wire = Wire("40", "ab")
    assert drive(flavour, operation(), wire) == 42
    assert wire.performed == ["GetItem", "Query"]


def test_an_operation_may_handle_an_error_and_go_on(flavour: Flavour) -> None:
    def operation() -> Operation[str]:
        try:
            yield from send(request())
        except Unavailable:
            yield from sleep(0)
        reply: str = yield from send(request("PutItem"))
        return reply

    wire = Wire(BUSY, "done")
    assert drive(flavour, operation(), wire) == "done"
    assert wire.performed == ["GetItem", "PutItem"]


def test_an_error_of_the_decoder_is_the_operations_too(flavour: Flavour) -> None:
    def refuse(_: object) -> object:
        raise MISSING

    def operation() -> Operation[str]:
        try:
            yield from send(request(decode=refuse))
        except NotFound:
            return "handled"
        return "unnoticed"

    assert drive(flavour, operation(), Wire(None)) == "handled"


def test_an_error_that_is_not_handled_is_raised(flavour: Flavour) -> None:
    with pytest.raises(NotFound) as caught:
        drive(flavour, send(request()), Wire(MISSING))
    assert caught.value is MISSING


@pytest.mark.parametrize("error", [KeyError("k"), KeyboardInterrupt(), SystemExit(3)])
def test_a_foreign_error_closes_the_operation(flavour: Flavour, error: BaseException) -> None:
    """Only errors of ours are an operation's business."""
    ends: list[str] = []

    def operation() -> Operation[None]:
        try:
            yield from send(request())
        except TrueupError:
            ends.append("caught")
        finally:
            ends.append("closed")

    with pytest.raises(type(error)):
        drive(flavour, operation(), Wire(error))
    assert ends == ["closed"]


def test_a_sleep_waits(flavour: Flavour) -> None:
    began = time.monotonic()
    drive(flavour, sleep(0.02), Wire())
    assert time.monotonic() - began >= 0.02


def test_a_sleep_beyond_the_deadline_is_refused_at_once(flavour: Flavour) -> None:
    def operation() -> Operation[str]:
        try:
            yield from sleep(60)
        except DeadlineExceeded:
            return "told"
        return "slept"

    assert drive(flavour, operation(), Wire(), within_s=5) == "told"


def test_every_request_is_given_the_one_deadline(flavour: Flavour) -> None:
    def operation() -> Operation[None]:
        yield from send(request())
        yield from sleep(0.01)
        yield from gather([send(request()) for _ in range(3)], 2)

    wire = Wire(*range(4))
    drive(flavour, operation(), wire, within_s=7)
    assert len(set(wire.deadlines)) == 1
    assert wire.deadlines[0] == pytest.approx(time.monotonic() + 7, abs=5)


def test_a_gather_answers_in_the_order_of_its_operations(flavour: Flavour) -> None:
    def slowly(delay_s: float) -> Operation[float]:
        yield from sleep(delay_s)
        return delay_s

    delays = [0.03, 0.0, 0.02, 0.01]
    assert drive(flavour, gather([slowly(delay) for delay in delays], 4), Wire()) == delays


def test_a_gather_of_one_is_no_gather(flavour: Flavour) -> None:
    assert isinstance(next(gather([send(request())], 8)), Request)
    assert drive(flavour, gather([send(request())], 8), Wire("reply")) == ["reply"]


def test_a_gather_of_none_answers_nothing(flavour: Flavour) -> None:
    assert drive(flavour, gather([], 8), Wire()) == []


def test_gathers_nest(flavour: Flavour) -> None:
    def pair() -> Operation[list[Any]]:
        return gather([send(request()), send(request())], 2)

    wire = Wire(*"abcdef")
    found = drive(flavour, gather([pair() for _ in range(3)], 2), wire)
    assert sorted(reply for replies in found for reply in replies) == list("abcdef")


class Meeting:
    """A wire whose requests wait until `size` of them are there: fewer would wait for ever."""

    def __init__(self, size: int) -> None:
        self.barrier = threading.Barrier(size, timeout=10)
        self.size = size
        self.present = 0
        self.most = 0
        self.lock = threading.Lock()

    def perform(self, _: Request[Any], __: float) -> None:
        """Meet the others of this round."""
        with self.lock:
            self.present += 1
            self.most = max(self.most, self.present)
        self.barrier.wait()
        with self.lock:
            self.present -= 1

    def close(self) -> None:
        """Nothing is open."""


class AwaitableMeeting:
    """The same among tasks."""

    def __init__(self, size: int) -> None:
        self.barrier = asyncio.Barrier(size)
        self.present = 0
        self.most = 0

    async def perform(self, _: Request[Any], __: float) -> None:
        """Meet the others of this round."""
        self.present += 1
        self.most = max(self.most, self.present)
        await asyncio.wait_for(self.barrier.wait(), 10)
        self.present -= 1

    async def aclose(self) -> None:
        """Nothing is open."""


def test_a_gather_runs_as_many_at_a_time_as_its_limit(flavour: Flavour) -> None:
    operation = gather([send(request()) for _ in range(6)], 3)
    if flavour == "sync":
        wire = Meeting(3)
        drive("sync", operation, wire)  # type: ignore[arg-type]  # any wire will do
        assert wire.most == 3
        return

    async def body() -> int:
        wire = AwaitableMeeting(3)
        await run_async(operation, wire, time.monotonic() + 10)
        return wire.most

    assert asyncio.run(body()) == 3


def test_a_failure_stops_the_operations_that_have_not_begun(flavour: Flavour) -> None:
    operations = [send(request(action)) for action in ("first", "second", "third", "fourth")]
    wire = Wire("reply", MISSING, "never", "never")
    with pytest.raises(NotFound) as caught:
        drive(flavour, gather(operations, 1), wire)
    assert caught.value is MISSING
    assert wire.performed == ["first", "second"]
    assert {inspect.getgeneratorstate(one) for one in operations} == {"GEN_CLOSED"}


def test_a_failure_waits_for_the_operations_that_run(flavour: Flavour) -> None:
    ended: list[str] = []

    def slow() -> Operation[None]:
        try:
            yield from sleep(0.05)
        finally:
            ended.append("slow")

    with pytest.raises(NotFound):
        drive(flavour, gather([slow(), send(request())], 2), Wire(MISSING))
    assert ended == ["slow"]


def test_an_operation_may_handle_the_failure_of_a_gather(flavour: Flavour) -> None:
    def operation() -> Operation[str]:
        try:
            yield from gather([send(request()), send(request())], 1)
        except NotFound:
            reply: str = yield from send(request())
            return reply
        return "unnoticed"

    assert drive(flavour, operation(), Wire("reply", MISSING, "recovered")) == "recovered"


def test_a_foreign_error_in_a_gather_is_raised_as_it_is(flavour: Flavour) -> None:
    operations = [send(request()) for _ in range(3)]
    with pytest.raises(KeyError):
        drive(flavour, gather(operations, 1), Wire("reply", KeyError("k"), "never"))
    assert {inspect.getgeneratorstate(one) for one in operations} == {"GEN_CLOSED"}


def test_subscribers_are_told_when_a_request_begins_and_ends(flavour: Flavour) -> None:
    events: list[RequestEvent] = []
    drive(flavour, send(request()), Wire("reply"), emit=events.append)
    started, finished = events
    assert started == RequestStarted("", "GetItem", "Orders", None, 1)
    assert isinstance(finished, RequestFinished)
    assert (finished.action, finished.table, finished.error) == ("GetItem", "Orders", None)
    assert 0 <= finished.duration_s < 10


@pytest.mark.parametrize(
    ("error", "name"),
    [(MISSING, "not-found"), (KeyError("k"), "KeyError")],
    ids=["ours", "foreign"],
)
def test_subscribers_are_told_of_errors(flavour: Flavour, error: Exception, name: str) -> None:
    events: list[RequestEvent] = []
    with pytest.raises(type(error)):
        drive(flavour, send(request()), Wire(error), emit=events.append)
    assert [event.error for event in events if isinstance(event, RequestFinished)] == [name]


def test_subscribers_are_told_of_every_request_of_a_gather(flavour: Flavour) -> None:
    events: list[RequestEvent] = []
    drive(flavour, gather([send(request()) for _ in range(3)], 3), Wire(*"abc"), emit=events.append)
    assert sum(isinstance(event, RequestFinished) for event in events) == 3
