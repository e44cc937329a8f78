"""The tables go from version to version by the files in `migrations/`, each proved before it runs.

lock ─► history and files agree? ─► each pending file: proved for this server? ─► up ─► version
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

from trueup.lifecycle.owner import find_owner
from trueup.migrations.events import Event
from trueup.migrations.files import Migration, read_folder
from trueup.migrations.guards import Allowed
from trueup.migrations.history import State, read_history
from trueup.migrations.opening import open_migrations
from trueup.migrations.port import MigrationDatabase
from trueup.migrations.proving.proofs import read_proofs
from trueup.migrations.runner import Run, up
from trueup.migrations.statements import Dialect

FOLDER = Path(__file__).with_name("migrations")
NOTHING_MORE = Allowed()
LOCK_S = 10.0
"""How long a run waits for another that holds the lock."""


class Migrated(BaseModel):
    """What a run did. version: of the database now. applied: the files that it applied."""

    version: str
    applied: list[str]


def files() -> list[Migration]:
    """The migrations, in order."""
    return read_folder(FOLDER, Dialect.POSTGRES)


def version_of(migrations: Sequence[Migration]) -> str:
    """The version that some migrations make together; 0.0.0 for none.

    The first makes 1.0.0, and each further one the next minor version, or the next major one if it
    has no way down or loses something.
    """
    major, minor = 0, 0
    for one in migrations:
        is_major = not major or bool(one.forward_only or one.up.loses)
        major, minor = (major + 1, 0) if is_major else (major, minor + 1)
    return f"{major}.{minor}.0"


def version_at(database: MigrationDatabase) -> str:
    """The version of a database, by its history."""
    done = {State.APPLIED, State.BASELINE}
    there = {one.version for one in read_history(database) if one.state in done}
    return version_of([one for one in files() if one.version in there])


def migrate(url: str, within_s: float, lock_s: float = LOCK_S) -> Migrated:
    """Apply what is pending, within so many seconds. What a run could not do in its time is undone
    or goes on with the next.

    Raises:
        Blocked: (locked) another run has the lock, and is named; (migration-unproved) no proof fits
            a file and this server; (not-allowed) rows would lose something.
        TrueupError: of the database.
    """
    with open_migrations(url, within_s=within_s) as database:
        applied = up(run_on(database, wait_s=min(lock_s, within_s / 2)))
        return Migrated(version=version_at(database), applied=[one.name for one in applied])


def run_on(
    database: MigrationDatabase, allowed: Allowed = NOTHING_MORE, wait_s: float = LOCK_S
) -> Run:
    """A run of these files. allowed: what is, beside what loses nothing. wait_s: for the lock."""
    proofs = read_proofs(FOLDER)
    return Run(database, files(), proofs, allowed, find_owner(), _say_nothing, wait_s)


def _say_nothing(_event: Event) -> None:
    """Nobody watches a function."""
