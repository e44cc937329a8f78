"""The suite as it is shipped: complete, with one test for each name, through the same eyes."""

from __future__ import annotations

import ast
import asyncio
from collections import Counter
from inspect import getattr_static, getsource, iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest

import trueup.testing.suite
from tests.architecture.sources import ROOT
from trueup import (
    AsyncBatch,
    AsyncDatabase,
    AsyncRepository,
    AsyncTransaction,
    Layer,
    connect,
)
from trueup.testing.suite.harness.behaviours import BEHAVIOURS
from trueup.testing.suite.harness.flavour import TWINS, Awaited, awaited
from trueup.testing.suite.tables import PEOPLE, Person

LAYER = Layer("contract", target="dynamodb", tables=[PEOPLE])
SENDS_NOTHING = {"aclose", "subscribe", "unsubscribe"}
# What engines may refuse; their own tests call it.
ON_SOME_ENGINES = {
    "copy_in",
    "copy_out",
    "execute",
    "fetch",
    "fetch_one",
    "nearest",
    "run_in_session",
    "session",
    "stream",
    "tenant",
}
SUITE = Path(trueup.testing.suite.__path__[0])


def test_each_behaviour_has_a_name_of_its_own() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SUITE.rglob("test_*.py")]
    names = Counter(
        node.name
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_")
    )
    assert {name for name, count in names.items() if count > 1} == set()
    assert set(BEHAVIOURS) == set(names)


@pytest.mark.parametrize("name", sorted(BEHAVIOURS))
def test_each_behaviour_takes_the_contract(name: str) -> None:
    test = BEHAVIOURS[name]
    assert iscoroutinefunction(test)
    assert "contract" in test.__code__.co_varnames[: test.__code__.co_argcount]


@pytest.mark.parametrize("handle", [AsyncBatch, AsyncDatabase, AsyncRepository, AsyncTransaction])
def test_each_method_is_called_on_every_wire(handle: type) -> None:
    """All that sends something, so that a wire which spoils one action is found."""
    tests = [test for test in BEHAVIOURS.values() if is_for_every_wire(test)]
    source = "".join(map(getsource, tests))
    names = {name for name in dir(handle) if not name.startswith("_")}
    methods = names - SENDS_NOTHING - ON_SOME_ENGINES
    called = {name for name in methods if f".{name}(" in source}
    assert called == {name for name in methods if callable(getattr(handle, name))}


def test_each_method_that_engines_may_refuse_is_called_on_one() -> None:
    paths = (ROOT / "tests" / "wire" / "postgres").glob("*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in paths)
    assert {name for name in ON_SOME_ENGINES if f".{name}(" in source} == ON_SOME_ENGINES


def is_for_every_wire(test: Any) -> bool:
    return any(mark.name == "every_wire" for mark in getattr(test, "pytestmark", ()))


@pytest.mark.parametrize("blocking", TWINS)
def test_twins_offer_the_same_names(blocking: type) -> None:
    renamed = {"close": "aclose"}
    names = {name for name in vars(blocking) if not name.startswith("_")}
    twin = TWINS[blocking]
    assert {renamed.get(name, name) for name in names} == {
        name for name in vars(twin) if not name.startswith("_")
    }
    assert all(getattr_static(twin, renamed.get(name, name), None) for name in names)


async def use_database() -> list[str]:
    database = awaited(connect("sqlite://", LAYER))
    async with database:
        await database.create_tables()
        people = database.repository(PEOPLE)
        await people.put_many([Person(id="a"), Person(id="b")])
        assert isinstance(people.scan(), Awaited)
        return [one.id async for one in people.scan()]


def test_blocking_database_can_be_awaited() -> None:
    assert sorted(asyncio.run(use_database())) == ["a", "b"]
