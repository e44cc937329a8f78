"""Operations that read. A lost reply costs them nothing but time."""

from __future__ import annotations

from tests.faults.operation import Operation
from tests.faults.tables import ACCOUNTS, ENTRIES, SESSIONS, Account, Entry, Session
from trueup import AsyncDatabase

ADA = Account(id="ada", name="Ada", balance=5)
BOB = Account(id="bob", name="Bob")
BOOK = tuple(Entry(book="b", number=number) for number in range(3))


async def _transact_get(db: AsyncDatabase) -> list[object]:
    return await db.transact_get((ACCOUNTS, "ada"), (SESSIONS, "s"), (ACCOUNTS, "nobody"))


SESSION = Session(id="s")

READS = (
    Operation("get", lambda db: db.repository(ACCOUNTS).get("ada"), result=ADA, before=(ADA, BOB)),
    Operation("get_nothing", lambda db: db.repository(ACCOUNTS).get("ada"), result=None),
    Operation(
        "exists", lambda db: db.repository(ACCOUNTS).exists("ada"), result=True, before=(ADA,)
    ),
    Operation(
        "get_many",
        lambda db: db.repository(ACCOUNTS).get_many(["bob", "nobody", "ada"]),
        result=[BOB, None, ADA],
        before=(ADA, BOB),
    ),
    Operation(
        "transact_get",
        _transact_get,
        result=[ADA, SESSION, None],
        before=(ADA, SESSION),
        tables=(ACCOUNTS, SESSIONS),
    ),
    Operation(
        "query",
        lambda db: db.repository(ENTRIES).query("b", page_size=2).all(),
        result=list(BOOK),
        before=BOOK,
        tables=(ENTRIES,),
        requests=2,
    ),
    Operation(
        "count",
        lambda db: db.repository(ENTRIES).count("b", page_size=2),
        result=3,
        before=BOOK,
        tables=(ENTRIES,),
        requests=2,
    ),
    Operation(
        "scan",
        lambda db: db.repository(ENTRIES).scan(page_size=2).all(),
        result=list(BOOK),
        before=BOOK,
        tables=(ENTRIES,),
        requests=2,
    ),
)
