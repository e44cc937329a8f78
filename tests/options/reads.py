"""Pages, and reads of several tables, with and without an option."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.options.calls import KEY, Note, Recorder, layer, notes, opened
from trueup import connect

Effect = Callable[[], object]


def paged(*, is_back: bool) -> list[int]:
    """The numbers on the first page of some notes, or on the page before the second."""
    with connect("sqlite://", layer) as db:
        db.create_tables()
        repo = db.repository(notes)
        repo.put_many(Note(owner="a", number=number, title="t") for number in range(4))
        query = repo.query("a", limit=1)
        second = repo.query("a", limit=1, after=query.page().next).page()
        third = repo.query("a", limit=1, after=second.next).page()
        page = query.page(before=third.previous) if is_back else query.page()
        return [one.number for one in page.items]


def several_asked(**options: Any) -> str:
    """What DynamoDB is asked for by a read of several tables."""
    return str(opened(Recorder()).requests.get_many([(notes, KEY)], **options).payload.body)


def several_read(**options: Any) -> list[object]:
    """What a read of several tables gives of an item that has expired."""
    gone = datetime.fromtimestamp(2_000, UTC)
    with connect("sqlite://", layer, clock=lambda: 5_000) as db:
        db.create_tables()
        db.repository(notes).create(Note(owner="a", number=1, title="t", expires_at=gone))
        return db.get_many([(notes, KEY)], **options)


READS: dict[str, tuple[Effect, Effect]] = {
    "Results.page.before": (lambda: paged(is_back=True), lambda: paged(is_back=False)),
    "Database.get_many.consistent": (lambda: several_asked(consistent=True), several_asked),
    "Database.get_many.include_expired": (
        lambda: several_read(include_expired=True),
        several_read,
    ),
}
