"""What others do to a transaction: it is written again, or an error says what became of it.

A trigger of the test lets the server fail, at a statement or when it commits; what others do is
done by SQL of a second program.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import product
from typing import Any

import psycopg
import pytest

from tests.faults import reading
from tests.faults.tables import ACCOUNTS, Account
from tests.faults_postgres.stage import Call, Stage, begin
from tests.soak import share
from tests.waiting import wait_until
from trueup import (
    AsyncDatabase,
    ReplyLost,
    RequestEvent,
    RequestRetried,
    TrueupError,
    Unavailable,
    at,
)
from trueup.errors import TransactionConflict
from trueup.testing.suite.harness.engine import Flavour


@dataclass(frozen=True, slots=True)
class Failure:
    """What the trigger does. is_lost: whether the client cannot know if it was committed. error:
    what is raised if it does so at every attempt."""

    name: str
    does: str
    error: type[TrueupError] = Unavailable
    is_lost: bool = False


FAILURES = (
    Failure("serialization", "RAISE SQLSTATE '40001'", TransactionConflict),
    Failure("deadlock", "RAISE SQLSTATE '40P01'", TransactionConflict),
    Failure("lock", "RAISE SQLSTATE '55P03'"),
    Failure("cancelled", "PERFORM pg_cancel_backend(pg_backend_pid()), pg_sleep(5)"),
    Failure("ended", "PERFORM pg_terminate_backend(pg_backend_pid()), pg_sleep(5)", is_lost=True),
)

AT_STATEMENT = 'CREATE TRIGGER "fails" BEFORE INSERT OR UPDATE OR DELETE ON {}'
AT_COMMIT = (
    'CREATE CONSTRAINT TRIGGER "fails" AFTER INSERT OR UPDATE OR DELETE ON {} '
    "DEFERRABLE INITIALLY DEFERRED"
)
MOMENTS = {"statement": AT_STATEMENT, "commit": AT_COMMIT}

TRIGGER = """
CREATE SEQUENCE "failures";
CREATE FUNCTION "fail"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF nextval('failures') <= {times} THEN {does}; END IF;
  RETURN coalesce(NEW, OLD);
END $$;
{moment} FOR EACH ROW EXECUTE FUNCTION "fail"();
"""
NO_TRIGGER = 'DROP FUNCTION "fail" CASCADE; DROP SEQUENCE "failures"'


@contextmanager
def failing(stage: Stage, failure: Failure, moment: str, times: int) -> Iterator[None]:
    """The first so many writes of a row fail."""
    table = f'"{stage.names.format(table=ACCOUNTS.name)}"'
    sql = TRIGGER.format(times=times, does=failure.does, moment=MOMENTS[moment].format(table))
    stage.other.execute(sql.encode())
    try:
        yield
    finally:
        stage.other.execute(NO_TRIGGER.encode())


@dataclass(frozen=True, slots=True)
class Write:
    """A call on the account `a`, which is there. is_single: whether it is one statement, which
    commits itself. is_repeatable: whether it is sent again when its reply was lost."""

    name: str
    call: Call
    after: tuple[Account, ...]
    is_single: bool = False
    is_repeatable: bool = True


async def _transact(db: AsyncDatabase) -> None:
    async with db.transaction() as tx:
        tx.update(ACCOUNTS, "a", at(Account.balance).add(1))
        tx.create(ACCOUNTS, Account(id="b"))


BEFORE = Account(id="a", balance=1)
WRITES = (
    Write("put", lambda db: db.repository(ACCOUNTS).put(Account(id="a")), (Account(id="a"),), True),
    Write("delete", lambda db: db.repository(ACCOUNTS).delete("a"), (), True),
    Write(
        "create",
        lambda db: db.repository(ACCOUNTS).create(Account(id="b")),
        (BEFORE, Account(id="b")),
    ),
    Write(
        "assign",
        lambda db: db.repository(ACCOUNTS).update("a", at(Account.name).assign("Ada")),
        (Account(id="a", name="Ada", balance=1),),
    ),
    Write(
        "add",
        lambda db: db.repository(ACCOUNTS).update("a", at(Account.balance).add(1)),
        (Account(id="a", balance=2),),
        is_repeatable=False,
    ),
    Write(
        "put_many",
        lambda db: db.repository(ACCOUNTS).put_many([Account(id="a"), Account(id="b")]),
        (Account(id="a"), Account(id="b")),
    ),
    Write("transaction", _transact, (Account(id="a", balance=2), Account(id="b")), False, False),
)


def name_of(value: object) -> str:
    return str(getattr(value, "name", value)).lower()


CASES = list(product(WRITES, FAILURES, MOMENTS, Flavour))
CHOSEN = share(CASES, lambda case: case[1:3])


@pytest.mark.soak
@pytest.mark.parametrize(("write", "failure", "moment", "flavour"), CHOSEN, ids=name_of)
def test_write_that_fails_once_is_done_once_or_told(
    stage: Stage, flavour: Flavour, write: Write, failure: Failure, moment: str
) -> None:
    stage.set_up([BEFORE])
    with failing(stage, failure, moment, times=1):
        outcome = stage.outcome(flavour, write.call, lambda: None)
    stored = stage.stored([ACCOUNTS])
    is_unknown = failure.is_lost and (write.is_single or moment == "commit")
    if is_unknown and not write.is_repeatable:
        assert isinstance(outcome, ReplyLost)
        assert stored == [BEFORE]
    else:
        assert not isinstance(outcome, TrueupError)
        assert stored == list(write.after)


@pytest.mark.parametrize("flavour", Flavour, ids=name_of)
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("failure", FAILURES, ids=name_of)
def test_write_that_fails_again_and_again_changes_nothing(
    stage: Stage, flavour: Flavour, failure: Failure, moment: str
) -> None:
    stage.set_up([BEFORE])
    with failing(stage, failure, moment, times=100):
        outcome = stage.outcome(flavour, WRITES[3].call, lambda: None)
    is_unknown = failure.is_lost and moment == "commit"
    assert type(outcome) is (ReplyLost if is_unknown else failure.error)
    assert stage.stored([ACCOUNTS]) == [BEFORE]


CANCEL_WAITING = b"SELECT pg_cancel_backend(pid) FROM pg_locks WHERE NOT granted"
READS = ("get", "get_many", "transact_get", "query", "count", "scan")


@pytest.mark.parametrize("flavour", Flavour, ids=name_of)
@pytest.mark.parametrize("name", READS)
def test_read_that_is_cancelled_is_done_again(stage: Stage, flavour: Flavour, name: str) -> None:
    [operation] = [row for row in reading.READS if row.name == name]
    stage.set_up(operation.before, operation.tables)
    events: list[RequestEvent] = []

    async def perform() -> Any:
        db = await stage.opened(flavour)
        db.subscribe(events.append)
        with stage.other.transaction():
            table = stage.names.format(table=operation.tables[0].name)
            stage.other.execute(f'LOCK TABLE "{table}"'.encode())
            call = begin(db, operation.call, flavour)
            await asyncio.to_thread(wait_until, lambda: stage.count_waiting() == 1)
            stage.other.execute(CANCEL_WAITING)
            await asyncio.to_thread(wait_until, lambda: retried(events) == ["unavailable"])
        found = await call
        await db.aclose()
        return found

    assert asyncio.run(perform()) == operation.result


def retried(events: list[RequestEvent]) -> list[str]:
    """The errors after which something was sent again."""
    return [event.error for event in events if isinstance(event, RequestRetried)]


MOST_DEADLOCKS = 5
LOCK = 'SELECT FROM "{}" WHERE "id" = %s FOR UPDATE'


@pytest.mark.parametrize("flavour", Flavour, ids=name_of)
def test_deadlock_is_left_to_others_and_the_transaction_done_again(
    stage: Stage, flavour: Flavour
) -> None:
    """Ours has `a` and waits for `b`; theirs has `b`, and then asks for `a`. The server ends who
    finds the deadlock: theirs, if ours looked before theirs asked; then all begins anew."""
    lock = LOCK.format(stage.names.format(table=ACCOUNTS.name)).encode()
    events: list[RequestEvent] = []

    async def pay(db: AsyncDatabase) -> None:
        async with db.transaction() as tx:
            tx.update(ACCOUNTS, "a", at(Account.balance).subtract(1))
            tx.update(ACCOUNTS, "b", at(Account.balance).add(1))

    async def perform() -> None:
        db = await stage.opened(flavour)
        db.subscribe(events.append)
        with suppress(psycopg.errors.DeadlockDetected), stage.other.transaction():
            stage.other.execute(lock, ("b",))
            paying = begin(db, pay, flavour)
            await asyncio.to_thread(wait_until, lambda: stage.count_waiting() == 1)
            await asyncio.to_thread(stage.other.execute, lock, ("a",))
        await paying
        await db.aclose()

    for _ in range(MOST_DEADLOCKS):
        stage.set_up([BEFORE, Account(id="b")])
        asyncio.run(perform())
        assert stage.stored([ACCOUNTS]) == [Account(id="a"), Account(id="b", balance=1)]
        if retried(events):
            break
    assert retried(events) == ["transaction-conflict"]


@contextmanager
def role_setting(
    other: psycopg.Connection[tuple[object, ...]], name: str, value: str
) -> Iterator[None]:
    """What the sessions begin with that are opened meanwhile."""
    other.execute(f"ALTER ROLE CURRENT_USER SET {name} = '{value}'".encode())
    try:
        yield
    finally:
        other.execute(f"ALTER ROLE CURRENT_USER RESET {name}".encode())


@pytest.mark.parametrize("flavour", Flavour, ids=name_of)
def test_put_that_cannot_be_serialized_is_put_again(stage: Stage, flavour: Flavour) -> None:
    """Where sessions begin with REPEATABLE READ, and others change the row while it waits."""
    stage.set_up([BEFORE])
    change = f'UPDATE "{stage.names.format(table=ACCOUNTS.name)}" SET "balance" = 7'

    async def perform() -> None:
        with role_setting(stage.other, "default_transaction_isolation", "repeatable read"):
            db = await stage.opened(flavour)
        events: list[RequestEvent] = []
        db.subscribe(events.append)
        with stage.other.transaction():
            stage.other.execute(change.encode())
            putting = begin(db, WRITES[0].call, flavour)
            await asyncio.to_thread(wait_until, lambda: stage.count_waiting() == 1)
        await putting
        assert retried(events) == ["transaction-conflict"]
        await db.aclose()

    asyncio.run(perform())
    assert stage.stored([ACCOUNTS]) == [Account(id="a")]


@pytest.mark.parametrize("flavour", Flavour, ids=name_of)
def test_lock_that_is_not_to_be_had_is_told(stage: Stage, flavour: Flavour) -> None:
    """Where the role waits less for a lock than the call would. Behind a pooler it is left so."""
    stage.set_up([BEFORE])

    async def perform() -> None:
        with role_setting(stage.other, "lock_timeout", "30ms"):
            db = await stage.opened(flavour, "&pooler=true")
        with stage.other.transaction():
            table = stage.names.format(table=ACCOUNTS.name)
            stage.other.execute(LOCK.format(table).encode(), ("a",))
            with pytest.raises(Unavailable, match="holds a lock"):
                await WRITES[0].call(db)
        await WRITES[0].call(db)
        await db.aclose()

    asyncio.run(perform())
    assert stage.stored([ACCOUNTS]) == [Account(id="a")]
