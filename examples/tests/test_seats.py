"""Seats: the same tests on each database, with a clock that the test turns."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from examples.tested.seats import Hold, held, hold, holds, layer
from trueup import Repository, connect


class Clock:
    """The time by which items expire; a test moves it on."""

    def __init__(self) -> None:
        self.moved_s = 0.0

    def __call__(self) -> float:
        return time.time() + self.moved_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def repo(database_url: str, clock: Clock) -> Iterator[Repository[Hold]]:
    with connect(database_url, layer, clock=clock) as db:
        db.create_tables()
        yield db.repository(holds)


def test_seat_is_held_by_one(repo: Repository[Hold]) -> None:
    assert hold(repo, "hamlet", "a1", "ada")
    assert not hold(repo, "hamlet", "a1", "bob")
    assert held(repo, "hamlet") == ["a1"]


def test_seat_is_free_when_its_hold_has_expired(repo: Repository[Hold], clock: Clock) -> None:
    assert hold(repo, "hamlet", "a1", "ada", minutes=5)
    clock.moved_s = 301
    assert held(repo, "hamlet") == []
    assert hold(repo, "hamlet", "a1", "bob", minutes=60)
    assert held(repo, "hamlet") == ["a1"]
