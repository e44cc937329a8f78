"""A plan is carried out on two shadows: on empty tables, and then over rows.

live ─► copy ─► is it like the live tables? ─► steps ─► rows that fit what the plan leads to
                                                         ▼
        copy ─► those rows ─► plain form (undone), steps: how long does each row take?
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from ..engines.postgres.observing.copying import Size, copy_to, copying_statements, table_sizes
from ..engines.postgres.observing.wire import WatchedWire
from ..errors import Place, TrueupError, UnsupportedByEngine
from ..migrations.opening import dialect_of, open_migrations
from ..migrations.port import MigrationDatabase
from ..migrations.postgres.database import PostgresMigrations
from ..migrations.shapes import differences
from ..migrations.statements import Dialect
from ..schema.engine import Step
from ..schema.observing.observed import Observed, together
from .forecasts import ChangeObserved, Changing, PlanObserved
from .rows import made_rows, put_rows

_NOT_COPIED = ("privileges ", "comment ", "extension ", "function ", "schema ")
"""What the copy need not have, or has if the tables are the same."""


def observe(url: str, shadow_url: str, changes: Sequence[Changing]) -> PlanObserved:
    """Carry out changes on shadows beside the database of a URL. shadow_url: of an empty database
    in place of those, which is empty again in the end.

    Raises UnsupportedByEngine for engines other than PostgreSQL, NeedsOperator (access-denied) if
    the role may create no database, and Blocked (not-allowed) if the given one is not empty.
    """
    with _opened(url, shadow_url) as live:
        major = _major(shadow_url) if shadow_url else live.major
        if major != live.major:
            why = f"the shadow is PostgreSQL {major}, the live database {live.major}"
            return PlanObserved(tuple(ChangeObserved(why_not=why) for _ in changes), {})
        return _Observing(live, changes).observe()


def _major(url: str) -> str:
    with _opened(url) as database:
        return database.major


@contextmanager
def _opened(url: str, shadow_url: str = "") -> Iterator[PostgresMigrations]:
    if dialect_of(url) is not Dialect.POSTGRES:
        raise UnsupportedByEngine(
            "only plans for PostgreSQL are observed",
            where=Place(note="--observe"),
            fix="leave out --observe",
        )
    with open_migrations(url, is_read=True, shadow_url=shadow_url) as database:
        assert isinstance(database, PostgresMigrations)
        yield database


class _Observing:
    """One observation."""

    def __init__(self, live: PostgresMigrations, changes: Sequence[Changing]) -> None:
        self._live = live
        self._changes = changes
        self._tables = {step.table for one in changes for step in one.steps}
        self._copy = list(copying_statements(live.query))

    def observe(self) -> PlanObserved:
        """Both shadows, one after the other."""
        with self._shadow() as (shadow, unlike):
            empty = self._run(shadow, {}, unlike)
            rows = made_rows(shadow, self._tables)
        with self._shadow() as (shadow, _):
            counts = put_rows(shadow, rows, self._tables)
            full = self._run(shadow, counts, unlike)
            sizes = table_sizes(shadow.query)
        live_rows = dict(_live_rows(table_sizes(self._live.query), sizes, counts))
        pairs = zip(empty, full, strict=True)
        return PlanObserved(tuple(_both(one, other) for one, other in pairs), live_rows)

    @contextmanager
    def _shadow(self) -> Iterator[tuple[PostgresMigrations, frozenset[str]]]:
        """A database like the live one, and the names of what is not."""
        with self._live.shadow() as shadow:
            shadow.begin()
            copy_to(shadow.run, self._copy, TrueupError)
            shadow.commit()
            found = differences(_copied(self._live), _copied(shadow))
            yield shadow, frozenset(found)

    def _run(
        self,
        shadow: PostgresMigrations,
        rows: Mapping[str, int],
        unlike: Collection[str],
    ) -> list[ChangeObserved]:
        made: list[ChangeObserved] = []
        before = ""
        with WatchedWire(shadow.url, rows) as wire:
            for change in self._changes:
                why_not = _unlike(change, unlike) or before
                if why_not:
                    made.append(ChangeObserved(why_not=why_not))
                    before = "a change before it was not observed"
                    continue
                try:
                    plain = _plain(wire, change)
                    steps = tuple(tuple(self._step(wire, step, rows)) for step in change.steps)
                except TrueupError as error:
                    said = f"on the shadow it fails: {error.what}"
                    made.append(ChangeObserved(why_not=said))
                    before = "a change before it was not observed"
                else:
                    made.append(ChangeObserved(steps, plain))
        return made

    def _step(self, wire: WatchedWire, step: Step, rows: Mapping[str, int]) -> list[Observed]:
        """What a step does. Rows that it refuses are removed, and it is tried again."""
        try:
            return wire.perform(step)
        except TrueupError:
            if not rows:
                raise
        wire.empty(step.table)
        return [replace(one, rows=dict.fromkeys(one.rows, 0)) for one in wire.perform(step)]


def _plain(wire: WatchedWire, change: Changing) -> tuple[Observed, ...]:
    """What the plain form does; nothing if it cannot be tried."""
    try:
        return tuple(wire.plain(change.plain)) if change.plain else ()
    except TrueupError:
        return ()


def _both(empty: ChangeObserved, full: ChangeObserved) -> ChangeObserved:
    if empty.why_not or full.why_not:
        return empty
    steps = zip(empty.steps, full.steps, strict=True)
    return ChangeObserved(
        tuple(tuple(together(one, other)) for one, other in steps),
        tuple(together(empty.plain, full.plain)),
    )


def _copied(database: MigrationDatabase) -> dict[str, str]:
    objects = database.objects()
    return {name: text for name, text in objects.items() if not name.startswith(_NOT_COPIED)}


def _unlike(change: Changing, unlike: Collection[str]) -> str:
    """Why what a change does on a shadow says nothing of the live table."""
    tables = {step.table for step in change.steps}
    found = [
        name
        for name in sorted(unlike)
        if not name.startswith("table ") or name.rpartition(".")[2] in tables
    ]
    if not found:
        return ""
    return f"the shadow is not like the live tables, because of {', '.join(found[:3])}"


def _live_rows(
    live: Mapping[str, Size], shadow: Mapping[str, Size], counts: Mapping[str, int]
) -> Iterator[tuple[str, int]]:
    """The rows of each live table; of one that was never analysed, its pages as full as those of
    the shadow."""
    for name, size in live.items():
        like = shadow.get(name)
        if size.rows is not None:
            yield name, size.rows
        elif like is not None and like.pages and name in counts:
            yield name, round(counts[name] * size.pages / like.pages)
