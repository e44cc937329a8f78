"""Calls with and without an option, seen by what would reach DynamoDB."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from trueup import (
    AccessPattern,
    Database,
    ExpiresAt,
    Index,
    Layer,
    Model,
    RetryPolicy,
    Table,
    Unavailable,
    Version,
    at,
    connect,
    open_database,
)
from trueup.engines.connect import find_driver, new_engine
from trueup.errors import Place, UnsupportedByEngine


class Note(Model):
    """An item whose table has all that options are about."""

    owner: str
    number: int
    title: str = ""
    version: Version = 0
    expires_at: ExpiresAt | None = None


class Title(Model):
    """Some of a note."""

    owner: str
    title: str = ""


notes = Table(
    "Notes",
    Note,
    partition="owner",
    sort="number",
    indexes=[Index("ByTitle", partition="title", sort="number")],
    patterns=[AccessPattern("of_owner")],
)
layer = Layer("options", target="dynamodb", tables=[notes])


class Recorder:
    """A wire that keeps what it is asked to send, and answers nothing."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def perform(self, request: Any, deadline_s: float) -> Any:
        """Keep the request."""
        self.sent.append(f"{request.payload.target} {request.payload.body.decode()}")
        raise Unavailable("nothing answers", where=Place("recorder"), fix="look at what was sent")

    def close(self) -> None:
        """There is nothing to close."""


def opened(wire: Recorder) -> Database:
    """The layer on DynamoDB's engine, over a wire of ours."""
    driver, _ = find_driver("dynamodb://eu-west-1")
    engine = new_engine(driver, layer, "{table}", RetryPolicy.NONE)
    return open_database(engine, wire, layer, clock=lambda: 1_000, retries=RetryPolicy.NONE)


def sent_by(call: Callable[[Database], Any]) -> list[str]:
    """What a call sends first; a refusal by name counts as an effect."""
    wire = Recorder()
    db = opened(wire)
    try:
        with suppress(Unavailable):
            result = call(db)
            if hasattr(result, "payload"):  # a preview
                wire.sent.append(result.payload.body.decode())
            elif hasattr(result, "first"):
                result.first()
    except UnsupportedByEngine as error:
        wire.sent.append(error.what)
    return wire.sent


NOTE = Note(owner="a", number=1, title="t", version=3)
# One value for each option, which is not what it is by default.
VALUES: dict[str, Any] = {
    "consistent": True,
    "include_expired": True,
    "projection": Title,
    "index": "ByTitle",
    "filter": Note.title == "x",
    "limit": 7,
    "page_size": 3,
    "sort": Note.number > 4,
    "order": "descending",
    "segment": 1,
    "segments": 4,
    "only_if": Note.title == "x",
    "returning": "old",
    "version": 8,
    "lock": "wait",  # refused by name: DynamoDB locks no rows
}
# What must stand beside an option for it to be allowed.
BESIDE: dict[str, dict[str, Any]] = {"segment": {"segments": 4}}
KEY = ("a", 1)
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "get": KEY,
    "require": KEY,
    "exists": KEY,
    "get_many": ([KEY],),
    "query": ("a",),
    "count": ("a",),
    "collection": ("a",),
    "pattern": ("of_owner", "a"),
    "scan": (),
    "count_all": (),
    "create": (NOTE,),
    "put": (NOTE,),
    "update": (NOTE, at(Note.title).assign("y")),
    "update_or_create": (NOTE, at(Note.title).assign("y")),
    "delete": (NOTE,),
    "delete_where": ("a",),
}


_READING = {
    "count": "query",
    "collection": "query",
    "count_all": "scan",
    "delete_where": "query",
}


def cursor_of(method: str) -> str:
    """A cursor that the method takes with no other option."""
    with connect("sqlite://", layer) as db:
        db.create_tables()
        repo = db.repository(notes)
        for number in (1, 2):
            repo.create(Note(owner="a", number=number, title="t"))
        reading = _READING.get(method, method)
        results = getattr(repo, reading)(*ARGUMENTS[method])
        results.first()
        assert results.cursor is not None
        return str(results.cursor)


def call_of(handle: str, method: str, options: dict[str, Any]) -> Callable[[Database], Any]:
    """The call of a method of a handle with some options."""

    if method == "delete_where":
        options = {"limit": 7, **options}

    def call(db: Database) -> Any:
        if handle == "Transaction":
            with db.transaction() as tx:
                getattr(tx, method)(notes, *ARGUMENTS[method], **options)
            return None
        repo = db.repository(notes)
        target = repo if handle == "Repository" else repo.requests
        return getattr(target, method)(*ARGUMENTS[method], **options)

    return call


def sent_with_and_without(option: str) -> tuple[list[str], list[str]]:
    """What is sent with an option such as `Repository.query.limit`, and what is without it."""
    handle, method, name = option.split(".")
    beside = BESIDE.get(name, {})
    value = cursor_of(method) if name == "after" else VALUES[name]
    given = sent_by(call_of(handle, method, {**beside, name: value}))
    return given, sent_by(call_of(handle, method, beside))
