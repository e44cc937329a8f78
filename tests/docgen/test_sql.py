"""schema.sql of a layer: in order, explained, runnable as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID, uuid4

import pytest
from pydantic import Field

from trueup import AccessPattern, Index, Layer, Model, Relational, Table
from trueup.docgen import render_pages
from trueup.docgen.sql.script import script, script_file
from trueup.engines.connect import target_engine
from trueup.errors import Blocked, UnsupportedByEngine
from trueup.lifecycle.generated import State, write_file
from trueup.relational import (
    CountUpdates,
    ReferenceAction,
    References,
    SqlIndex,
    SqlObject,
    TouchOnUpdate,
    Transitions,
    Unique,
)


class Shelf(Model):
    id: UUID = Field(default_factory=uuid4)
    room: str
    state: Literal["open", "shut"] = Field(description="whether one can get at it")
    edition: int = 0
    changed_at: datetime | None = None
    under: UUID | None = None


def shelves(**settings: Any) -> Table[Shelf]:
    return Table(
        "shelves",
        Shelf,
        description="Where the books are",
        partition="id",
        indexes=[
            Index("by_room", "room", description="The shelves of a room"),
            Index("by_state", "state"),
        ],
        patterns=[AccessPattern("shelves_of", index="by_room")],
        relational=Relational(**settings),
    )


def text(*tables: Table[Any]) -> str:
    layer = Layer("library", target="postgres", tables=tables)
    return script(layer, target_engine(layer))


def line_above(found: str, start: str) -> str:
    lines = found.splitlines()
    return lines[next(at for at, line in enumerate(lines) if line.startswith(start)) - 1]


def test_script_is_one_transaction() -> None:
    found = text(shelves())
    assert "\nBEGIN;\n" in found
    assert found.endswith("\nCOMMIT;\n")


def test_table_is_headed_by_its_description() -> None:
    assert line_above(text(shelves()), 'CREATE TABLE "shelves"') == "-- Where the books are."


@pytest.mark.parametrize(
    ("index", "note"),
    [
        ("by_room", "-- The shelves of a room. Answers shelves_of."),
        ("by_state", "-- No access pattern names it."),
        ("any_how", "-- For filters and SQL of one's own: no access pattern names it."),
    ],
)
def test_index_says_what_it_is_for(index: str, note: str) -> None:
    found = text(shelves(indexes=[SqlIndex("any_how", ["edition"])]))
    assert line_above(found, f'CREATE INDEX "{index}"') == note


def test_constraint_over_a_part_of_the_rows_says_what_it_refuses() -> None:
    unique = Unique(["room", "state"], where="edition > 0", name="one_a_room")
    found = text(shelves(unique=[unique], indexes=[SqlIndex("any_how", ["edition"])]))
    note = "-- No two rows with edition > 0 have the same room and state."
    assert line_above(found, 'CREATE UNIQUE INDEX "one_a_room"') == note


@pytest.mark.parametrize(
    ("trigger", "note"),
    [
        (TouchOnUpdate("changed_at"), "Each update sets changed_at to the time of its"),
        (CountUpdates("edition"), "Each update raises edition by one, unless it sets another"),
        (Transitions("state", {"open": ["shut"]}), "state changes in these ways alone: open to"),
        (Transitions("state", {"open": []}), "state changes in these ways alone: never."),
    ],
)
def test_trigger_says_what_it_does(
    trigger: TouchOnUpdate | CountUpdates | Transitions, note: str
) -> None:
    found = text(shelves(triggers=[trigger]))
    assert line_above(found, "CREATE OR REPLACE TRIGGER").startswith(f"-- {note}")


@pytest.mark.parametrize(
    ("action", "fields", "note"),
    [
        ("no action", (), "A row of shelves cannot be deleted while rows of shelves refer to it."),
        ("cascade", (), "With a row of shelves go the rows of shelves that refer to it."),
        (
            "set null",
            ("under",),
            "When a row of shelves is deleted, the rows of shelves that refer to it lose under.",
        ),
    ],
)
def test_reference_says_what_a_deletion_does(
    action: ReferenceAction, fields: Sequence[str], note: str
) -> None:
    under = References("under", "shelves", on_delete=action, set_fields=fields)
    found = text(shelves(references=[under]))
    assert line_above(found, 'ALTER TABLE "shelves" ADD CONSTRAINT') == f"-- {note}"


def test_policy_says_whose_rows_are_seen() -> None:
    found = text(shelves(tenant="room"))
    assert "whose room is its own" in found.partition("CREATE POLICY")[0].splitlines()[-2:][0]


def test_type_is_made_without_a_guard() -> None:
    found = text(shelves(enums={"state": "door"}))
    assert "\nCREATE TYPE \"door\" AS ENUM ('open', 'shut');\n" in found


def test_statement_that_ends_in_a_comment_is_ended_below_it() -> None:
    made = SqlObject("view", "v", "CREATE OR REPLACE VIEW v AS SELECT 1 -- one")
    assert "SELECT 1 -- one\n;\n" in text(shelves(objects=[made]))


def test_statement_is_ended_once() -> None:
    made = SqlObject("view", "v", "CREATE OR REPLACE VIEW v AS SELECT 1;\n")
    assert "SELECT 1;\n\nCOMMIT" in text(shelves(objects=[made]))


def test_description_stays_in_its_comment() -> None:
    hostile = Table("t", Shelf, description="x\nDROP TABLE t", partition="id")
    assert "\nDROP" not in text(hostile)


def test_table_of_items_is_written_too() -> None:
    assert '"unknown_attributes" jsonb' in text(Table("notes", Shelf, partition="id"))


def test_layer_of_another_target_is_refused() -> None:
    layer = Layer("library", target="dynamodb", tables=[Table("notes", Shelf, partition="id")])
    with pytest.raises(UnsupportedByEngine, match="targets dynamodb"):
        script(layer, target_engine(layer))


def test_file_of_somebody_else_is_kept(tmp_path: Path) -> None:
    layer = Layer("library", target="postgres", tables=[shelves()])
    (tmp_path / "schema.sql").write_text("SELECT 1;\n", encoding="utf-8")
    with pytest.raises(Blocked):
        script_file(layer, target_engine(layer), tmp_path)


def test_file_is_current_after_it_is_written(tmp_path: Path) -> None:
    layer = Layer("library", target="postgres", tables=[shelves()])
    engine = target_engine(layer)
    write_file(script_file(layer, engine, tmp_path))
    assert script_file(layer, engine, tmp_path / "schema.sql").state is State.CURRENT


def test_script_and_page_begin_with_the_description_of_the_layer() -> None:
    """Each paragraph is one; nothing in it ends a comment or begins Markdown's blocks."""
    layer = Layer(
        "library",
        target="postgres",
        tables=[shelves()],
        description="""
        The books themselves
        are elsewhere.

        DROP TABLE shelves; <b>
        """,
    )
    engine = target_engine(layer)
    head = script(layer, engine).partition("BEGIN;")[0]
    assert (
        "--\n-- The books themselves are elsewhere.\n--\n-- DROP TABLE shelves; <b>\n--\n" in head
    )
    assert [line for line in head.splitlines() if not line.startswith(("--", "SET")) and line] == []
    page = render_pages(layer, engine)["index.md"]
    assert "The books themselves are elsewhere.\n\nDROP TABLE shelves; \\<b>.\n" in page
