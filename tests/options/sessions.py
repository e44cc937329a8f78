"""Sessions and streams with and without an option, seen by what would reach PostgreSQL."""

from __future__ import annotations

from typing import Any

from tests.options.calls import Note
from trueup import (
    Database,
    Layer,
    Relational,
    RequestEvent,
    Session,
    Table,
    TransactionConflict,
    TrueupError,
    connect,
    open_database,
)
from trueup.engines.connect import find_driver, new_engine
from trueup.engines.postgres.payload import Described
from trueup.engines.postgres.wire.transactions import session_begin
from trueup.operations.events import RequestRetried
from trueup.operations.sql.port import SessionOptions

notes = Table("notes", Note, partition="owner", sort="number", relational=Relational())
TEXT = 25  # the number of the type
NOTES = Layer("notes", target="postgres", tables=[notes])


class SessionRecorder:
    """A wire that keeps what its sessions are asked to send, and answers that there are no rows."""

    is_aborted = False
    aborted_by = None

    def __init__(self) -> None:
        self.sent: list[str] = []

    def session(self, options: SessionOptions, deadline_s: float) -> SessionRecorder:
        """Keep how the session begins."""
        self.sent.append(session_begin(options).statement.sql)
        return self

    def perform(self, request: Any, deadline_s: float) -> Any:
        """Keep the request."""
        self.sent.append(repr(request.payload))
        return Described([], [(name, TEXT) for name in Note.model_fields])

    def end(self, deadline_s: float, *, commit: bool) -> None:
        """There is nothing to end."""

    def close(self) -> None:
        """There is nothing to close."""


def recorded() -> tuple[Database, list[str]]:
    """A database on PostgreSQL's engine, and what it sends."""
    driver, _ = find_driver("postgresql://localhost/x")
    wire = SessionRecorder()
    return open_database(new_engine(driver, NOTES, "{table}", None), wire, NOTES), wire.sent


def session(**options: Any) -> list[str]:
    """How a session begins."""
    db, sent = recorded()
    with db.session(**options):
        return sent


def streamed(**options: Any) -> list[str]:
    """What a stream asks for."""
    db, sent = recorded()
    assert list(db.stream(Note, "SELECT * FROM notes", **options)) == []
    return sent


def copied_out(**options: Any) -> list[str]:
    """What asks for all items of a table."""
    db, sent = recorded()
    assert list(db.copy_out(notes, **options)) == []
    return sent


def run_in_session(**options: Any) -> list[str]:
    """How a session for a function begins."""
    db, sent = recorded()
    db.run_in_session(lambda _: None, **options)
    return sent


def conflicting(**options: Any) -> list[float]:
    """The pauses of a function whose sessions always conflict."""
    events: list[RequestEvent] = []

    def work(_session: Session) -> None:
        raise TransactionConflict("others were first", fix="try again")

    db, _ = recorded()
    db.subscribe(events.append)
    try:
        db.run_in_session(work, **options)
    except TransactionConflict:
        return [one.pause_s for one in events if isinstance(one, RequestRetried)]
    raise AssertionError("it never succeeds")


def logged_in(**options: Any) -> str:
    """Why no connection is opened to a port that nobody listens on."""
    try:
        connect("postgresql://127.0.0.1:1/x", NOTES, **options).close()
    except TrueupError as error:
        return error.what
    raise AssertionError("somebody listens on port 1")
