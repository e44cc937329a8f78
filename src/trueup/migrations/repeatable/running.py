"""Run repeatable files after the migrations, and take them back before a migration is undone.

up:    migrations ─► texts that changed, or whose objects are no longer as they left them
down:  each text that ran after the migration ─► the one before it; then the way down
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from ...lifecycle.clocks import Clocks
from ..events import Repeated, Tell
from ..history import read_history
from ..port import MigrationDatabase
from ..sections import Statement
from ..shapes import differences, fingerprint
from ..statements import split
from ..steps import Placed, patiently
from .files import Repeatable
from .history import Kept, create_kept, forget, newest, put_kept, read_kept

Stamp = Callable[[], tuple[str, str]]
"""The time, and who runs."""


def outdated(
    repeatables: Sequence[Repeatable], kept: Sequence[Kept], objects: Mapping[str, str]
) -> Iterator[tuple[Repeatable, str]]:
    """Those that run at the next `up`, each with the reason. objects: a hash of each."""
    last = newest(kept)
    for one in repeatables:
        before = last.get(one.name)
        if before is None:
            yield one, "it never ran"
        elif before.checksum != one.checksum:
            yield one, "its text changed"
        else:
            gone = [name for name, text in before.made.items() if objects.get(name) != text]
            if gone:
                yield one, f"what it made is not as it left it: {', '.join(gone)}"


class Repeater:
    """Runs repeatable files on a database, whose lock the caller holds."""

    def __init__(
        self, database: MigrationDatabase, clocks: Clocks, tell: Tell, stamp: Stamp
    ) -> None:
        self._database = database
        self._clocks = clocks
        self._tell = tell
        self._stamp = stamp

    def run(self, repeatables: Sequence[Repeatable]) -> list[Repeatable]:
        """Run those that are outdated, each in a transaction with its row; which ran."""
        if not repeatables:
            return []
        create_kept(self._database)
        done: list[Repeatable] = []
        for one in repeatables:
            live = fingerprint(self._database.objects())
            if any(outdated([one], read_kept(self._database), live)):
                self.run_one(one, live)
                self._tell(Repeated(one, is_previous=False))
                done.append(one)
        return done

    def run_one(self, one: Repeatable, before: Mapping[str, str]) -> Mapping[str, str]:
        """Run a text; what it made or changed. before: a hash of each object that was there."""

        def attempt() -> Mapping[str, str]:
            begun_s = self._clocks.monotonic_s()
            self._database.begin()
            self._statements(f"{one.path.parent.name}/{one.path.name}", one.statements)
            after = fingerprint(self._database.objects())
            made = {name: after[name] for name in differences(before, after) if name in after}
            last = newest(read_kept(self._database)).get(one.name)
            if last and last.checksum == one.checksum:
                made = {name: after[name] for name in {**last.made, **made} if name in after}
            spent_ms = round((self._clocks.monotonic_s() - begun_s) * 1000)
            self._keep(one, made, spent_ms)
            self._database.commit()
            return made

        try:
            return patiently(self._database, self._clocks, self._tell, one.name, attempt)
        finally:
            self._database.rollback()
            self._database.reset()

    def take_back(self, position: int) -> None:
        """Run the texts again that were there before a row of the history. position: of the row.
        One without an earlier text stays as it is, and is forgotten, so that the next `up` runs it.
        """
        kept = read_kept(self._database)
        later = [one for one in newest(kept).values() if one.position >= position]
        if not later:
            return
        before = newest([one for one in kept if one.position < position])

        def attempt() -> list[Kept]:
            self._database.begin()
            done: list[Kept] = []
            for one in sorted(later, key=lambda kept: kept.number):
                forget(self._database, one.name, position)
                previous = before.get(one.name)
                if previous and previous.checksum != one.checksum:
                    statements = split(previous.text, self._database.dialect)
                    self._statements(
                        f"{one.name}, as it was", [Statement(sql, 0) for sql in statements]
                    )
                    done.append(previous)
            self._database.commit()
            return done

        try:
            done = patiently(self._database, self._clocks, self._tell, later[0].name, attempt)
        finally:
            self._database.rollback()
            self._database.reset()
        for one in done:
            self._tell(Repeated(one, is_previous=True))

    def _statements(self, place: str, statements: Sequence[Statement]) -> None:
        for statement in statements:
            with Placed(f"{place}:{statement.line}" if statement.line else place):
                self._database.run(statement)

    def _keep(self, one: Repeatable, made: Mapping[str, str], spent_ms: int) -> None:
        kept, history = read_kept(self._database), read_history(self._database)
        at, by = self._stamp()
        row = Kept(
            number=max((two.number for two in kept), default=0) + 1,
            position=history[-1].position if history else 0,
            name=one.name,
            checksum=one.checksum,
            text=one.text,
            makes=json.dumps(dict(sorted(made.items()))),
            duration_ms=spent_ms,
            at=at,
            by=by,
        )
        put_kept(self._database, row)
