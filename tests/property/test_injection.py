"""Text that looks like SQL, in every place that takes text: stored as it is, or refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any
from uuid import uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import create_model

from tests.soak import IS_SOAK
from trueup import CursorRefused, Database, Index, Layer, Model, Repository, Table, at, connect
from trueup.errors import DeclarationError, InvalidCall
from trueup.model import stored_as
from trueup.testing.postgres import drop_tables

PIECES = (
    *("'", '"', "''", '""', "\\", "\\'", "`", "$$", "$1", "$2::text", "$tag$", ":a", "%s", "%(a)s"),
    *(
        "--",
        "/*",
        "*/",
        ";",
        ")",
        "(",
        "?",
        "%",
        "_",
        "{",
        "}",
        "{0}",
        "{table}",
        "#",
        "~",
        ".",
        ",",
    ),
    *(
        "\n",
        "\r",
        "\t",
        "\0",
        "\x1a",
        "\x7f",
        "\ud800",
        "\udfff",
        "\ufffe",
        "\u202e",
        "\u200f",
        "א",
    ),
    *("ä", "\U0001f600", "\U0010ffff", "E'", "U&'", "null", "NULL", "x" * 63, "é" * 32, " ", "a"),
)
WHOLE = (
    '\'; DROP TABLE "Notes"; --',
    "' OR '1'='1",
    '" OR ""="',
    "1; SELECT pg_sleep(10)",
    '\'); DELETE FROM "Notes"; --',
    "$1' UNION SELECT 1 --",
    "\\'; SELECT 1; --",
    "E'\\000'",
    "' || pg_sleep(10) || '",
    "%00",
    "\ufeff'",
)
texts = st.sampled_from(WHOLE) | st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map(
    "".join
)
LONGEST_NAME = 63
"""Bytes of a name in PostgreSQL."""

LISTED = settings(max_examples=1200 if IS_SOAK else 60)


class Note(Model):
    """Text in every kind of place."""

    group: str
    key: str
    body: str = ""
    label: str | None = None
    words: set[str] = set()
    lines: list[str] = []
    named: dict[str, str] = {}


NOTES = Table(
    "Notes",
    Note,
    partition="group",
    sort="key",
    indexes=[Index("Labels", partition="label", sort="key")],
)
CANARY = Note(group="canary", key="canary", body="sings")


def note(text: str) -> Note:
    return Note(
        group=text, key=text, body=text, label=text, words={text}, lines=[text], named={text: text}
    )


@pytest.fixture(scope="module", params=["postgres", "sqlite"])
def place(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """A URL, and what the names of its tables begin with."""
    if request.param == "sqlite":
        yield "sqlite://", ""
        return
    url = request.getfixturevalue("postgres_url")
    prefix = f"i{uuid4().hex[:4]}-"
    yield url, prefix
    drop_tables(url, prefix)


def layer_at(url: str, *tables: Table[Any]) -> Layer:
    """The tables, for the engine of a URL."""
    target: Any = url.partition(":")[0].replace("postgresql", "postgres")
    return Layer("injection", target=target, tables=tables)


@pytest.fixture(scope="module")
def db(place: tuple[str, str]) -> Iterator[Database]:
    url, prefix = place
    with connect(url, layer_at(url, NOTES), table_names=f"{prefix}{{table}}") as opened:
        opened.create_tables()
        opened.repository(NOTES).put(CANARY)
        yield opened


def is_text(text: str) -> bool:
    """Whether every engine can store it: PostgreSQL has no NUL, and UTF-8 no surrogates."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


@pytest.mark.soak
@pytest.mark.req("C91")
@LISTED
@given(text=texts)
@example('\'; DROP TABLE "Notes"; --')
def test_text_is_stored_as_it_is_or_refused(db: Database, text: str) -> None:
    notes = db.repository(NOTES)
    stored = note(text)
    try:
        notes.create(stored)
    except InvalidCall:
        assert not is_text(text)
        assert notes.scan().all() == [CANARY]
        return
    assert notes.get(text, text) == stored
    assert notes.get_many([(text, text), ("canary", "canary")]) == [stored, CANARY]
    assert_found(notes, text, stored)
    changed = stored.model_copy(update={"body": f"{text}{text}", "lines": [text, text]})
    notes.update(
        (text, text),
        at(Note.body).assign(changed.body),
        at(Note.lines).append(text),
        only_if=(Note.body == text) & at(Note.words).contains(text),
    )
    assert notes.get(text, text) == changed
    notes.delete(text, text, only_if=Note.label == text)
    assert notes.scan().all() == [CANARY]


def assert_found(notes: Repository[Note], text: str, stored: Note) -> None:
    """By every condition that takes a text, and by no other text."""
    assert notes.query(text, sort=at(Note.key).begins_with(text)).all() == [stored]
    assert notes.query(text, sort=Note.key == text).all() == [stored]
    assert notes.query(text, sort=at(Note.key).between(text, text)).all() == [stored]
    assert notes.query(text, index="Labels", sort=Note.key >= text).all() == [stored]
    for condition in (
        Note.body == text,
        at(Note.body).begins_with(text),
        at(Note.body).contains(text),
        at(Note.body).is_in(text, "none"),
        at(Note.words).contains(text),
        at(Note.named[text]) == text,
    ):
        assert notes.query(text, filter=condition).all() == [stored]
        assert notes.query("canary", filter=condition).all() == []
        assert notes.count(text, filter=condition) == 1
    page = notes.query(text, limit=1)
    assert page.all() == [stored]
    assert page.cursor is None or notes.query(text, after=page.cursor).all() == []


@pytest.mark.soak
@pytest.mark.req("C91")
@LISTED
@given(text=texts)
def test_text_as_a_cursor_is_refused(db: Database, text: str) -> None:
    with pytest.raises(CursorRefused):
        db.repository(NOTES).query("canary", after=text).all()
    assert db.repository(NOTES).scan().all() == [CANARY]


@pytest.mark.soak
@pytest.mark.req("C91")
@LISTED
@given(text=texts)
def test_text_in_a_parameter_of_sql_is_its_value(db: Database, text: str) -> None:
    class Said(Model):
        text: str

    try:
        found = db.fetch(Said, "SELECT :text AS text", text=text)
    except InvalidCall:
        assert not is_text(text)
    else:
        assert found == [Said(text=text)]


def declared(text: str) -> tuple[Table[Any], Callable[..., Model]]:
    """A table whose names are all made of a text."""
    fields: dict[str, Any] = {
        "key": (Annotated[str, stored_as(f"k{text}")], ...),
        "sort": (Annotated[str, stored_as(text)], ...),
        "body": (Annotated[str, stored_as(f"{text}b")], ...),
    }
    model = create_model("Named", __base__=Model, **fields)
    index = Index(f"i{text}", partition="body", sort="key")
    return Table(f"t{text}", model, partition="key", sort="sort", indexes=[index]), model


@pytest.mark.soak
@pytest.mark.req("C91")
@LISTED
@given(text=texts)
@example('"; DROP TABLE "Notes"; --')
@example("x" * 63)
def test_names_are_taken_as_they_are_or_refused(
    db: Database, place: tuple[str, str], text: str
) -> None:
    url, prefix = place
    own = f"{prefix}{uuid4().hex[:4]}"
    try:
        table, model = declared(text)
        with connect(url, layer_at(url, table), table_names=f"{own}{{table}}") as named:
            named.create_tables()
            named.create_tables()  # it recognises its own
            item = model(key="k", sort="s", body=text)
            names = named.repository(table)
            names.put(item)
            assert names.get("k", "s") == item
            assert names.query(text, index=f"i{text}").all() == [item]
    except DeclarationError:
        is_long = len(f"{own}t{text}".encode(errors="replace")) > LONGEST_NAME
        assert not is_text(text) or (is_long and prefix)
    assert db.repository(NOTES).scan().all() == [CANARY]
