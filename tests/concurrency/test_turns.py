"""Turns: the queue that callers wait in for a few connections."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.waiting import wait_until
from trueup.engines.turns import Turns


class TooLate(Exception):
    """What these callers raise after their deadline."""


def take(turns: Turns, result: object = None, within_s: float = 10) -> object:
    return turns.run(lambda: result, time.monotonic() + within_s, TooLate)


@contextmanager
def taken(turns: Turns) -> Iterator[threading.Event]:
    """One turn that another thread holds, until the block ends or sets the event."""
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        entered.set()
        leave.wait(10)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(turns.run, hold, time.monotonic() + 10, TooLate)
        entered.wait(10)
        yield leave
        leave.set()


def wait_for(turns: Turns, count: int) -> None:
    wait_until(lambda: len(turns) >= count)


def test_turns_are_taken_in_the_order_of_their_calls() -> None:
    turns, order = Turns(), list[int]()
    with ThreadPoolExecutor(6) as threads, taken(turns):
        for number in range(6):
            threads.submit(
                turns.run, lambda n=number: order.append(n), time.monotonic() + 10, TooLate
            )
            wait_for(turns, number + 2)
    assert order == list(range(6))
    assert not turns


def test_as_many_go_on_at_a_time_as_are_allowed() -> None:
    turns = Turns(most=2)
    with taken(turns):
        assert take(turns, "second") == "second"
        with taken(turns), pytest.raises(TooLate):
            take(turns, within_s=0.01)
    assert not turns


def test_a_turn_that_nobody_told_of_is_found_by_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an interrupt between leaving and telling the next."""
    monkeypatch.setattr(Turns, "_wake_next", lambda _: None)
    turns = Turns()
    with ThreadPoolExecutor(1) as threads, taken(turns) as leave:
        waiting = threads.submit(take, turns, "mine")
        wait_for(turns, 2)
        leave.set()
        assert waiting.result() == "mine"


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt])
def test_a_turn_is_given_up_whatever_the_work_raises(error: type[BaseException]) -> None:
    turns = Turns()

    def fail() -> None:
        raise error

    with pytest.raises(error):
        turns.run(fail, time.monotonic() + 10, TooLate)
    assert take(turns, "next") == "next"
