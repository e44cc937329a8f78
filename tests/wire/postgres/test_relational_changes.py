"""Tables that refer to each other: dropped together or kept, made again, and who waits for whom."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any, Literal

import psycopg
import pytest

import trueup
from tests.wire.postgres.test_relational import OWNERS, TASK_LAYER, TASKS, Owner
from trueup import ConstraintRefused, Database, Layer, Model, NeedsOperator, Relational, Table, at
from trueup.engines.connect import find_driver
from trueup.engines.open_tables import OpenTables, open_tables
from trueup.operations.operation import send
from trueup.relational import References, Transitions, Unique
from trueup.schema.changes import AddTable, DropTable
from trueup.schema.tables import TableSchema


@pytest.fixture
def names(prefix: str) -> str:
    return f"{prefix}{{table}}"


@pytest.fixture
def opened(postgres_url: str, names: str) -> Iterator[OpenTables]:
    with open_tables(postgres_url, TASK_LAYER, table_names=names) as tables:
        apply(tables, [AddTable(schema) for schema in schemas(tables)])
        yield tables


def schemas(opened: OpenTables) -> list[TableSchema]:
    engine = opened.open_layer.engine
    return [engine.declared(TASK_LAYER.describe(table)) for table in TASK_LAYER.tables]


def apply(opened: OpenTables, changes: list[Any]) -> list[str]:
    """Make changes; what the steps say."""
    steps = opened.open_layer.engine.render(changes)
    for step in steps:
        opened.runner.run(send(step.request), "apply")
    return [step.comment for step in steps]


def live(opened: OpenTables) -> list[str]:
    wanted = [schema.name for schema in schemas(opened)]
    return sorted(opened.runner.run(opened.open_layer.engine.inspect(wanted), "inspect"))


def test_tables_that_refer_to_each_other_are_dropped_in_one_step(opened: OpenTables) -> None:
    assert len(live(opened)) == 2
    owners_first = [DropTable(schema) for schema in reversed(schemas(opened))]
    assert len(apply(opened, owners_first)) == 1
    assert live(opened) == []
    apply(opened, [AddTable(schema) for schema in schemas(opened)])
    assert len(live(opened)) == 2


def test_backup_is_the_table_itself_in_a_schema_of_its_own(
    opened: OpenTables, prefix: str, other: psycopg.Connection[Any]
) -> None:
    opened.repository(OWNERS).put(Owner(name="Ada"))
    backup = f"{prefix}before"
    owners = schemas(opened)[1]
    [comment] = apply(opened, [DropTable(owners, backup)])
    try:
        assert backup in comment
        assert live(opened) == [f"{prefix}tasks"]
        kept = f'SELECT name FROM "{backup}"."{owners.name}"'
        assert other.execute(kept.encode()).fetchall() == [("Ada",)]
        other.execute(f'ALTER TABLE "{backup}"."{owners.name}" SET SCHEMA public'.encode())
        assert [one.name for one in opened.repository(OWNERS).scan()] == ["Ada"]
    finally:
        other.execute(f'DROP SCHEMA "{backup}" CASCADE'.encode())


def test_enum_with_other_labels_is_refused_before_anything_is_made(
    postgres_url: str, names: str, prefix: str, other: psycopg.Connection[Any]
) -> None:
    class Choice(Model):
        id: str
        kind: Literal["a", "b"] = "a"

    made = f"{prefix}kind"
    other.execute(f"CREATE TYPE \"{made}\" AS ENUM ('b', 'a')".encode())
    table = Table("choices", Choice, partition="id", relational=Relational(enums={"kind": made}))
    layer = Layer("choices", target="postgres", tables=[table])
    with trueup.connect(postgres_url, layer, table_names=names) as db:
        with pytest.raises(NeedsOperator, match="with other labels"):
            db.create_tables()
        other.execute(f'DROP TYPE "{made}"'.encode())
        db.create_tables()
        db.repository(table).put(Choice(id="1", kind="b"))
    other.execute(f'DROP TABLE "{prefix}choices"; DROP TYPE "{made}"'.encode())


def test_labels_may_hold_what_our_sql_ends_bodies_with(
    postgres_url: str, names: str, prefix: str, other: psycopg.Connection[Any]
) -> None:
    class Priced(Model):
        id: str
        kind: Literal["a$trueup$b", "$trueup1$"] = "a$trueup$b"

    made = f"{prefix}$trueup$"
    allowed = Transitions("kind", {"a$trueup$b": ["$trueup1$"]})
    settings = Relational(enums={"kind": made}, triggers=[allowed])
    table = Table("priced", Priced, partition="id", relational=settings)
    layer = Layer("priced", target="postgres", tables=[table])
    with trueup.connect(postgres_url, layer, table_names=names) as db:
        for _ in range(2):
            db.create_tables()
        db.repository(table).put(Priced(id="1"))
        db.repository(table).update("1", at(Priced.kind).assign("$trueup1$"))
        with pytest.raises(ConstraintRefused):
            db.repository(table).update("1", at(Priced.kind).assign("a$trueup$b"))
    with open_tables(postgres_url, layer, table_names=names) as tables:
        apply(tables, [DropTable(tables.open_layer.engine.declared(layer.describe(table)))])
    assert other.execute("SELECT 1 FROM pg_type WHERE typname = %s", (made,)).fetchall() == []


def test_others_wait_for_a_transaction_that_found_no_row(
    opened: OpenTables, postgres_url: str, names: str
) -> None:
    """What a transaction found absent is absent until it ends."""
    owner = Owner(name="Ada")
    with trueup.connect(postgres_url, TASK_LAYER, table_names=names) as db:
        blocked = threading.Thread(target=lambda: db.repository(OWNERS).put(owner))
        with db.session() as session:
            session.repository(OWNERS).delete(owner.id, only_if=at(Owner.name).missing())
            blocked.start()
            blocked.join(0.2)
            assert blocked.is_alive()
            assert session.repository(OWNERS).get(owner.id) is None
        blocked.join(10)
        assert not blocked.is_alive()
        assert opened.repository(OWNERS).get(owner.id) == owner


class Named(Model):
    """A row whose name is ordered as in German, and one that refers to another of its table."""

    id: str
    name: str = ""
    above: str | None = None
    name_above: str | None = None


NAMED = Table(
    "named",
    Named,
    partition="id",
    relational=Relational(
        collations={"name": "de-x-icu"},
        unique=[Unique(("id", "name"))],
        references=[
            References(
                ("above", "name_above"),
                "named",
                to=("id", "name"),
                on_delete="set null",
                set_fields=["above"],
            )
        ],
    ),
)


@pytest.fixture
def named(postgres_url: str, names: str) -> Iterator[Database]:
    layer = Layer("named", target="postgres", tables=[NAMED])
    with trueup.connect(postgres_url, layer, table_names=names) as db:
        db.create_tables()
        yield db


def test_filter_has_the_order_of_bytes_whatever_the_collation(named: Database) -> None:
    repo = named.repository(NAMED)
    repo.put_many([Named(id=name, name=name) for name in ("a", "B", "ä", "_")])
    found = {row.name for row in repo.scan(filter=at(Named.name).between("B", "a"))}
    assert found == {"B", "_", "a"}


@pytest.mark.case("P12", "P25")
def test_table_refers_to_a_unique_pair_of_its_own(named: Database) -> None:
    repo = named.repository(NAMED)
    repo.put(Named(id="top", name="t"))
    repo.put(Named(id="below", above="top", name_above="t"))
    with pytest.raises(ConstraintRefused):
        repo.put(Named(id="lost", above="top", name_above="u"))
    repo.delete("top")
    assert repo.get("below") == Named(id="below", name_above="t")


def test_layer_opened_elsewhere_is_refused_by_name() -> None:
    with pytest.raises(trueup.UnsupportedByEngine, match="only PostgreSQL holds") as refusal:
        trueup.connect("sqlite://", TASK_LAYER)
    assert len(refusal.value.problems) == len([TASKS, OWNERS])
    assert refusal.value.what.startswith("sqlite cannot hold these tables")
    assert find_driver(_url_in(refusal.value.fix))[0].rules.engine == "postgres"


def _url_in(text: str) -> str:
    """The address that a text advises."""
    [found] = re.findall(r"postgresql://[^;, ]+", text)
    return str(found)


def test_column_has_both_the_named_type_and_the_named_collation(
    postgres_url: str, names: str, prefix: str, other: psycopg.Connection[Any]
) -> None:
    class Member(Model):
        id: str
        email: str

    settings = Relational(
        types={"email": "citext"}, collations={"email": "de-x-icu"}, extensions=["citext"]
    )
    table = Table("members", Member, partition="id", relational=settings)
    layer = Layer("members", target="postgres", tables=[table])
    with trueup.connect(postgres_url, layer, table_names=names) as db:
        db.create_tables()
        db.create_tables()  # refuses tables that differ
        member = Member(id="1", email="Ädä@example.com")
        db.repository(table).put(member)
        found = other.execute(
            f'SELECT pg_collation_for(email), email = %s FROM "{prefix}members"'.encode(),
            ["äDÄ@example.com"],
        ).fetchall()
        assert found == [('"de-x-icu"', True)]
        assert db.repository(table).get("1") == member
    other.execute(f'DROP TABLE "{prefix}members"'.encode())
