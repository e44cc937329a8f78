"""Pages of relational tables: types of columns, what the database refuses, triggers, tenants."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

import pytest
from pydantic import Field

from trueup import Index, Layer, Model, Relational, Table
from trueup.docgen import render_pages
from trueup.engines.connect import target_engine
from trueup.relational import Check, SqlIndex, SqlObject, TouchOnUpdate


class Note(Model):
    id: UUID = Field(default_factory=uuid4)
    owner: UUID
    title: Annotated[str, Field(max_length=80)]
    changed_at: datetime | None = Field(default=None, description="the last change")


NOTES = Table(
    "notes",
    Note,
    partition="id",
    indexes=[Index("by_owner", partition="owner", sort="title")],
    relational=Relational(
        tenant="owner",
        defaults={"changed_at": "now()"},
        checks=[Check("titled", "title <> ''", description="It has a title")],
        indexes=[SqlIndex("by_change", ["changed_at"])],
        triggers=[TouchOnUpdate("changed_at")],
        objects=[SqlObject("function", "one()", "CREATE FUNCTION one() RETURNS int RETURN 1\n")],
    ),
)
LAYER = Layer("notes", target="postgres", tables=[NOTES])


@pytest.fixture(scope="module")
def page() -> str:
    return render_pages(LAYER, target_engine(LAYER))["notes.md"]


def section(page: str, title: str) -> str:
    return page.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_types_are_those_of_columns_and_defaults_are_named(page: str) -> None:
    rows = section(page, "Attributes")
    assert "| `title` | `character varying(80)` | `title: str` |" in rows
    assert "The last change. If it is not given, `now()` of the database. |" in rows


def test_descriptions_of_what_is_declared_are_shown(page: str) -> None:
    assert "| `constraint titled` | It has a title |" in section(page, "Descriptions")


def test_repository_of_the_examples_can_be_opened(page: str) -> None:
    setup = section(page, "Access patterns")
    assert 'db = trueup.connect("postgresql://localhost/app", LAYER)' in setup
    assert 'repository = db.tenant("00000000-0000-0000-0000-000000000001").repository(' in setup


def test_requests_leave_out_the_list_of_columns(page: str) -> None:
    questions = section(page, "Access patterns")
    assert 'SELECT … FROM "notes" WHERE "id" = $1::uuid;' in questions
    assert "`…` stands for the columns." in questions


def test_index_of_columns_lacks_no_items(page: str) -> None:
    assert "sparse" not in section(page, "Indexes")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Constraints", "| `titled` | `CHECK (title <> '')` |"),
        ("Other indexes", 'CREATE INDEX "by_change" ON "notes" USING btree ("changed_at");'),
        ("Triggers", 'CREATE OR REPLACE TRIGGER "notes_changed_at_touch" BEFORE UPDATE'),
        ("SQL of its own", "CREATE FUNCTION one() RETURNS int RETURN 1;"),
        ("Row-level security", 'CREATE POLICY "trueup_tenant" ON "notes"'),
    ],
)
def test_what_the_database_does_has_a_section(page: str, title: str, text: str) -> None:
    assert text in section(page, title)


def test_settings_repeat_nothing(page: str) -> None:
    settings = section(page, "Settings")
    assert "CREATE" not in settings
    assert "columns." not in settings
