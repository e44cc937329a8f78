"""Runs of apply that are killed or stopped at each request: the next run converges, and a run that
goes on after its lease changes nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import trueup
from tests.lifecycle.places import SHOP, Order, Place, Time, shop
from trueup.lifecycle.apply import apply
from trueup.lifecycle.clocks import Clocks
from trueup.lifecycle.inspection import Intent, Target, inspect
from trueup.lifecycle.state.lock import LEASE_S, acquire
from trueup.lifecycle.state.records import Ownership
from trueup.lifecycle.state.store import Store
from trueup.operations import Request, Wire
from trueup.schema.hazard import Allowance

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and signals")

PRUNE = Intent(frozenset({Allowance.PRUNE}))
BEFORE = shop(more=("Former",))
AFTER = shop(more=("Users", "Carts"))
MOST_REQUESTS = 200


class Counting:
    """A wire that does something just before, or just after, its nth request."""

    def __init__(self, wire: Wire, number: int, act: Callable[[], None], *, after: bool) -> None:
        self.wire = wire
        self.number = number
        self.act = act
        self.after = after

    def perform(self, request: Request[Any], deadline: float) -> Any:
        self.number -= 1
        if self.number == 0 and not self.after:
            self.act()
        reply = self.wire.perform(request, deadline)
        if self.number == 0 and self.after:
            self.act()
        return reply

    def close(self) -> None:
        self.wire.close()


def kill() -> None:
    """End this process, at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def stop() -> None:
    """Stop this process. When it goes on, its lease has ended."""
    os.kill(os.getpid(), signal.SIGSTOP)
    before = time.monotonic
    time.monotonic = lambda: before() + LEASE_S


def forked(
    place: Place, number: int, act: Callable[[], None], *, after: bool = False, clocks: Clocks
) -> int:
    """A process that applies AFTER, and does something at its nth request."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        with place.opened(AFTER) as target:
            wire = Counting(target.opened.runner.wire, number, act, after=after)
            counted = replace(target.opened, runner=replace(target.opened.runner, wire=wire))
            apply(Target(counted, Store(counted, target.store.name), SHOP), PRUNE, clocks=clocks)
        code = 0
    except trueup.TrueupError as error:
        code = 3 if isinstance(error, trueup.Blocked) else 4
    finally:
        os._exit(code)


def prepare(place: Place) -> None:
    """A table with items, and one that is not declared any more."""
    with place.opened(BEFORE) as target:
        apply(target, Intent(), clocks=Time(1e9, time.monotonic()).clocks)
    with trueup.connect(place.url, BEFORE, table_names=f"{place.prefix}{{table}}") as db:
        db.repository(BEFORE.tables[0]).put_many([Order(id=str(n)) for n in range(50)])


def dump(place: Place) -> str:
    """Everything that the file holds."""
    path = place.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump())


@pytest.mark.case("S45")
@pytest.mark.parametrize("after", [False, True])
def test_run_killed_at_any_request_is_gone_on_with(tmp_path: Path, after: bool) -> None:
    for number in range(1, MOST_REQUESTS):
        place = Place(f"sqlite:///{tmp_path}/{number}.db", "beta-")
        prepare(place)
        moment = Time(2e9, time.monotonic())
        child = forked(place, number, kill, after=after, clocks=moment.clocks)
        _, status = os.waitpid(child, 0)
        moment.pass_by(LEASE_S)
        with place.opened(AFTER) as target:
            apply(target, PRUNE, clocks=moment.clocks)
            check_converged(target, place)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            assert number > 10
            return
    pytest.fail("the run never came to its end")


def check_converged(target: Target, place: Place) -> None:
    sides = inspect(target)
    assert sides.plan(PRUNE).changes == ()
    assert set(sides.live) == {f"beta-{name}" for name in ("Orders", "Users", "Carts")}
    assert set(sides.records) == set(sides.live)
    assert {one.ownership for one in sides.records.values()} == {Ownership.CREATED}
    assert not any(lock.run_id for lock in target.store.locks())
    with trueup.connect(place.url, AFTER, table_names="beta-{table}") as db:
        assert len(db.repository(AFTER.tables[0]).scan().all()) == 50


def test_run_stopped_past_its_lease_changes_nothing(tmp_path: Path) -> None:
    for number in range(1, MOST_REQUESTS):
        place = Place(f"sqlite:///{tmp_path}/{number}.db", "beta-")
        prepare(place)
        child = forked(place, number, stop, clocks=Clocks(lambda: 2e9))
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            assert os.WEXITSTATUS(status) == 0
            assert number > 10
            return
        with place.opened(AFTER) as target:
            acquire(target.store, SHOP, "other", "other", Time(2e9 + LEASE_S, 0.0).clocks)
        before = dump(place)
        os.kill(child, signal.SIGCONT)
        _, status = os.waitpid(child, 0)
        assert dump(place) == before
        assert os.WEXITSTATUS(status) in (3, 4)
    pytest.fail("the run never came to its end")
