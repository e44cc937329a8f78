"""Entities by other names, by their keys, and by no name that is known: old and new programs side
by side on one table, and items that others wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ....errors import ConditionFailed, ErrorCode, NeedsOperator
from ....expressions import at
from ....model import Entity, Model, Table, Unreadable, composed
from ....repository import AsyncRepository
from ..harness.contract import Contract
from ..harness.refusals import refused


class Entry(Model):
    """The keys of all entities."""

    owner: str
    key: str


class Bill(Entry):
    """What was called Invoice once."""

    amount: int = 0


class Note(Entry):
    """An entity that older programs do not know."""

    text: str = ""


class Invoice(Entry):
    """The same as a bill, in an older program."""

    amount: int = 0


NEW = Table(
    "Shared",
    Entry,
    partition="owner",
    sort="key",
    entities=[Entity(Bill, name="bill", aliases=["Invoice"]), Note],
)
OLD: Table[Any] = Table("Shared", Entry, partition="owner", sort="key", entities=[Invoice])
OF_ALL_TIMES = Entity(Invoice, aliases=["bill"])
SKIPPING = replace(OLD, unknown_entities="skip", entities=[OF_ALL_TIMES])
BASE = replace(OLD, unknown_entities="base", entities=[OF_ALL_TIMES])
BILL = Bill(owner="o", key="1", amount=5)
NOTE = Note(owner="o", key="2", text="x")
INVOICE = Invoice(owner="o", key="3", amount=7)


async def side_by_side(contract: Contract, old: Table[Any] = SKIPPING) -> AsyncRepository[Any]:
    """The repository of an older program, over what a newer one wrote, and itself."""
    new = await contract.repository(NEW)
    await new.put(BILL)
    await new.put(NOTE)
    found = await contract.repository(old)
    await found.put(INVOICE)
    return found


async def test_item_of_a_former_name_is_read_as_its_entity(contract: Contract) -> None:
    await side_by_side(contract)
    bills = await contract.repository(NEW, Bill)
    renamed = Bill(owner="o", key="3", amount=7)
    assert await bills.query("o").all() == [BILL, renamed]
    assert await bills.get("o", "3") == renamed
    assert await bills.count("o") == 2
    assert (await bills.delete("o", "3")).existed


async def test_update_of_a_former_name_keeps_it_and_a_put_gives_the_present(
    contract: Contract,
) -> None:
    old = await side_by_side(contract, OLD)
    bills = await contract.repository(NEW, Bill)
    await bills.update(("o", "3"), at(Bill.amount).add(1))
    assert await old.get("o", "3") == Invoice(owner="o", key="3", amount=8)
    await bills.put(Bill(owner="o", key="3", amount=9))
    with refused(NeedsOperator) as refusal:
        await old.get("o", "3")
    assert refusal.says("names no entity")


async def test_unknown_entity_ends_a_read_unless_the_table_says_more(contract: Contract) -> None:
    old = await side_by_side(contract, OLD)
    with refused(ErrorCode.UNREADABLE_ITEM):
        await old.query("o").all()
    assert await (await contract.repository(OLD, Invoice)).query("o").all() == [INVOICE]


async def test_unknown_entity_is_left_out_and_counted(contract: Contract) -> None:
    old = await side_by_side(contract)
    for results in (old.query("o"), old.scan(), old.query("o", page_size=1)):
        found = await results.all()
        assert [item.key for item in sorted(found, key=lambda one: one.key)] == ["1", "3"]
        assert results.skipped == 1
    assert await old.get("o", "2") is None
    assert await old.exists("o", "2") is False
    assert await old.get_many([("o", "2"), ("o", "3")]) == [None, INVOICE]


async def test_limit_counts_what_is_not_left_out(contract: Contract) -> None:
    old = await side_by_side(contract)
    results = old.query("o", limit=2)
    assert [item.key for item in await results.all()] == ["1", "3"]
    first = old.query("o", limit=1)
    assert [item.key for item in await first.all()] == ["1"]
    assert [item.key for item in await old.query("o", after=first.cursor).all()] == ["3"]


async def test_unknown_entity_is_read_as_the_base(contract: Contract) -> None:
    old = await side_by_side(contract, BASE)
    bill, note, invoice = await old.query("o").all()
    assert (type(bill), type(note), invoice) == (Invoice, Entry, INVOICE)
    assert (note.owner, note.key) == ("o", "2")
    with refused(ErrorCode.WRONG_TYPE):
        await old.put(note)


async def test_item_that_fits_no_model_is_skipped_or_given_raw(contract: Contract) -> None:
    old = await side_by_side(contract, OLD)
    skipping = old.query("o", on_unreadable="skip")
    assert await skipping.all() == [INVOICE]
    assert skipping.skipped == 2
    bill, note, invoice = await old.query("o", on_unreadable="raw").all()
    assert isinstance(bill, Unreadable)
    assert isinstance(note, Unreadable)
    assert {"owner": "o", "key": "2", "entity": "Note"}.items() <= note.item.items()
    assert note.error.code is ErrorCode.UNREADABLE_ITEM
    assert "x" not in repr(note).replace("text", "")
    assert invoice == INVOICE
    assert await old.get("o", "2", on_unreadable="skip") is None
    assert await old.get("o", "2", on_unreadable="raw") == note
    assert await old.exists("o", "2")
    found = await old.get_many([("o", "2"), ("o", "3")], on_unreadable="raw")
    assert found == [note, INVOICE]
    assert len(await old.scan(on_unreadable="raw").all()) == 3


async def test_item_that_fits_no_model_can_be_replaced(contract: Contract) -> None:
    old = await side_by_side(contract, OLD)
    await old.put(Invoice(owner="o", key="2", amount=1))
    assert await old.get("o", "2") == Invoice(owner="o", key="2", amount=1)


@pytest.mark.every_wire
async def test_collection_groups_a_partition(contract: Contract) -> None:
    await side_by_side(contract)
    entries = await contract.repository(NEW)
    found = await entries.collection("o")
    assert [bill.amount for bill in found.of(Bill)] == [5, 7]
    assert found.first(Note) == NOTE
    assert found.first(Invoice) is None
    assert len(found) == 3
    assert [item.key for item in found] == ["1", "2", "3"]
    assert repr(found) == "Collection(2 Bill, 1 Note)"


class Row(Model):
    """The keys that others composed, without a name for the entity."""

    pk: str
    sk: str


class User(Row):
    """The head of a partition."""

    name: str = ""


class Order(Row):
    """What a user bought."""

    total: int = 0


OTHERS = Table("Foreign", Row, partition="pk", sort="sk")
BY_KEY = Table(
    "Foreign",
    Row,
    partition="pk",
    sort="sk",
    discriminator="",
    entities=[
        Entity(User, begins={"pk": "USER#", "sk": "PROFILE"}),
        Entity(Order, begins={"sk": "ORDER#"}),
    ],
)
NAMED = replace(BY_KEY, discriminator="kind")
USER = User(pk="USER#a", sk="PROFILE", name="Ada")
ORDER = Order(pk="USER#a", sk="ORDER#1", total=3)


@pytest.mark.parametrize("table", [BY_KEY, NAMED])
async def test_items_without_a_name_are_known_by_their_keys(
    contract: Contract, table: Table[Row]
) -> None:
    writer = await contract.repository(table)
    await writer.put(USER)
    await writer.put(ORDER)
    unnamed = await contract.repository(BY_KEY)
    await unnamed.put(Order(pk="USER#a", sk="ORDER#2", total=4))
    orders: AsyncRepository[Any] = await contract.repository(table, Order)
    assert [order.total for order in await orders.query("USER#a").all()] == [3, 4]
    assert await orders.count("USER#a") == 2
    assert await orders.query("USER#a", sort=Order.sk > "ORDER#1").all() == [
        Order(pk="USER#a", sk="ORDER#2", total=4)
    ]
    assert await orders.get("USER#a", "PROFILE") is None
    found = await (await contract.repository(table)).collection("USER#a")
    assert (found.of(User), len(found.of(Order))) == ([USER], 2)
    users = await contract.repository(table, User)
    assert await users.scan().all() == [USER]


async def test_items_known_by_their_keys_carry_no_name(contract: Contract) -> None:
    await (await contract.repository(BY_KEY)).put(ORDER)
    raw = await (await contract.repository(OTHERS)).get("USER#a", "ORDER#1")
    assert raw is not None
    assert "Order" not in str(raw.model_extra)


async def test_key_of_another_entity_is_refused_where_keys_tell(contract: Contract) -> None:
    rows = await contract.repository(BY_KEY)
    with refused(ErrorCode.INVALID_KEY):
        await rows.put(Order(pk="USER#a", sk="PROFILE"))
    orders = await contract.repository(BY_KEY, Order)
    await rows.put(USER)
    with refused(ErrorCode.INVALID_KEY):
        await orders.update(("USER#a", "PROFILE"), at(Order.total).assign(1))
    with refused(ErrorCode.INVALID_KEY):
        await orders.delete("USER#a", "PROFILE")
    assert await rows.get("USER#a", "PROFILE") == USER


async def test_name_says_more_than_a_key(contract: Contract) -> None:
    named = await contract.repository(NAMED)
    await named.put(Order(pk="USER#a", sk="PROFILE", total=9))
    assert await (await contract.repository(NAMED, User)).query("USER#a").all() == []
    with refused(ConditionFailed) as refusal:
        await (await contract.repository(NAMED, User)).delete("USER#a", "PROFILE")
    assert refusal.says("the stored item is of another entity")


async def test_keys_that_are_told_from_nothing_are_refused(contract: Contract) -> None:
    with refused(ErrorCode.DECLARATION) as refusal:
        await contract.database(replace(BY_KEY, entities=[User]))
    assert refusal.says("nothing tells items of User")
    with refused(ErrorCode.DECLARATION) as refusal:
        await contract.database(
            replace(
                BY_KEY,
                entities=[Entity(User, begins={"pk": "U"}), Entity(Order, begins={"sk": "O"})],
            )
        )
    assert refusal.says("begin alike")


class Account(Row):
    """An entity that composes both keys, which the base declares."""

    email: str
    pk: str = composed("USER#{email}")
    sk: str = composed("ACCOUNT#{email}")


class Purchase(Row):
    """Another one, beside it."""

    email: str
    number: int
    pk: str = composed("USER#{email}")
    sk: str = composed("PURCHASE#{number:04d}")


APP = Table("App", Row, partition="pk", sort="sk", discriminator="", entities=[Account, Purchase])
PURCHASES = [Purchase(email="a", number=number) for number in (1, 2, 30)]


async def test_entities_compose_the_keys_of_their_base(contract: Contract) -> None:
    app = await contract.repository(APP)
    account = Account(email="a")
    await app.put_many([account, *PURCHASES, Purchase(email="b", number=1)])
    found = await app.collection({"email": "a"})
    assert (found.of(Account), found.of(Purchase)) == ([account], PURCHASES)
    assert await app.get({"email": "a", "number": 2}) == PURCHASES[1]
    assert await app.get({"email": "a"}) == account
    purchases: AsyncRepository[Any] = await contract.repository(APP, Purchase)
    assert await purchases.query({"email": "a"}).all() == PURCHASES
    assert await purchases.query({"email": "a"}, sort=Purchase.number > 2).all() == PURCHASES[2:]
    assert await purchases.count({"email": "a"}) == 3
    with refused(ErrorCode.COMPOSED_MISMATCH):
        await app.get("a", "PURCHASE#0001")


async def test_update_of_an_entity_by_the_parts_of_its_key(contract: Contract) -> None:
    accounts: AsyncRepository[Any] = await contract.repository(APP, Account)
    await accounts.put(Account(email="a"))
    assert (await accounts.delete({"email": "a"})).existed
