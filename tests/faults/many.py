"""Operations on several items: batches, and transactions."""

from __future__ import annotations

from typing import Any

from tests.faults.operation import Operation
from tests.faults.putting import FIRST, ITSELF
from tests.faults.tables import ACCOUNTS, DOCUMENTS, ENTRIES, Account, Document, Entry
from trueup import AsyncDatabase, BatchResult, TransactionCancelled, WriteResult, at

MANY = tuple(Account(id=f"{number:02d}", balance=number) for number in range(30))
DRAFTS = tuple(Document(id=f"{number}") for number in range(3))
STORED_DRAFTS = tuple(draft.model_copy(update={"version": 1}) for draft in DRAFTS)

LINES = tuple(Entry(book="b", number=number) for number in range(10))


async def _fill(db: AsyncDatabase) -> BatchResult[Any]:
    """A request of 25 writes, most of one table, and one of what is left."""
    async with db.batch() as batch:
        for account in MANY[:20]:
            await batch.put(ACCOUNTS, account)
        for line in LINES:
            await batch.put(ENTRIES, line)
        await batch.delete(ACCOUNTS, "nobody")
    return batch.result


BATCHES = (
    Operation(
        "batch_of_tables",
        _fill,
        result=BatchResult(written=31),
        after=(*MANY[:20], *LINES),
        tables=(ACCOUNTS, ENTRIES),
        requests=2,
    ),
    Operation(
        "put_many",
        lambda db: db.repository(ACCOUNTS).put_many(MANY),
        result=BatchResult(written=30),
        after=MANY,
        requests=2,
    ),
    Operation(
        "delete_many",
        lambda db: db.repository(ACCOUNTS).delete_many(["00", "01", "nobody"]),
        result=BatchResult(written=3),
        before=MANY[:3],
        after=MANY[2:3],
    ),
    Operation(
        "put_many_versioned",
        lambda db: db.repository(DOCUMENTS).put_many(DRAFTS),
        result=BatchResult(written=3),
        resend=ITSELF,
        after=STORED_DRAFTS,
        tables=(DOCUMENTS,),
        requests=3,
        is_parallel=True,
    ),
    Operation(
        # Writes of one item follow each other.
        "put_many_versions_of_one",
        lambda db: db.repository(DOCUMENTS).put_many(
            [Document(id="d", text="one"), Document(id="d", text="two", version=1)]
        ),
        result=BatchResult(written=2),
        resend=ITSELF,
        after=(Document(id="d", text="two", version=2),),
        tables=(DOCUMENTS,),
        requests=2,
    ),
)

PAYER, PAYEE = Account(id="a", balance=5), Account(id="b", balance=0)


async def _pay(db: AsyncDatabase) -> list[WriteResult[Any]]:
    """An ADD twice and a version: what must not happen twice."""
    async with db.transaction() as tx:
        tx.update(ACCOUNTS, "a", at(Account.balance).subtract(1), only_if=Account.balance >= 1)
        tx.update(ACCOUNTS, "b", at(Account.balance).add(1))
        tx.put(DOCUMENTS, Document(id="d", text="one"))
    return tx.results


async def _pay_for_what_is_there(db: AsyncDatabase) -> None:
    async with db.transaction() as tx:
        tx.update(ACCOUNTS, "a", at(Account.balance).subtract(1))
        tx.create(DOCUMENTS, Document(id="d", text="one"))


TRANSACTIONS = (
    Operation(
        "transaction",
        _pay,
        result=[WriteResult(existed=True), WriteResult(existed=True), WriteResult()],
        before=(PAYER, PAYEE),
        after=(Account(id="a", balance=4), Account(id="b", balance=1), FIRST),
        tables=(ACCOUNTS, DOCUMENTS),
    ),
    Operation(
        "transaction_cancelled",
        _pay_for_what_is_there,
        result=TransactionCancelled,
        before=(PAYER, FIRST),
        tables=(ACCOUNTS, DOCUMENTS),
    ),
)
