"""The matrix of single changes on a server, and which servers have what each needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres_changes.bringing import bring
from tests.postgres_changes.cases import Case
from tests.postgres_changes.databases import EXTENSIONS, dumped, new_database
from tests.postgres_changes.shapes import Shape, Shapes
from trueup.relational import Exclude
from trueup.testing.postgres import PostgresServer

EMPTY: Shapes = {}
DEBIAN = 15
WHEEL = (16, 18)
"""The majors of the wheel, which has neither the extensions of PostgreSQL nor ICU."""


def majors_of(case: Case) -> Sequence[int]:
    """The majors on which a case runs."""
    sides = (*case.before.values(), *case.after.values())
    return (DEBIAN,) if any(map(_needs_more, sides)) else (DEBIAN, *WHEEL)


def _needs_more(shape: Shape) -> bool:
    """Whether a table needs what the wheel lacks."""
    collations = shape.relational.get("collations", {}).values()
    return bool(
        shape.relational.get("extensions")
        or _excludes(shape)
        or any("icu" in one for one in collations)
    )


def _excludes(shape: Shape) -> bool:
    """Whether a table excludes by equality in an index of GiST, which needs btree_gist."""
    return any(isinstance(one, Exclude) for one in shape.relational.get("exclude", ()))


@dataclass
class Matrix:
    """A server, and databases made anew from declarations: copied by the cases, never changed.

    programs: the folder of its pg_dump; None for Debian's.
    """

    server: PostgresServer
    extensions: Sequence[str] = EXTENSIONS
    programs: Path | None = None
    _stack: ExitStack = field(default_factory=ExitStack)
    _made: dict[int, tuple[str, list[str]]] = field(default_factory=dict)

    def __enter__(self) -> Matrix:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def copied(self, shapes: Shapes) -> Iterator[str]:
        """A database with tables of these shapes."""
        with new_database(self.server, self.made(shapes)[0]) as name:
            yield name

    def made(self, shapes: Shapes) -> tuple[str, list[str]]:
        """The database of a declaration, known by its identity, and its dump."""
        key = id(shapes)
        if key not in self._made:
            made = new_database(self.server, extensions=self.extensions)
            name = self._stack.enter_context(made)
            if shapes:
                bring(self.server, name, shapes)
            self._made[key] = name, self.dumped(name)
        return self._made[key]

    def dumped(self, database: str) -> list[str]:
        """What the server's own pg_dump says of a database."""
        return dumped(self.server, database, self.programs)

    def check(self, case: Case) -> None:
        """A change makes what a new database has, and its way back what there was."""
        _, before = self.made(case.before)
        with self.copied(EMPTY) as new:
            bring(self.server, new, case.after)
            after = self.dumped(new)
        with self.copied(case.before) as changed:
            plan = bring(self.server, changed, case.after)
            assert plan.changes
            assert self.dumped(changed) == after
            if not case.back:
                gone = case.after.keys() - case.before.keys()
                bring(self.server, changed, case.home or case.before, others=gone)
                assert self.dumped(changed) == before
