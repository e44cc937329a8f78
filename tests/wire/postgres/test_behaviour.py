"""Verify tries what live tables do: a declaration that acts agrees, and each that was weakened
behind Trueup's back is found by what it then lets through. No live row is touched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import Field

import trueup
from trueup import (
    AccessPattern,
    Database,
    Index,
    Layer,
    Model,
    Relational,
    Table,
    UnsupportedByEngine,
    Version,
)
from trueup.engines.open_tables import OpenTables, open_tables
from trueup.lifecycle.behaviour import try_tables
from trueup.lifecycle.declared import declared_tables
from trueup.ranges import Range
from trueup.relational import (
    Check,
    CountUpdates,
    Exclude,
    References,
    SqlObject,
    TouchOnUpdate,
    Transitions,
    Unique,
)
from trueup.schema.facts import dotted
from trueup.schema.verify import Finding


class Owner(Model):
    id: UUID = Field(default_factory=uuid4)
    name: Annotated[str, Field(min_length=1, max_length=40)]


class Task(Model):
    id: UUID = Field(default_factory=uuid4)
    owner: UUID
    reviewer: UUID | None = None
    title: Annotated[str, Field(min_length=1, max_length=40)]
    status: Literal["open", "running", "done"] = "open"
    score: Annotated[int, Field(ge=0, le=100)] = 0
    weight: Annotated[Decimal, Field(gt=0)] = Decimal(1)
    code: Annotated[str, Field(pattern="^[A-Z]{2}$")] = Field(default="AB", examples=["AB", "CD"])
    starts: datetime
    ends: datetime
    slot: Range[int]
    updated_at: datetime | None = None
    version: Version = 0


class Note(Model):
    id: UUID = Field(default_factory=uuid4)
    tenant_id: UUID
    text: str


OWNERS = Table(
    "owners",
    Owner,
    partition="id",
    relational=Relational(defaults={"id": "gen_random_uuid()"}, unique=[Unique("name")]),
)
TASKS = Table(
    "tasks",
    Task,
    partition="id",
    indexes=[Index("by_status", partition="status", sort="starts")],
    patterns=[
        AccessPattern("task", by="id"),
        AccessPattern("by_status", index="by_status"),
    ],
    relational=Relational(
        defaults={"updated_at": "now()", "version": "1", "status": "'open'"},
        unique=[Unique(["owner", "title"])],
        references=[
            References("owner", "owners", on_delete="cascade"),
            References("reviewer", "owners", on_delete="set null"),
        ],
        checks=[Check("ends_later", "ends > starts")],
        exclusions=[Exclude({"slot": "&&"}, name="apart")],
        triggers=[
            TouchOnUpdate("updated_at"),
            CountUpdates("version"),
            Transitions("status", {"open": ["running"], "running": ["done", "open"]}),
        ],
        objects=[
            SqlObject(
                "function",
                "complete()",
                "CREATE OR REPLACE FUNCTION complete() RETURNS trigger LANGUAGE plpgsql AS $$ "
                "BEGIN IF NEW.status = 'done' THEN NEW.score := 100; END IF; RETURN NEW; END $$",
            ),
            SqlObject(
                "trigger",
                "complete",
                "CREATE OR REPLACE TRIGGER complete BEFORE INSERT OR UPDATE ON {tasks} "
                "FOR EACH ROW EXECUTE FUNCTION complete()",
            ),
        ],
    ),
)
NOTES = Table("notes", Note, partition="id", relational=Relational(tenant="tenant_id"))
LAYER = Layer("tried", target="postgres", tables=[OWNERS, TASKS, NOTES])


@pytest.fixture
def names(prefix: str) -> str:
    return f"{prefix}{{table}}"


@pytest.fixture
def made(postgres_url: str, names: str) -> Iterator[Database]:
    with trueup.connect(postgres_url, LAYER, table_names=names) as db:
        db.create_tables()
        yield db


@pytest.fixture
def opened(made: Database, postgres_url: str, names: str) -> Iterator[OpenTables]:
    assert made.repository(OWNERS).scan().all() == []
    with open_tables(postgres_url, LAYER, table_names=names) as tables:
        yield tables


def tried(opened: OpenTables) -> list[Finding]:
    return try_tables(opened, declared_tables(opened.open_layer, [], protect=False).values())


def not_green(found: list[Finding]) -> dict[str, str]:
    """What does not agree, by its path: what was seen instead."""
    return {
        dotted(one.difference.path): str(one.difference.found)
        for one in found
        if one.verdict != "agrees"
    }


def test_what_is_declared_acts(opened: OpenTables) -> None:
    found = tried(opened)
    assert not_green(found) == {}
    kinds = {one.difference.path[1] for one in found}
    assert kinds == {
        "row", "checks", "model", "required", "default", "unique", "exclusions", "triggers",
        "references", "on_delete", "patterns", "row_security",
    }  # fmt: skip


def test_live_rows_and_schemas_are_as_they_were(
    opened: OpenTables, made: Database, other: psycopg.Connection[Any]
) -> None:
    owner = Owner(name="Ada")
    made.repository(OWNERS).put(owner)
    schemas = "SELECT count(*) FROM pg_namespace"
    before = other.execute(schemas).fetchall()
    assert not_green(tried(opened)) == {}
    assert made.repository(OWNERS).scan().all() == [owner]
    assert other.execute(schemas).fetchall() == before


CONSTRAINT = "ALTER TABLE {tasks} DROP CONSTRAINT "
NO_OP = "LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
MUTATIONS = [
    (CONSTRAINT + '"{p}tasks_status_check"', "checks"),
    (CONSTRAINT + '"{p}tasks_score_check"', "checks"),
    (CONSTRAINT + '"{p}tasks_weight_check"', "checks"),
    (CONSTRAINT + '"{p}tasks_code_check"', "checks"),
    (CONSTRAINT + '"{p}tasks_title_check"', "checks"),
    (CONSTRAINT + "ends_later", "checks.ends_later"),
    (
        CONSTRAINT + "ends_later; ALTER TABLE {tasks} ADD CONSTRAINT ends_later "
        "CHECK (ends >= starts - interval '100 years')",
        "checks.ends_later",
    ),
    (
        CONSTRAINT + '"{p}tasks_score_check"; ALTER TABLE {tasks} ADD CONSTRAINT '
        '"{p}tasks_score_check" CHECK (score >= 0 AND score <= 1000)',
        "model.score",
    ),
    (
        CONSTRAINT + '"{p}tasks_score_check"; ALTER TABLE {tasks} ADD CONSTRAINT '
        '"{p}tasks_score_check" CHECK (score >= 1 AND score <= 100)',
        "model.score",
    ),
    ("ALTER TABLE {tasks} ALTER COLUMN title TYPE varchar(50)", "model.title"),
    ("ALTER TABLE {tasks} ALTER COLUMN title DROP NOT NULL", "required.title"),
    ("ALTER TABLE {tasks} ALTER COLUMN starts DROP NOT NULL", "required.starts"),
    ("ALTER TABLE {tasks} ALTER COLUMN status DROP DEFAULT", "default.status"),
    ("ALTER TABLE {owners} ALTER COLUMN id DROP DEFAULT", "default.id"),
    (CONSTRAINT + '"{p}tasks_owner_title_key"', "unique"),
    ('ALTER TABLE {owners} DROP CONSTRAINT "{p}owners_name_key"', "unique"),
    (
        CONSTRAINT + '"{p}tasks_owner_title_key"; ALTER TABLE {tasks} ADD CONSTRAINT '
        '"{p}tasks_owner_title_key" UNIQUE (owner, title, starts)',
        "unique",
    ),
    (CONSTRAINT + '"{p}tasks_pkey"', "unique"),
    (CONSTRAINT + '"{p}tasks.apart"', "exclusions"),
    (CONSTRAINT + '"{p}tasks_owner_fkey"', "references"),
    (CONSTRAINT + '"{p}tasks_reviewer_fkey"', "on_delete"),
    (
        CONSTRAINT + '"{p}tasks_owner_fkey"; ALTER TABLE {tasks} ADD CONSTRAINT '
        '"{p}tasks_owner_fkey" FOREIGN KEY (owner) REFERENCES {owners}',
        "on_delete",
    ),
    (
        CONSTRAINT + '"{p}tasks_reviewer_fkey"; ALTER TABLE {tasks} ADD CONSTRAINT '
        '"{p}tasks_reviewer_fkey" FOREIGN KEY (reviewer) REFERENCES {owners} ON DELETE CASCADE',
        "on_delete",
    ),
    ("ALTER TABLE {tasks} DISABLE TRIGGER complete", "triggers.complete"),
    ("DROP TRIGGER complete ON {tasks}", "triggers.complete"),
    ("ALTER TABLE {tasks} DISABLE TRIGGER USER", "triggers"),
    ('DROP TRIGGER "{p}tasks_updated_at_touch" ON {tasks}', "triggers"),
    ('DROP TRIGGER "{p}tasks_version_count" ON {tasks}', "triggers"),
    ('DROP TRIGGER "{p}tasks_status_transitions" ON {tasks}', "triggers"),
    (
        'CREATE OR REPLACE FUNCTION "{p}tasks_status_transitions"() RETURNS trigger ' + NO_OP,
        "triggers",
    ),
    ('DROP INDEX "{p}tasks.by_status"', "patterns.by_status"),
    (
        'DROP INDEX "{p}tasks.by_status"; CREATE INDEX "{p}tasks.by_status" ON {tasks} (starts)',
        "patterns.by_status",
    ),
    ("ALTER TABLE {notes} DISABLE ROW LEVEL SECURITY", "row_security.others"),
    ("ALTER TABLE {notes} NO FORCE ROW LEVEL SECURITY", "row_security.others"),
    ("ALTER POLICY trueup_tenant ON {notes} USING (true)", "row_security.others"),
    ("ALTER POLICY trueup_tenant ON {notes} WITH CHECK (true)", "row_security.writes"),
    ("DROP POLICY trueup_tenant ON {notes}", "row_security"),
    ("ALTER TABLE {tasks} DROP COLUMN score", "behaviour"),
    ("DROP TABLE {notes}", "behaviour"),
]


@pytest.mark.parametrize(("change", "path"), MUTATIONS, ids=lambda one: one[:60])
def test_what_was_weakened_is_found(
    opened: OpenTables, prefix: str, other: psycopg.Connection[Any], change: str, path: str
) -> None:
    for table in ("owners", "tasks", "notes"):
        change = change.replace(f"{{{table}}}", f'"{prefix}{table}"')
    other.execute(change.replace("{p}", prefix).encode())
    found = not_green(tried(opened))
    assert any(path in one for one in found), found


def test_superuser_does_not_prove_that_tenants_are_apart(
    opened: OpenTables, superuser: psycopg.Connection[Any]
) -> None:
    """Policies do not bind a superuser: what could not be seen is not green."""
    [(role,)] = superuser.execute("SELECT rolname FROM pg_roles WHERE rolname = 'trueup'")
    superuser.execute(f"ALTER ROLE {role} BYPASSRLS".encode())
    try:
        found = not_green(tried(opened))
    finally:
        superuser.execute(f"ALTER ROLE {role} NOBYPASSRLS".encode())
    assert len(found) == 3
    assert all("unknown" in seen for seen in found.values())


def test_other_engines_have_no_behaviour_to_try() -> None:
    layer = Layer("plain", target="sqlite", tables=[Table("owners", Owner, partition="id")])
    with open_tables("sqlite://", layer) as tables, pytest.raises(UnsupportedByEngine):
        try_tables(tables, [])
