"""Several entities in one table: each repository sees its own."""

from __future__ import annotations

from typing import Any

from ....errors import ConditionFailed, ErrorCode
from ....expressions import at
from ....repository import AsyncRepository
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import SHARED, Entry, Invoice, Ticket

INVOICE = Invoice(owner="o", key="I1", amount=5)
TICKET = Ticket(owner="o", key="T1", amount="much")


async def both(contract: Contract) -> tuple[AsyncRepository[Any], AsyncRepository[Any]]:
    """The repositories of two entities, with one item of each in the same partition."""
    database = await contract.database(SHARED)
    invoices = database.repository(SHARED, Invoice)
    tickets = database.repository(SHARED, Ticket)
    await invoices.put(INVOICE)
    await tickets.put(TICKET)
    return invoices, tickets


async def test_get_does_not_see_another_entity(contract: Contract) -> None:
    invoices, tickets = await both(contract)
    assert await invoices.get("o", "I1") == INVOICE
    assert await tickets.get("o", "I1") is None


async def test_get_many_does_not_see_another_entity(contract: Contract) -> None:
    invoices, _ = await both(contract)
    assert await invoices.get_many([("o", "I1"), ("o", "T1")]) == [INVOICE, None]


async def test_query_and_scan_do_not_see_another_entity(contract: Contract) -> None:
    invoices, tickets = await both(contract)
    assert await invoices.query("o").all() == [INVOICE]
    assert await tickets.scan().all() == [TICKET]


async def test_count_does_not_count_another_entity(contract: Contract) -> None:
    invoices, _ = await both(contract)
    assert await invoices.count("o") == 1


async def test_update_does_not_change_another_entity(contract: Contract) -> None:
    invoices, tickets = await both(contract)
    with refused(ConditionFailed) as refusal:
        await invoices.update(
            ("o", "T1"), at(Invoice.amount).assign(1), only_if=Invoice.amount == 5
        )
    assert refusal.says("the stored item is of another entity")
    assert await tickets.get("o", "T1") == TICKET


async def test_update_or_create_does_not_change_another_entity(contract: Contract) -> None:
    invoices, tickets = await both(contract)
    with refused(ConditionFailed):
        await invoices.update_or_create(("o", "T1"), at(Invoice.amount).assign(1))
    assert await tickets.get("o", "T1") == TICKET


async def test_update_or_create_begins_an_item_of_its_entity(contract: Contract) -> None:
    invoices, _ = await both(contract)
    await invoices.update_or_create(("o", "I2"), at(Invoice.amount).assign(1))
    assert await invoices.get("o", "I2") == Invoice(owner="o", key="I2", amount=1)


async def test_delete_does_not_remove_another_entity(contract: Contract) -> None:
    invoices, tickets = await both(contract)
    with refused(ConditionFailed) as refusal:
        await invoices.delete("o", "T1")
    assert refusal.says("the stored item is of another entity")
    assert await tickets.get("o", "T1") == TICKET


async def test_condition_on_an_item_of_the_entity_is_told_from_its_entity(
    contract: Contract,
) -> None:
    invoices, _ = await both(contract)
    with refused(ConditionFailed) as refusal:
        await invoices.delete("o", "I1", only_if=Invoice.amount == 6)
    assert refusal.says("the condition on the stored item is false")


async def test_delete_of_a_missing_item_of_an_entity_succeeds(contract: Contract) -> None:
    invoices, _ = await both(contract)
    assert (await invoices.delete("o", "I2")).existed is False


async def test_model_of_another_entity_is_refused(contract: Contract) -> None:
    invoices, _ = await both(contract)
    with refused(ErrorCode.WRONG_TYPE):
        await invoices.put(TICKET)


async def test_repository_of_the_table_gives_each_item_as_its_entity(contract: Contract) -> None:
    await both(contract)
    database = await contract.database(SHARED)
    assert await database.repository(SHARED).query("o").all() == [INVOICE, TICKET]


async def test_model_of_no_entity_is_refused(contract: Contract) -> None:
    entries = await contract.repository(SHARED)
    with refused(ErrorCode.WRONG_TYPE):
        await entries.put(Entry(owner="o", key="k"))


async def test_transaction_writes_several_entities(contract: Contract) -> None:
    database = await contract.database(SHARED)
    async with database.transaction() as transaction:
        transaction.create(SHARED, INVOICE)
        transaction.create(SHARED, TICKET)
    assert await database.repository(SHARED).query("o").all() == [INVOICE, TICKET]


async def test_update_in_a_transaction_is_about_the_entity_of_its_paths(contract: Contract) -> None:
    invoices, _ = await both(contract)
    database = await contract.database(SHARED)
    async with database.transaction() as transaction:
        transaction.update(SHARED, ("o", "I1"), at(Invoice.amount).add(1))
    assert await invoices.get("o", "I1") == Invoice(owner="o", key="I1", amount=6)
