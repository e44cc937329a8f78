"""Objects and privileges: whose they are, what goes with them, and what is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.postgres_changes.bringing import bring, opened, perform, planned
from tests.postgres_changes.databases import new_database
from tests.postgres_changes.shapes import MISSING, Shape, Shapes
from trueup.errors import DeclarationError, NeedsOperator
from trueup.relational import Grant, Revoke, SqlIndex, SqlObject, Unique
from trueup.schema.changes import path_of
from trueup.schema.hazard import Allowance
from trueup.testing.postgres import PostgresServer

PLAIN = Shape(fields={"id": (str, MISSING), "weight": (int, 0)})


def area(signature: str = "area(integer)", body: str = "1") -> SqlObject:
    named = signature.removesuffix(")").replace("(", "(one ")
    sql = f"CREATE OR REPLACE FUNCTION {named}) RETURNS integer LANGUAGE sql AS $$ SELECT {body} $$"
    return SqlObject("function", signature, sql)


def things(**settings: Any) -> Shapes:
    return {"things": PLAIN.set(**settings)}


@pytest.fixture
def database(postgres_server: PostgresServer | None) -> Iterator[str]:
    assert postgres_server is not None, "these tests make databases: unset POSTGRES_URL"
    with new_database(postgres_server) as name:
        yield name


@pytest.fixture
def run(postgres_server: PostgresServer, database: str) -> Iterator[psycopg.Cursor[Any]]:
    url = postgres_server.as_superuser(database)
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection.cursor()


@pytest.fixture
def role(run: psycopg.Cursor[Any], database: str) -> Iterator[str]:
    name = f"reader_{database}"
    run.execute(f"CREATE ROLE {name}".encode())
    yield name
    run.execute(f"DROP OWNED BY {name}; DROP ROLE {name}".encode())


def may(run: psycopg.Cursor[Any], role: str, function: str) -> bool:
    found = run.execute("SELECT has_function_privilege(%s, %s, 'execute')", (role, function))
    return bool(found.fetchall()[0][0])


def kept(server: PostgresServer, database: str, shapes: Shapes) -> list[str]:
    """What a plan without --prune changes, and what it leaves."""
    with opened(server, database, shapes) as tables:
        plan, _ = planned(tables, frozenset({Allowance.DATA_LOSS}))
    assert plan.changes == ()
    return [change.what for change in plan.kept if hasattr(change, "what")]


@pytest.mark.case("P6")
def test_plan_names_only_objects_that_it_made(
    postgres_server: PostgresServer, database: str, run: psycopg.Cursor[Any]
) -> None:
    bring(postgres_server, database, things(objects=[area()]))
    run.execute("CREATE VIEW theirs AS SELECT id FROM things; CREATE SEQUENCE their_numbers")
    run.execute("CREATE EXTENSION pg_stat_statements")
    assert kept(postgres_server, database, things()) == ["object function area(integer)"]
    bring(postgres_server, database, things())
    left = run.execute(
        "SELECT to_regclass('theirs') IS NOT NULL, to_regclass('their_numbers') IS NOT NULL, "
        "to_regclass('pg_stat_statements') IS NOT NULL, to_regprocedure('area(integer)')"
    )
    assert left.fetchall() == [(True, True, True, None)]


@pytest.mark.case("P28")
def test_other_parameters_take_the_place_of_the_function(
    postgres_server: PostgresServer, database: str, run: psycopg.Cursor[Any], role: str
) -> None:
    caller = SqlObject(
        "view", "areas", "CREATE OR REPLACE VIEW areas AS SELECT area(1) AS area FROM {things}"
    )
    bring(postgres_server, database, things(objects=[area(), caller]))
    run.execute("REVOKE EXECUTE ON FUNCTION area(integer) FROM PUBLIC")
    run.execute(f"GRANT EXECUTE ON FUNCTION area(integer) TO {role}".encode())
    run.execute(f"GRANT SELECT ON areas TO {role}".encode())
    run.execute("COMMENT ON FUNCTION area(integer) IS 'Square'")
    bring(postgres_server, database, things(objects=[area(body="2"), caller]))
    assert may(run, role, "area(integer)")
    other = area("area(numeric)")
    bring(postgres_server, database, things(objects=[other, caller]))
    found = run.execute(
        "SELECT p.oid::regprocedure::text, obj_description(p.oid, 'pg_proc'), "
        "has_table_privilege(%s, 'areas', 'select') FROM pg_proc p "
        "WHERE p.oid = to_regprocedure('area(numeric)')",
        (role,),
    )
    assert found.fetchall() == [("area(numeric)", "Square", True)]
    former = run.execute("SELECT to_regprocedure('area(integer)')")
    assert former.fetchall() == [(None,)]
    assert may(run, role, "area(numeric)")
    assert not may(run, "public", "area(numeric)")


def test_view_that_is_another_one_than_declared_is_never_made_of_the_servers_words(
    postgres_server: PostgresServer, database: str, run: psycopg.Cursor[Any]
) -> None:
    view = SqlObject(
        "view", "weights", "CREATE OR REPLACE VIEW weights AS SELECT weight FROM things"
    )
    others = PLAIN.set(objects=[view])
    bring(postgres_server, database, {**things(), "others": others})
    run.execute("CREATE OR REPLACE VIEW weights AS SELECT weight FROM things WHERE weight > 1")
    after = {**things(types={"weight": "integer"}), "others": others}
    with opened(postgres_server, database, after) as tables:
        plan, live = planned(tables)
        columns = [one for one in plan.steps if path_of(one) == ("columns", "weight")]
        [step] = tables.open_layer.engine.render(columns, live)
        with pytest.raises(NeedsOperator, match="the column weight is read by view weights"):
            perform(tables, step)
    assert run.execute("SELECT to_regclass('weights') IS NOT NULL").fetchall() == [(True,)]


@pytest.mark.case("P33")
def test_revoke_from_all_is_one_change(
    postgres_server: PostgresServer, database: str, run: psycopg.Cursor[Any]
) -> None:
    bring(postgres_server, database, things(objects=[area()]))
    assert may(run, "public", "area(integer)")
    closed = things(
        objects=[area()], grants=[Revoke("PUBLIC", "execute", on="function area(integer)")]
    )
    plan = bring(postgres_server, database, closed)
    assert [str(one.change) for one in plan.changes] == [
        "privilege EXECUTE on function area(integer) for PUBLIC is on, declared is off"
    ]
    assert not may(run, "public", "area(integer)")


@pytest.mark.case("P33")
def test_function_that_comes_later_is_closed_from_its_first_moment(
    postgres_server: PostgresServer, database: str, run: psycopg.Cursor[Any]
) -> None:
    bring(postgres_server, database, things(objects=[]))
    closed = things(
        objects=[area()], grants=[Revoke("PUBLIC", "execute", on="function area(integer)")]
    )
    with opened(postgres_server, database, closed) as tables:
        plan, live = planned(tables)
        made = [one for one in plan.steps if path_of(one)[0] == "objects"]
        [step] = tables.open_layer.engine.render(made, live)
        perform(tables, step)
        assert not may(run, "public", "area(integer)")
    again = bring(postgres_server, database, closed)
    assert again.changes == ()


@pytest.mark.case("P33")
def test_creation_revokes_too(
    postgres_server: PostgresServer, database: str, run: psycopg.Cursor[Any], role: str
) -> None:
    shapes = things(
        objects=[area()],
        grants=[
            Revoke("PUBLIC", "execute", on="function area(integer)"),
            Grant(role, ("select", "insert")),
            Grant(role, "update", columns=["weight"]),
        ],
    )
    bring(postgres_server, database, shapes)
    assert not may(run, "public", "area(integer)")
    columns = run.execute(
        "SELECT has_table_privilege(%s, 'things', 'select'), "
        "has_column_privilege(%s, 'things', 'weight', 'update'), "
        "has_column_privilege(%s, 'things', 'id', 'update')",
        (role, role, role),
    )
    assert columns.fetchall() == [(True, True, False)]


def test_undeclared_privileges_go_with_prune_alone(
    postgres_server: PostgresServer, database: str, run: psycopg.Cursor[Any], role: str
) -> None:
    shapes = things(grants=[Grant(role, "select")])
    bring(postgres_server, database, shapes)
    run.execute(f"GRANT DELETE, UPDATE (weight) ON things TO {role}".encode())
    assert kept(postgres_server, database, shapes) == [
        f"privilege DELETE for {role}",
        f"privilege UPDATE (weight) for {role}",
    ]
    bring(postgres_server, database, shapes)
    found = run.execute(
        "SELECT has_table_privilege(%s, 'things', 'select'), "
        "has_table_privilege(%s, 'things', 'delete'), "
        "has_column_privilege(%s, 'things', 'weight', 'update')",
        (role, role, role),
    )
    assert found.fetchall() == [(True, False, False)]


def test_privileges_on_a_column_go_with_it(
    postgres_server: PostgresServer, database: str, run: psycopg.Cursor[Any], role: str
) -> None:
    granted = things(grants=[Grant(role, "select")])
    more = {name: shape.field("note", str | None, None) for name, shape in granted.items()}
    bring(postgres_server, database, more)
    run.execute(f"GRANT UPDATE (note) ON things TO {role}".encode())
    run.execute("ALTER TABLE things DROP COLUMN note")
    with opened(postgres_server, database, granted) as tables:
        plan, _ = planned(tables)
    assert plan.changes == ()


@pytest.mark.case("P8")
def test_parts_are_those_of_their_columns_after_the_first_columns_are_gone(
    postgres_server: PostgresServer, database: str, run: psycopg.Cursor[Any]
) -> None:
    fields = {
        "former": (str | None, None),
        "older": (str | None, None),
        "id": (str, MISSING),
        "number": (int | None, None),
        "weight": (int, 0),
    }
    shape = Shape(
        fields,
        {
            "identity": ["number"],
            "unique": [Unique("number")],
            "indexes": [SqlIndex("by_weight", ["weight", "number"])],
        },
        described={"weight": "in grams", "number": "of the shelf"},
    )
    bring(postgres_server, database, {"things": shape})
    left = shape.without("former", "older")
    plan = bring(postgres_server, database, {"things": left})
    assert [str(one.change) for one in plan.changes] == [
        "column former is not declared",
        "column older is not declared",
    ]
    plan = bring(postgres_server, database, {"things": left.describe("weight", "in kilos")})
    assert [str(one.change) for one in plan.changes] == [
        "column weight is comment in grams, declared is comment in kilos"
    ]
    found = run.execute(
        "SELECT pg_get_serial_sequence('things', 'number'), "
        "(SELECT array_agg(a.attname::text || ': ' || col_description(a.attrelid, a.attnum) "
        "ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = 'things'::regclass "
        "AND col_description(a.attrelid, a.attnum) IS NOT NULL), "
        "pg_get_indexdef('by_weight'::regclass, 1, true), "
        "(SELECT array_agg(pg_get_constraintdef(oid) ORDER BY conname) FROM pg_constraint "
        "WHERE conrelid = 'things'::regclass AND contype IN ('p', 'u'))"
    )
    assert found.fetchall() == [
        (
            "public.things_number_seq",
            ["number: of the shelf", "weight: in kilos"],
            "weight",
            ["UNIQUE (number)", "PRIMARY KEY (id)"],
        )
    ]


@pytest.mark.parametrize("before", [{}, {"things": PLAIN}], ids=["from empty", "incrementally"])
def test_trigger_and_functions_of_an_old_table_find_a_new_one_with_a_policy(
    postgres_server: PostgresServer,
    database: str,
    run: psycopg.Cursor[Any],
    before: Shapes,
) -> None:
    noted = SqlObject(
        "trigger",
        "a_noted",
        "CREATE OR REPLACE TRIGGER a_noted AFTER INSERT ON {things} "
        "FOR EACH ROW EXECUTE FUNCTION note()",
    )
    note = SqlObject(
        "function",
        "note()",
        "CREATE OR REPLACE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM how_many(); RETURN NULL; END $$",
    )
    count = SqlObject(
        "function",
        "how_many()",
        "CREATE OR REPLACE FUNCTION how_many() RETURNS bigint LANGUAGE sql AS "
        "$$ SELECT count(*) FROM {others} $$",
    )
    others = Shape(fields={"id": (str, MISSING), "owner": (str, MISSING)}).set(tenant="owner")
    if before:
        bring(postgres_server, database, before)
    bring(postgres_server, database, {**things(objects=[noted, note, count]), "others": others})
    run.execute("SET trueup.tenant = 'me'; INSERT INTO things VALUES ('a', 1)")
    assert run.execute("SELECT how_many()").fetchall() == [(0,)]


def test_role_that_is_not_there_is_named(postgres_server: PostgresServer, database: str) -> None:
    with pytest.raises(DeclarationError, match='"nobody_of_that_name" does not exist') as caught:
        bring(postgres_server, database, things(grants=[Grant("nobody_of_that_name", "select")]))
    assert "the privilege SELECT for nobody_of_that_name" in caught.value.what
