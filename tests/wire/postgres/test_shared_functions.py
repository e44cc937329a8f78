"""Functions of triggers that are there already, or that several tables declare."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

import trueup
from trueup import DeclarationError, ErrorCode, Layer, Model, Relational, Table, WholeSeconds, at
from trueup.relational import CountUpdates, TouchOnUpdate
from trueup.testing.suite.harness.refusals import refused

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class Note(Model):
    id: str
    text: str = ""
    changed_at: datetime = NOON
    updated_at: datetime = NOON
    changes: int = 0


class Coarse(Model):
    id: str
    text: str = ""
    changed_at: WholeSeconds = NOON


def notes(name: str, *triggers: TouchOnUpdate | CountUpdates) -> Table[Note]:
    return Table(name, Note, partition="id", relational=Relational(triggers=triggers))


def layer_of(*tables: Table[Any]) -> Layer:
    return Layer("notes", target="postgres", tables=tables)


@pytest.fixture
def function(prefix: str, other: psycopg.Connection[Any]) -> Iterator[str]:
    """The name of a function that another program's table uses."""
    name = f"{prefix}touch"
    make = f"""CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN NEW.audited := true; RETURN NEW; END $$;
    CREATE TABLE "{prefix}theirs" (id text PRIMARY KEY, audited boolean);
    CREATE TRIGGER audit BEFORE UPDATE ON "{prefix}theirs"
    FOR EACH ROW EXECUTE FUNCTION "{name}"()"""
    other.execute(make.encode())
    yield name
    other.execute(f'DROP FUNCTION "{name}" CASCADE'.encode())


def test_function_of_another_program_is_refused_by_name(
    postgres_url: str, prefix: str, function: str, other: psycopg.Connection[Any]
) -> None:
    layer = layer_of(notes("notes", TouchOnUpdate("updated_at", function=function)))
    with trueup.connect(postgres_url, layer, table_names=f"{prefix}{{table}}") as db:
        with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
            db.create_tables()
        assert refusal.says(f"the function {function} is there")
        theirs = f'"{prefix}theirs"'
        other.execute(f"INSERT INTO {theirs} VALUES ('a'); UPDATE {theirs} SET id = 'b'".encode())
        assert other.execute(f"SELECT audited FROM {theirs}".encode()).fetchall() == [(True,)]
        other.execute(f"DROP TABLE {theirs}".encode())
        db.create_tables()  # nothing uses it any more


def test_function_that_is_there_with_the_same_source_is_shared(
    postgres_url: str, prefix: str, other: psycopg.Connection[Any]
) -> None:
    function = f"{prefix}touch"
    tables = [notes(name, TouchOnUpdate("updated_at", function=function)) for name in ("a", "b")]
    for table in tables:
        with trueup.connect(postgres_url, layer_of(table), table_names=f"{prefix}{{table}}") as db:
            db.create_tables()
            db.repository(table).put(Note(id="1"))
            db.repository(table).update("1", at(Note.text).assign("x"))
            [changed] = db.repository(table).scan()
            assert changed.updated_at > NOON
    other.execute(f'DROP FUNCTION "{function}" CASCADE'.encode())


def test_one_name_of_two_functions_is_a_problem_of_the_layer(postgres_url: str) -> None:
    layer = layer_of(
        notes("a", TouchOnUpdate("changed_at", function="moved")),
        notes("b", TouchOnUpdate("updated_at", function="moved")),
    )
    with pytest.raises(DeclarationError) as refusal:
        trueup.connect(postgres_url, layer)
    [problem] = refusal.value.problems
    assert "the function moved has another source than that of" in problem


def test_one_name_of_two_functions_of_one_table_is_a_problem_too() -> None:
    triggers = TouchOnUpdate("changed_at", function="f"), CountUpdates("changes", function="f")
    with pytest.raises(DeclarationError) as refusal:
        layer_of(notes("a", *triggers))
    assert "two triggers have a function 'f'" in str(refusal.value)


def test_whole_seconds_and_instants_are_touched_each_in_their_form(
    postgres_url: str, prefix: str
) -> None:
    fine = notes("fine", TouchOnUpdate("changed_at"))
    settings = Relational(triggers=[TouchOnUpdate("changed_at")])
    coarse = Table("coarse", Coarse, partition="id", relational=settings)
    names = f"{prefix}{{table}}"
    with trueup.connect(postgres_url, layer_of(fine, coarse), table_names=names) as db:
        db.create_tables()
        db.repository(fine).put(Note(id="1"))
        db.repository(coarse).put(Coarse(id="1"))
        touched = set()
        for number in range(5):
            db.repository(fine).update("1", at(Note.text).assign(f"{number}"))
            db.repository(coarse).update("1", at(Coarse.text).assign(f"{number}"))
            [one] = db.repository(fine).scan()
            touched.add(one.changed_at.microsecond)
        [whole] = db.repository(coarse).scan()
        assert len(touched) > 1
        assert whole.changed_at > NOON
        assert whole.changed_at.microsecond == 0
