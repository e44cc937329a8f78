"""Writes that what is stored forbids, and write sets that cannot be."""

from __future__ import annotations

from decimal import Decimal

from tests.golden.stage import (
    KEY,
    SECRET_NUMBER,
    Account,
    Order,
    Stage,
    Status,
    accounts,
    order,
    orders,
    secret,
)
from trueup import at


def condition_that_is_false(stage: Stage) -> object:
    stage.orders.put(order(status=Status.OPEN))
    return stage.orders.delete(*KEY, only_if=Order.status == Status.PAID)


def create_of_what_is_stored(stage: Stage) -> object:
    stage.orders.put(order())
    return stage.orders.create(order())


def update_of_what_is_not_stored(stage: Stage) -> object:
    return stage.orders.update(KEY, at(Order.total).assign(Decimal(SECRET_NUMBER)))


def version_that_is_not_the_stored_one(stage: Stage) -> object:
    stage.db.repository(accounts).put(Account(id=secret("1")))
    return stage.db.repository(accounts).put(Account(id=secret("1"), version=7))


def version_missing_in_an_update(stage: Stage) -> object:
    change = at(Account.owner).assign(secret("ada"))
    return stage.db.repository(accounts).update(secret("1"), change)


def version_changed_by_an_update(stage: Stage) -> object:
    return stage.db.repository(accounts).update(
        secret("1"), at(Account.version).assign(SECRET_NUMBER), version=1
    )


def version_of_a_table_without_one(stage: Stage) -> object:
    return stage.orders.update(KEY, at(Order.total).add(1), version=SECRET_NUMBER)


def required_attribute_taken_away(stage: Stage) -> object:
    from tests.golden.stage import Shop, shops

    return stage.db.repository(shops).update_or_create(
        secret("1"), at(Shop.region).assign(secret("r")), at(Shop.city).remove()
    )


def delete_that_returns_something_new(stage: Stage) -> object:
    return stage.orders.delete(*KEY, returning="new")


def transaction_that_is_cancelled(stage: Stage) -> object:
    stage.orders.put(order())
    with stage.db.transaction() as tx:
        tx.put(accounts, Account(id=secret("1")))
        tx.create(orders, order())
        tx.check(accounts, secret("2"), Account.balance > 0)
    return tx.results


def transaction_of_101_actions(stage: Stage) -> object:
    with stage.db.transaction() as tx:
        for number in range(101):
            tx.put(orders, order(number=number))
    return tx.results


def transaction_above_4_mb(stage: Stage) -> object:
    with stage.db.transaction() as tx:
        for number in range(11):
            tx.put(orders, order(number=number, notes=secret("x" * 400_000)))
    return tx.results


def transact_get_of_one_item_twice(stage: Stage) -> object:
    return stage.db.transact_get((orders, KEY), (orders, KEY))


def transaction_with_two_actions_on_one_item(stage: Stage) -> object:
    with stage.db.transaction() as tx:
        tx.put(orders, order())
        tx.delete(orders, *KEY)
    return tx.results


def transaction_with_a_change_that_does_not_fit(stage: Stage) -> object:
    stage.orders.put(order(notes=secret("text")))
    with stage.db.transaction() as tx:
        tx.update(orders, KEY, at(Order.notes).add(SECRET_NUMBER))
    return tx.results


def batch_with_an_item_that_cannot_be_stored(stage: Stage) -> None:
    stage.orders.put_many([order(), order(customer="")])
