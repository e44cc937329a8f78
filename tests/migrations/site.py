"""A database with a folder of migrations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trueup.lifecycle.clocks import Clocks
from trueup.migrations.events import Event
from trueup.migrations.files import Migration, read_folder
from trueup.migrations.guards import Allowed
from trueup.migrations.history import Record, read_history
from trueup.migrations.opening import dialect_of, open_migrations
from trueup.migrations.port import MigrationDatabase
from trueup.migrations.proving.folder import prove
from trueup.migrations.proving.proofs import Proof, read_proofs, write_proofs
from trueup.migrations.proving.refusals import Refused
from trueup.migrations.repeatable.files import Repeatable, read_repeatables
from trueup.migrations.runner import Run, down, up


def nobody(_event: Event) -> None:
    """Hears nothing."""


@dataclass(frozen=True, slots=True)
class Site:
    """A URL, and the folder of its files. events: what runs have told."""

    url: str
    folder: Path
    events: list[Event] = field(default_factory=list)

    @property
    def is_postgres(self) -> bool:
        return self.url.startswith("postgresql")

    @property
    def files(self) -> list[Migration]:
        return read_folder(self.folder, dialect_of(self.url))

    @property
    def repeatables(self) -> list[Repeatable]:
        return read_repeatables(self.folder, dialect_of(self.url), self.files)

    def repeat(self, name: str, text: str) -> Path:
        """Write a repeatable file."""
        (self.folder / "repeatable").mkdir(parents=True, exist_ok=True)
        path = self.folder / "repeatable" / f"{name}.sql"
        path.write_text(text, encoding="utf-8")
        return path

    def write(self, name: str, up: str, down: str | None = "", head: str = "") -> Path:
        """Write a file. down: None for none, which `head` has to explain."""
        self.folder.mkdir(exist_ok=True)
        text = f"{head}\n-- trueup: up\n{up}\n"
        text += "" if down is None else f"-- trueup: down\n{down}\n"
        path = self.folder / f"{name}.sql"
        path.write_text(text, encoding="utf-8")
        return path

    @contextmanager
    def opened(self) -> Iterator[MigrationDatabase]:
        with open_migrations(self.url) as database:
            yield database

    def prove(self) -> list[Proof | Refused]:
        """Prove every file, and write the proofs."""
        with self.opened() as database:
            found = list(prove(database, self.files, self.files, nobody, self.repeatables))
        made = [one for one in found if isinstance(one, Proof)]
        current: list[Migration | Repeatable] = [*self.files, *self.repeatables]
        write_proofs(self.folder, read_proofs(self.folder).with_new(made, current))
        return found

    def refused(self) -> Refused:
        """Why the last file is not proved."""
        last = self.prove()[-1]
        assert isinstance(last, Refused), last
        return last

    def up(self, to: int | None = None, **options: Any) -> list[str]:
        """The names of the migrations that a run applies."""
        with self.opened() as database:
            return [one.name for one in up(self._run(database, options), to)]

    def down(self, count: int | None = None, to: int | None = None, **options: Any) -> list[str]:
        """The names of the migrations that a run undoes."""
        with self.opened() as database:
            return [one.name for one in down(self._run(database, options), count, to)]

    def _run(self, database: MigrationDatabase, options: dict[str, Any]) -> Run:
        wait_s = options.pop("wait_s", 10.0)
        clocks = options.pop("clocks", Clocks(pause=lambda _: None))
        given: dict[str, Any] = {"unproved": True, "data_loss": True} | options
        allowed = Allowed(**given)
        proofs = read_proofs(self.folder)
        tell = self.events.append
        files, again = self.files, self.repeatables
        return Run(database, files, proofs, allowed, "me", tell, wait_s, clocks, again)

    def history(self) -> list[Record]:
        with self.opened() as database:
            return read_history(database)

    def query(self, sql: str) -> Sequence[Any]:
        with self.opened() as database:
            return database.query(sql)

    def execute(self, *statements: str) -> None:
        """Run SQL past the runner."""
        with self.opened() as database:
            for sql in statements:
                database.run(sql)

    def objects(self) -> dict[str, str]:
        """The schema, the history left out."""
        with self.opened() as database:
            return dict(database.objects())


JOBS = "CREATE TABLE jobs (id bigint PRIMARY KEY, name text NOT NULL, state text NOT NULL);"
"""A table, in SQL that both engines take."""

UNDO_JOBS = "DROP TABLE jobs;"
