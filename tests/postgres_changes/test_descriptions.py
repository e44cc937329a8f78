"""Descriptions of all that a table declares: made with it, compared, and kept by changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import psycopg
import pytest

from tests.postgres_changes.bringing import bring
from tests.postgres_changes.databases import new_database
from tests.postgres_changes.shapes import MISSING, Shape, Shapes
from trueup.relational import (
    Check,
    Exclude,
    Grant,
    References,
    SqlComposite,
    SqlDomain,
    SqlIndex,
    SqlObject,
    SqlSequence,
    Unique,
)
from trueup.testing.postgres import PostgresServer

FIELDS = {
    "id": (str, MISSING),
    "owner": (str, "me"),
    "parent": (str | None, None),
    "weight": (int, 0),
    "kind": (Literal["a", "b"], "a"),
    "touched": (str | None, None),
}
CALLED = "CREATE OR REPLACE FUNCTION area(one integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'"
DONE = "CREATE OR REPLACE PROCEDURE forget() LANGUAGE sql AS 'DELETE FROM {things}'"
ACTS = """CREATE OR REPLACE FUNCTION act() RETURNS trigger LANGUAGE plpgsql
AS 'BEGIN RETURN NULL; END'"""
ACTING = """CREATE CONSTRAINT TRIGGER acting AFTER INSERT ON {things} DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION act()"""
SEEN = "CREATE OR REPLACE VIEW seen WITH (security_invoker = true) AS SELECT id FROM {things}"
THINGS = (
    "constraint things_weight_key",
    "constraint things_parent_fkey",
    "constraint heavy",
    "constraint things_owner_excl",
    "constraint whole on domain share",
    "index by_weight",
    "index things_owner_key",
    "trigger acting",
    "policy trueup_tenant",
    "type kinds",
    "domain share",
    "composite type place",
    "sequence numbers",
    "function area(integer)",
    "procedure forget()",
    "view seen",
)


def shapes(said: str = "", *, weights: str = "weight > -1", seen: str = SEEN) -> Shapes:
    """A table with one of each; every thing is described by `said` and its own name."""

    def text(thing: str) -> dict[str, Any]:
        return {"description": f"{said} {thing}"} if said else {}

    settings: dict[str, Any] = {
        "enums": {"kind": "kinds"},
        "enum_descriptions": {"kinds": f"{said} type kinds"} if said else {},
        "unique": [
            Unique("weight", **text("constraint things_weight_key")),
            Unique("owner", where="weight > 5", **text("index things_owner_key")),
        ],
        "references": [References("parent", "things", **text("constraint things_parent_fkey"))],
        "checks": [Check("heavy", weights, **text("constraint heavy"))],
        "exclusions": [
            Exclude(
                {"owner": "="},
                method="btree",
                where="weight > 9",
                **text("constraint things_owner_excl"),
            )
        ],
        "indexes": [SqlIndex("by_weight", ["weight"], **text("index by_weight"))],
        "domains": [
            SqlDomain(
                "share",
                "integer",
                checks=[Check("whole", "VALUE < 9", **text("constraint whole on domain share"))],
                **text("domain share"),
            )
        ],
        "composites": [SqlComposite("place", {"a": "text"}, **text("composite type place"))],
        "sequences": [SqlSequence("numbers", **text("sequence numbers"))],
        "objects": [
            SqlObject("function", "area(integer)", CALLED, **text("function area(integer)")),
            SqlObject("function", "act()", ACTS),
            SqlObject("procedure", "forget()", DONE, **text("procedure forget()")),
            SqlObject("trigger", "acting", ACTING, **text("trigger acting")),
            SqlObject("view", "seen", seen, **text("view seen")),
        ],
        "grants": [Grant("PUBLIC", "select"), Grant("PUBLIC", "usage", on="sequence numbers")],
        "tenant": "owner",
        "tenant_description": f"{said} policy trueup_tenant" if said else "",
    }
    return {"things": Shape(FIELDS, settings)}


@pytest.fixture
def database(postgres_server: PostgresServer | None) -> Iterator[str]:
    assert postgres_server is not None, "these tests make databases: unset POSTGRES_URL"
    with new_database(postgres_server) as name:
        yield name


@pytest.fixture
def run(postgres_server: PostgresServer, database: str) -> Iterator[psycopg.Cursor[Any]]:
    with psycopg.connect(postgres_server.as_superuser(database), autocommit=True) as connection:
        yield connection.cursor()


def comments(run: psycopg.Cursor[Any], word: str) -> set[str]:
    """The things that a comment of the database is on, of those that begin with a word."""
    found = run.execute(
        "SELECT description FROM pg_description WHERE description LIKE %s", (f"{word} %",)
    ).fetchall()
    return {text.removeprefix(f"{word} ") for (text,) in found}


@pytest.mark.case("P29")
@pytest.mark.case("P61")
def test_whatever_is_declared_is_described_by_one_apply(
    postgres_server: PostgresServer, database: str, run: psycopg.Cursor[Any]
) -> None:
    bring(postgres_server, database, shapes("It's"))
    assert comments(run, "It's") == set(THINGS)
    assert len(bring(postgres_server, database, shapes("Now")).changes) == len(THINGS)
    assert comments(run, "Now") == set(THINGS)


def test_what_is_there_is_described(
    postgres_server: PostgresServer, database: str, run: psycopg.Cursor[Any]
) -> None:
    bring(postgres_server, database, shapes())
    plan = bring(postgres_server, database, shapes("New"))
    assert {str(one.change) for one in plan.changes} == {
        f"description of {thing} is missing" for thing in THINGS
    }
    run.execute("COMMENT ON CONSTRAINT heavy ON things IS 'other'")
    plan = bring(postgres_server, database, shapes("New"))
    assert [str(one.change) for one in plan.changes] == [
        "description of constraint heavy is other, declared is New constraint heavy"
    ]


def test_what_is_made_anew_is_described_again(
    postgres_server: PostgresServer, database: str, run: psycopg.Cursor[Any]
) -> None:
    bring(postgres_server, database, shapes("Kept"))
    other = SEEN.replace("SELECT id", "SELECT weight AS kilos")
    bring(postgres_server, database, shapes("Kept", weights="weight > -2", seen=other))
    assert comments(run, "Kept") == set(THINGS)
