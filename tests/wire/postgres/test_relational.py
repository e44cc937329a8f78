"""Tables of columns: what the database makes of their declarations, and of writes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import Field

import trueup
from tests.wire.postgres.live import differences
from trueup import (
    AlreadyExists,
    ConstraintRefused,
    CreatedAt,
    Database,
    Index,
    Layer,
    Model,
    Relational,
    Table,
    TransactionCancelled,
    UpdatedAt,
    Version,
    at,
)
from trueup.engines.open_tables import open_tables
from trueup.operations.operation import send
from trueup.operations.run import run
from trueup.relational import (
    Check,
    CountUpdates,
    IndexColumn,
    References,
    SqlIndex,
    TouchOnUpdate,
    Transitions,
    Unique,
)


class State(StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"


class Owner(Model):
    """Whose a job is."""

    id: UUID = Field(default_factory=uuid4)
    name: str = Field(description="As people write it")


class Task(Model):
    """A row with every kind of column."""

    id: UUID = Field(default_factory=uuid4)
    owner_id: UUID
    number: int | None = None
    code: Annotated[str, Field(max_length=50, min_length=1, pattern="^[a-z]+$")]
    state: State = State.QUEUED
    score: Annotated[Decimal, Field(max_digits=3, decimal_places=2, ge=0, le=1)] | None = None
    tokens: int = 0
    ratio: float = 0.5
    tags: list[str] = []
    sizes: set[int] = set()
    extra: dict[str, Any] = {}
    day: date | None = None
    note: str | None = "none yet"
    upper: str | None = None
    version: Version = 0
    made_at: datetime | None = None
    changed_at: datetime | None = None


OWNERS = Table("owners", Owner, partition="id", relational=Relational(unique=[Unique("name")]))
TASKS = Table(
    "tasks",
    Task,
    partition="id",
    description="Work to do",
    indexes=[Index("by_state", partition="state", sort="made_at")],
    relational=Relational(
        types={"tokens": "integer"},
        enums={"state": "task_state"},
        defaults={"made_at": "now()", "changed_at": "now()", "id": "gen_random_uuid()"},
        identity=["number"],
        generated={"upper": "upper(code)"},
        references=[References("owner_id", "owners", on_delete="cascade")],
        checks=[Check("done_is_scored", "state <> 'done' OR score IS NOT NULL")],
        unique=[Unique(["owner_id", "code"], where="score IS NULL", name="one_open")],
        indexes=[
            SqlIndex("extras", ["extra"], method="gin"),
            SqlIndex("newest", [IndexColumn("made_at", descending=True)]),
        ],
        triggers=[
            TouchOnUpdate("changed_at"),
            CountUpdates("version"),
            Transitions("state", {"queued": ["running"], "running": ["done"]}),
        ],
    ),
)
TASK_LAYER = Layer("tasks", target="postgres", tables=[TASKS, OWNERS])


@pytest.fixture
def names(prefix: str) -> str:
    return f"{prefix}{{table}}"


@pytest.fixture
def tasks_db(postgres_url: str, names: str) -> Iterator[Database]:
    with trueup.connect(postgres_url, TASK_LAYER, table_names=names) as opened:
        for _ in range(3):
            opened.create_tables()
        yield opened


@pytest.fixture
def owner(tasks_db: Database) -> Owner:
    made = Owner(name="Ada")
    tasks_db.repository(OWNERS).put(made)
    return made


def test_created_tables_are_as_declared(tasks_db: Database, postgres_url: str, names: str) -> None:
    assert tasks_db is not None
    assert differences(postgres_url, TASK_LAYER, names) == []


def test_every_kind_of_change_is_found(
    tasks_db: Database,
    postgres_url: str,
    names: str,
    prefix: str,
    other: psycopg.Connection[Any],
) -> None:
    assert tasks_db is not None
    table = f'"{prefix}tasks"'
    for change in (
        f'ALTER TABLE {table} DISABLE TRIGGER "{prefix}tasks_version_count"',
        f"ALTER TABLE {table} ALTER note SET DEFAULT 'x'",
        f"CREATE INDEX ON {table} (note)",
        f"ALTER TABLE {table} DROP CONSTRAINT done_is_scored",
        f"ALTER TABLE {table} ALTER score TYPE numeric(4,2)",
    ):
        other.execute(change.encode())
    leave_invalid(other, f'"{prefix}tasks.newest"', tasks_db, table)
    found = {".".join(one.path) for one in differences(postgres_url, TASK_LAYER, names)}
    assert found == {
        f"triggers.{prefix}tasks_version_count",
        "columns.note.default",
        "undeclared",
        "constraints.done_is_scored",
        "columns.score.type",
        f"indexes.{prefix}tasks.newest",
    }


def leave_invalid(other: psycopg.Connection[Any], index: str, writer: Database, table: str) -> None:
    """Make an index again as it was, CONCURRENTLY, which gives up on a transaction that writes."""
    [(made,)] = other.execute("SELECT pg_get_indexdef(%s::regclass)", [index]).fetchall()
    other.execute(f"DROP INDEX {index}".encode())
    other.execute("SET lock_timeout = '100ms'")
    with writer.session() as session:
        session.execute(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute(made.replace("INDEX", "INDEX CONCURRENTLY", 1).encode())


def test_the_database_gives_what_a_write_does_not(tasks_db: Database, owner: Owner) -> None:
    repo = tasks_db.repository(TASKS)
    written = repo.put(
        Task(owner_id=owner.id, code="abc", tags=["a", 'b"{}'], sizes={1, 2}, note=None),
        returning="new",
    )
    assert written.new is not None
    assert written.new == repo.get(written.new.id)
    assert written.new.upper == "ABC"
    assert written.new.number is not None
    assert written.new.made_at is not None
    assert written.new.note is None
    again = repo.put(written.new.model_copy(update={"number": None}), returning="new")
    assert again.new is not None
    assert again.new.number == written.new.number


def test_updates_touch_and_count(tasks_db: Database, owner: Owner) -> None:
    repo = tasks_db.repository(TASKS)
    first = repo.put(Task(owner_id=owner.id, code="abc"), returning="new").new
    assert first is not None
    moved = repo.update(
        first.id, at(Task.state).assign(State.RUNNING), version=first.version, returning="new"
    ).new
    assert moved is not None
    assert moved.version == first.version + 1
    assert moved.changed_at is not None
    assert first.changed_at is not None
    assert moved.changed_at > first.changed_at
    with pytest.raises(ConstraintRefused) as refusal:
        repo.update(first.id, at(Task.state).assign(State.QUEUED), version=moved.version)
    assert "state_transitions" in refusal.value.constraint


def test_refused_rows_leave_the_others_of_a_batch(tasks_db: Database, owner: Owner) -> None:
    repo = tasks_db.repository(TASKS)
    tasks = [
        Task(owner_id=owner.id, code="a"),
        Task(owner_id=uuid4(), code="b"),
        Task(owner_id=owner.id, code="c"),
    ]
    with pytest.raises(trueup.BatchIncomplete) as incomplete:
        repo.put_many(tasks)
    assert [failure.position for failure in incomplete.value.result.failures] == [1]
    assert sorted(task.code for task in repo.scan()) == ["a", "c"]


def test_refused_row_undoes_a_transaction(tasks_db: Database, owner: Owner) -> None:
    def two_of_a_name() -> None:
        with tasks_db.transaction() as tx:
            tx.put(OWNERS, Owner(name="Grace"))
            tx.put(OWNERS, Owner(name=owner.name))

    with pytest.raises(TransactionCancelled) as cancelled:
        two_of_a_name()
    assert [type(reason) for reason in cancelled.value.reasons] == [type(None), AlreadyExists]
    assert [one.name for one in tasks_db.repository(OWNERS).scan()] == ["Ada"]


def test_filters_compare_columns(tasks_db: Database, owner: Owner) -> None:
    repo = tasks_db.repository(TASKS)
    repo.put(Task(owner_id=owner.id, code="abc", day=date(2026, 1, 2)))
    recent = at(Task.made_at).between(datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC))
    assert len(list(repo.scan(filter=recent))) == 1
    assert len(list(repo.scan(filter=Task.state == State.QUEUED))) == 1
    assert len(list(repo.scan(filter=at(Task.day) < date(2026, 1, 2)))) == 0
    assert len(list(repo.scan(filter=at(Task.tokens) < 0))) == 0
    assert len(list(repo.query(State.QUEUED, index="by_state"))) == 1


def test_rows_go_with_the_row_that_they_refer_to(tasks_db: Database, owner: Owner) -> None:
    repo = tasks_db.repository(TASKS)
    repo.put(Task(owner_id=owner.id, code="abc"))
    tasks_db.repository(OWNERS).delete(owner.id)
    assert list(repo.scan()) == []


def test_lost_reply_is_recognised_though_the_database_gave_values(
    tasks_db: Database, postgres_url: str, names: str, owner: Owner
) -> None:
    """The second attempt finds the row of the first, with a number and a time of the database's."""
    task = Task(owner_id=owner.id, code="abc")
    first = tasks_db.repository(TASKS).requests.create(task, returning="new")
    with open_tables(postgres_url, TASK_LAYER, table_names=names) as opened:
        run(send(first), opened.runner.wire, time.monotonic() + 30)
        second = first.after_loss(first)
        assert second is not None
        written = run(send(second), opened.runner.wire, time.monotonic() + 30)
    assert written.new == tasks_db.repository(TASKS).get(task.id)
    assert written.new.number is not None


class Memo(Model):
    """A row whose times Trueup keeps, and a trigger too."""

    id: str
    text: str = ""
    made_at: CreatedAt | None = None
    changed_at: UpdatedAt | None = None


MEMOS = Table(
    "memos",
    Memo,
    partition="id",
    relational=Relational(
        defaults={"made_at": "now()", "changed_at": "now()"},
        triggers=[TouchOnUpdate("changed_at")],
    ),
)


def test_times_of_writes_and_a_trigger_get_along(postgres_url: str, names: str) -> None:
    made, layer = (
        datetime(2020, 1, 1, tzinfo=UTC),
        Layer("memos", target="postgres", tables=[MEMOS]),
    )
    with trueup.connect(postgres_url, layer, table_names=names, clock=made.timestamp) as db:
        db.create_tables()
        memos = db.repository(MEMOS)
        assert memos.create(Memo(id="a"), returning="new").new == Memo(
            id="a", made_at=made, changed_at=made
        )
        updated = memos.update("a", at(Memo.text).assign("x"), returning="new").new
        assert updated is not None
        assert updated.made_at == made
        assert updated.changed_at is not None
        assert updated.changed_at > made  # the server's clock: the trigger wins
        assert memos.update_or_create("b", at(Memo.text).assign("y"), returning="new").new == Memo(
            id="b", text="y", made_at=made, changed_at=made
        )
        db.copy_in(MEMOS, [Memo(id="c")])
        assert memos.get("c") == Memo(id="c", made_at=made, changed_at=made)
        assert memos.put(updated, returning="new").new == memos.get("a")
