"""Pages of reads with and without an option."""

from __future__ import annotations

from collections.abc import Callable

from tests.options.calls import Note, layer, notes
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


PAGES: dict[str, tuple[Effect, Effect]] = {
    "Results.page.before": (lambda: paged(is_back=True), lambda: paged(is_back=False)),
}
