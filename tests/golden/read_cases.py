"""Reads that are asked wrongly: indexes, options, cursors, URLs."""

from __future__ import annotations

import asyncio
from typing import Any

import trueup
from tests.golden.stage import (
    KEY,
    Account,
    Order,
    Stage,
    accounts,
    order,
    orders,
    secret,
    shop,
)
from trueup import Model


def _cursor(stage: Stage) -> str:
    """A cursor of the orders of one customer."""
    stage.orders.put_many([order(number=number) for number in range(3)])
    results = stage.orders.query(secret("ada"))
    results.first()
    assert results.cursor is not None
    return results.cursor


def unknown_index(stage: Stage) -> object:
    return stage.orders.query(secret("red"), index="ByColor").all()


def index_that_does_not_hold_what_is_read(stage: Stage) -> object:
    return stage.orders.query(secret("red"), index="ByColour").all()


def projection_that_the_table_has_not(stage: Stage) -> object:
    class Weights(Model):
        weight: int

    return stage.orders.get(*KEY, projection=Weights)


def limit_of_zero(stage: Stage) -> object:
    return stage.orders.query(secret("ada"), limit=0).all()


def unknown_order(stage: Stage) -> object:
    sideways: Any = "sideways"
    return stage.orders.query(secret("ada"), order=sideways).all()


def segment_that_does_not_exist(stage: Stage) -> object:
    return stage.orders.scan(segment=4, segments=4).all()


def unknown_returning(stage: Stage) -> object:
    both: Any = "both"
    return stage.orders.put(order(), returning=both)


def unknown_access_pattern(stage: Stage) -> object:
    return stage.orders.pattern("by_state", secret("open")).all()


def access_pattern_with_a_value_too_many(stage: Stage) -> object:
    return stage.orders.pattern("by_status", "open", secret("more")).all()


def read_of_no_items_at_one_instant(stage: Stage) -> object:
    return stage.db.transact_get()


def read_inside_a_transaction(stage: Stage) -> object:
    with stage.db.transaction() as tx:
        return tx.get(orders, KEY)


def cursor_of_another_query(stage: Stage) -> object:
    return stage.orders.query(secret("bob"), after=_cursor(stage)).all()


def cursor_of_another_table(stage: Stage) -> object:
    accounts_of_the_shop = stage.db.repository(accounts)
    return accounts_of_the_shop.query(secret("ada"), after=_cursor(stage)).all()


def cursor_that_is_damaged(stage: Stage) -> object:
    return stage.orders.query(secret("ada"), after=_cursor(stage)[:-7]).all()


def cursor_that_is_no_cursor(stage: Stage) -> object:
    return stage.orders.query(secret("ada"), after=f"{secret('cursor')}é").all()


def cursor_that_is_forged(stage: Stage) -> object:
    with trueup.connect("sqlite://", shop, cursor_key=secret("key").encode()) as db:
        return db.repository(orders).query(secret("ada"), after=_cursor(stage)).all()


def url_of_no_engine(_: Stage) -> object:
    return trueup.connect(f"mongodb://ada:{secret('password')}@localhost/shop", shop)


def url_with_an_unknown_option(_: Stage) -> object:
    return trueup.connect(f"sqlite:///{secret('shop')}.db?cache=shared", shop)


def url_with_too_few_slashes(_: Stage) -> object:
    return trueup.connect("sqlite://shop.db", shop)


def closed_database(stage: Stage) -> object:
    stage.db.close()
    return stage.orders.get(*KEY)


def closed_database_on_disk(stage: Stage) -> object:
    stage.fill_file()
    with stage.opened() as db:
        closed = db.repository(orders)
    return closed.put(order())


def batch_outside_of_its_block(stage: Stage) -> object:
    stage.db.batch().put(orders, order())
    return None


def transaction_outside_of_its_block(stage: Stage) -> object:
    stage.db.transaction().put(orders, order())
    return None


def closed_asynchronous_database(stage: Stage) -> object:
    async def read() -> Order | None:
        async with await trueup.connect_async("sqlite://", shop) as db:
            closed = db.repository(orders)
        return await closed.get(*KEY)

    return asyncio.run(read())


def entity_of_another_table(stage: Stage) -> object:
    return stage.db.repository(orders, Account)
