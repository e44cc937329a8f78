"""A recorder lets a handler do what its function declares, and fails it at the first call more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.infra.permissions.calls import CALLS, NOW_S, PAST_S, Act, declaring, expire, fill
from tests.infra.permissions.shop import ORDERS, TABLES, VERSIONED, Order, Versioned
from trueup import Layer, at, connect, connect_async
from trueup.model.declarations.access import Access
from trueup.testing.recording import UndeclaredCall, recorded

LAYER = Layer("shop", target="dynamodb", tables=TABLES)


@pytest.fixture
def db() -> Iterator[Any]:
    now = [PAST_S - 1]
    with connect("sqlite://", LAYER, clock=lambda: now[0]) as opened:
        fill(opened)
        expire(opened)
        now[0] = NOW_S
        yield opened


@pytest.mark.parametrize(("access", "act"), CALLS, ids=[str(access) for access, _ in CALLS])
def test_declared_call_passes_and_counts_as_called(db: Any, access: Access, act: Act) -> None:
    with recorded(db, declaring(access)) as recording:
        act(db)
    assert recording.uncalled == ()
    assert set(recording.called) <= recording.declared


@pytest.mark.parametrize(("access", "act"), CALLS, ids=[str(access) for access, _ in CALLS])
def test_undeclared_call_fails_before_it_is_sent(db: Any, access: Access, act: Act) -> None:
    with pytest.raises(UndeclaredCall), recorded(db, declaring()):
        act(db)


def test_error_names_table_action_and_index_and_what_is_declared(db: Any) -> None:
    function = declaring(ORDERS.get, VERSIONED.create)
    with pytest.raises(UndeclaredCall) as caught, recorded(db, function):
        db.repository(ORDERS).pattern("orders_in_status", "new").all()
    assert str(caught.value) == (
        "the function 'work' called what it does not declare\n"
        "  Query on orders, index ByStatus\n"
        "it declares\n"
        "  GetItem on orders\n"
        "  PutItem on versioned\n"
        f"add it to reads= or writes= at {function.declared_at}, or do not call it"
    )


@pytest.mark.parametrize("options", [{}, {"index": "ByNumber"}], ids=str)
def test_pattern_on_an_index_declares_no_other_index_and_not_the_table(
    db: Any, options: dict[str, str]
) -> None:
    query = db.repository(ORDERS).query(1 if options else "a", **options)
    with pytest.raises(UndeclaredCall), recorded(db, declaring(ORDERS.pattern("orders_in_status"))):
        query.all()


def test_nothing_is_written_by_an_undeclared_call(db: Any) -> None:
    with pytest.raises(UndeclaredCall), recorded(db, declaring(ORDERS.get)):
        db.repository(ORDERS).delete("a", 1)
    assert db.repository(ORDERS).exists("a", 1)


@pytest.mark.case("S30")
def test_error_that_the_handler_swallows_fails_the_test_all_the_same(db: Any) -> None:
    def handle() -> None:
        with suppress(AssertionError), db.transaction() as tx:
            tx.put(ORDERS, Order(customer="z", number=1))
            tx.check(VERSIONED, "a", at(Versioned.text) == "")

    with pytest.raises(UndeclaredCall) as caught, recorded(db, declaring(ORDERS.put)):
        handle()
    assert [str(one) for one in caught.value.calls] == ["ConditionCheckItem on versioned"]
    assert not db.repository(ORDERS).exists("z", 1)


def test_own_error_of_the_handler_is_not_hidden(db: Any) -> None:
    def handle() -> None:
        with suppress(UndeclaredCall):
            db.repository(VERSIONED).get("a")
        raise KeyError

    with pytest.raises(KeyError), recorded(db, declaring(ORDERS.get)):
        handle()


def test_what_is_declared_and_not_called_is_listed(db: Any) -> None:
    with recorded(db, declaring(ORDERS.get, ORDERS.scan(), VERSIONED.delete)) as recording:
        db.repository(ORDERS).get("a", 1)
    assert recording.uncalled == (ORDERS.scan(), VERSIONED.delete)


def test_calls_after_the_block_are_not_recorded(db: Any) -> None:
    with recorded(db, declaring()) as recording:
        pass
    db.repository(ORDERS).get("a", 1)
    assert recording.called == []


def test_handler_that_makes_tables_is_told(db: Any) -> None:
    with pytest.raises(UndeclaredCall), recorded(db, declaring(ORDERS.get)):
        db.create_tables()


def test_async_database_is_recorded_too() -> None:
    async def handle() -> list[str]:
        async with await connect_async("sqlite://", LAYER) as db:
            await db.create_tables()
            with recorded(db, declaring(ORDERS.get)) as recording:
                await db.repository(ORDERS).get("a", 1)
            with pytest.raises(UndeclaredCall), recorded(db, declaring(ORDERS.get)):
                await db.repository(ORDERS).put(Order(customer="a", number=1))
            return [str(one) for one in recording.called]

    assert asyncio.run(handle()) == ["GetItem on orders"]
