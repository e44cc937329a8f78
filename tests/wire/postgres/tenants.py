"""Tables of tenants, and every call by which one tenant reaches for the rows of another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from uuid import UUID

from trueup import (
    AccessPattern,
    AsyncDatabase,
    BatchIncomplete,
    Index,
    Layer,
    Model,
    Relational,
    Table,
    TransactionCancelled,
    UnsupportedByEngine,
    WriteRefused,
    WriteResult,
    at,
)
from trueup.errors import AlreadyExists, ConstraintRefused, InvalidCall, NotFound
from trueup.relational import Unique

SECRET = "secret of b"
ANYTHING = object()
STAGING = UnsupportedByEngine
"""What is raised behind a pooler for what needs a temporary table."""
A, B = UUID(int=0xA), UUID(int=0xB)


class Job(Model):
    """Work of a tenant, by a key that says nothing of it."""

    id: str
    tenant_id: UUID
    name: str
    state: str = "queued"


class Note(Model):
    """A text of a tenant, whose key begins with it."""

    tenant_id: UUID
    number: int
    text: str = ""


class Plan(Model):
    """What all tenants share."""

    name: str
    price: int = 0


JOBS = Table(
    "jobs",
    Job,
    partition="id",
    indexes=[Index("by_tenant", partition="tenant_id", sort="id")],
    patterns=[AccessPattern("of_tenant", index="by_tenant")],
    relational=Relational(tenant="tenant_id", unique=[Unique("name")]),
)
NOTES = Table(
    "notes",
    Note,
    partition="tenant_id",
    sort="number",
    relational=Relational(tenant="tenant_id"),
)
PLANS = Table("plans", Plan, partition="name", relational=Relational())
LAYER = Layer("tenants", target="postgres", tables=[JOBS, NOTES, PLANS])

MINE = [Job(id="a1", tenant_id=A, name="mine")]
THEIRS = [
    Job(id="b1", tenant_id=B, name=SECRET, state=SECRET),
    Job(id="b2", tenant_id=B, name=f"another {SECRET}"),
]
THEIR_NOTE = Note(tenant_id=B, number=1, text=SECRET)


async def plant(db: AsyncDatabase) -> None:
    """Give both tenants rows."""
    await db.tenant(A).repository(JOBS).put_many(MINE)
    theirs = db.tenant(B)
    await theirs.repository(JOBS).put_many(THEIRS)
    await theirs.repository(NOTES).put(THEIR_NOTE)


async def all_rows(db: AsyncDatabase, tenant: UUID) -> list[Model]:
    """What a tenant has."""
    of_tenant = db.tenant(tenant)
    jobs = await of_tenant.repository(JOBS).scan().all()
    notes = await of_tenant.repository(NOTES).scan().all()
    return sorted([*jobs, *notes], key=repr)


Call: TypeAlias = Callable[[AsyncDatabase], Awaitable[Any]]


async def _iterated(results: Any) -> list[Any]:
    return [outcome.error and outcome.error.code.value async for outcome in results]


async def _copied_out(db: AsyncDatabase) -> list[Job]:
    return [job async for job in db.copy_out(JOBS)]


async def _batch(db: AsyncDatabase) -> Any:
    async with db.batch() as batch:
        await batch.put(JOBS, Job(id="b1", tenant_id=A, name="n"))
        await batch.delete(JOBS, "b2")


async def _transaction(db: AsyncDatabase, act: Callable[[Any], None]) -> Any:
    async with db.transaction() as tx:
        act(tx)
    return tx.results


async def _session(db: AsyncDatabase) -> Any:
    async with db.session() as session:
        rows = await session.repository(JOBS).scan().all()
        await session.repository(JOBS).delete("b1")
        return [row.id for row in rows]


async def _collected(db: AsyncDatabase) -> list[Job]:
    return list(await db.repository(JOBS).collection(B, index="by_tenant"))


async def _page(db: AsyncDatabase) -> tuple[list[Job], str | None]:
    page = await db.repository(JOBS).query(B, index="by_tenant", limit=9).page()
    return list(page.items), page.next


async def _deleted(db: AsyncDatabase) -> int:
    return (await db.repository(JOBS).delete_where(B, index="by_tenant", limit=9)).deleted


def _renamed(job: Job) -> Job:
    """The same item with another name."""
    return job.model_copy(update={"name": "renamed"})


def _stolen(job: str) -> Job:
    """An item of A under a key of B."""
    return Job(id=job, tenant_id=A, name="stolen")


def _jobs(db: AsyncDatabase) -> Any:
    return db.repository(JOBS)


def _notes(db: AsyncDatabase) -> Any:
    return db.repository(NOTES)


READS: dict[str, tuple[Call, Any]] = {
    "get": (lambda db: _jobs(db).get("b1"), None),
    "get by its tenant": (lambda db: _notes(db).get(B, 1), None),
    "exists": (lambda db: _jobs(db).exists("b1"), False),
    "require": (lambda db: _jobs(db).require("b1"), NotFound),
    "get, whatever it is": (lambda db: _jobs(db).get("b1", on_unreadable="raw"), None),
    "get_many": (lambda db: _jobs(db).get_many(["b1", "a1"]), [None, *MINE]),
    "get_many of tables": (
        lambda db: db.get_many([(JOBS, "b1"), (NOTES, (B, 1)), (JOBS, "a1")]),
        [None, None, *MINE],
    ),
    "query": (lambda db: _jobs(db).query("b1").all(), []),
    "collection": (_collected, []),
    "page": (_page, ([], None)),
    "query of its tenant": (lambda db: _jobs(db).query(B, index="by_tenant").all(), []),
    "filter": (lambda db: _jobs(db).scan(filter=Job.state == SECRET).all(), []),
    "pattern": (lambda db: _jobs(db).pattern("of_tenant", B).all(), []),
    "count": (lambda db: _jobs(db).count(B, index="by_tenant"), 0),
    "count of its key": (lambda db: _jobs(db).count("b1"), 0),
    "count_all": (lambda db: _jobs(db).count_all(), len(MINE)),
    "scan": (lambda db: _jobs(db).scan().all(), MINE),
    "scan an index": (lambda db: _jobs(db).scan(index="by_tenant").all(), MINE),
    "first": (lambda db: _jobs(db).query(B, index="by_tenant").first(), None),
    "copy_out": (_copied_out, MINE),
    "transact_get": (lambda db: db.transact_get((JOBS, "b1"), (NOTES, (B, 1))), [None, None]),
}
"""Reads by A, and what they give."""

WRITES: dict[str, tuple[Call, Any]] = {
    "create over its key": (lambda db: _jobs(db).create(_stolen("b1")), ConstraintRefused),
    "put over its key": (lambda db: _jobs(db).put(_stolen("b1")), ConstraintRefused),
    "put over its key, and return": (
        lambda db: _jobs(db).put(_stolen("b1"), returning="old"),
        ConstraintRefused,
    ),
    "put if": (
        lambda db: _jobs(db).put(_stolen("b1"), only_if=Job.state == SECRET),
        WriteRefused,
    ),
    "put if it is not there": (
        lambda db: _jobs(db).put(_stolen("b1"), only_if=at(Job.id).missing()),
        ConstraintRefused,
    ),
    "put an item of its": (lambda db: _jobs(db).put(THEIRS[0]), InvalidCall),
    "put a new item of its": (
        lambda db: _jobs(db).put(Job(id="b3", tenant_id=B, name="new")),
        InvalidCall,
    ),
    "put with its unique value": (
        lambda db: _jobs(db).put(Job(id="a2", tenant_id=A, name=SECRET)),
        AlreadyExists,
    ),
    "update": (
        lambda db: _jobs(db).update("b1", at(Job.state).assign("mine"), returning="old"),
        NotFound,
    ),
    "update_or_create": (
        lambda db: _jobs(db).update_or_create(
            "b1", at(Job.tenant_id).assign(A), at(Job.name).assign("n")
        ),
        ConstraintRefused,
    ),
    "move an own item to it": (
        lambda db: _jobs(db).update("a1", at(Job.tenant_id).assign(B)),
        InvalidCall,
    ),
    "delete": (lambda db: _jobs(db).delete("b1", returning="old"), WriteResult(existed=False)),
    "delete by its tenant": (lambda db: _notes(db).delete(B, 1), InvalidCall),
    "delete if": (lambda db: _jobs(db).delete("b1", only_if=Job.state == SECRET), WriteRefused),
    "modify": (lambda db: _jobs(db).modify("b1", _renamed), NotFound),
    "save": (lambda db: _jobs(db).save(_renamed(_stolen("b1")), read=_stolen("b1")), NotFound),
    "save an item of its": (
        lambda db: _jobs(db).save(_renamed(THEIRS[0]), read=THEIRS[0]),
        NotFound | InvalidCall,
    ),
    "delete_where": (_deleted, 0),
    "put_many": (lambda db: _jobs(db).put_many([_stolen("b1"), *MINE]), BatchIncomplete),
    "put_many_iter": (
        lambda db: _iterated(_jobs(db).put_many_iter([_stolen("b1"), *MINE])),
        ["constraint-refused", None],
    ),
    "delete_many": (lambda db: _jobs(db).delete_many(["b1", "b2"]), ANYTHING),
    "delete_many_iter": (
        lambda db: _iterated(_jobs(db).delete_many_iter(["b1", "b2"])),
        [None, None],
    ),
    "batch": (_batch, BatchIncomplete),
    "transaction that puts": (
        lambda db: _transaction(db, lambda tx: tx.put(JOBS, _stolen("b1"))),
        TransactionCancelled,
    ),
    "transaction that creates": (
        lambda db: _transaction(db, lambda tx: tx.create(JOBS, _stolen("b1"))),
        TransactionCancelled,
    ),
    "transaction that updates": (
        lambda db: _transaction(db, lambda tx: tx.update(JOBS, "b1", at(Job.state).assign("mine"))),
        TransactionCancelled,
    ),
    "transaction that checks": (
        lambda db: _transaction(db, lambda tx: tx.check(JOBS, "b1", at(Job.id).exists())),
        TransactionCancelled,
    ),
    "transaction that deletes": (
        lambda db: _transaction(db, lambda tx: tx.delete(JOBS, "b1")),
        [WriteResult(existed=False)],
    ),
    "session": (_session, ["a1"]),
    "copy_in over its key": (lambda db: db.copy_in(JOBS, [_stolen("b1")]), STAGING | AlreadyExists),
    "copy_in an item of its": (lambda db: db.copy_in(JOBS, [THEIRS[0]]), STAGING | InvalidCall),
}
"""Writes by A that reach for rows of B: what they raise or give."""
