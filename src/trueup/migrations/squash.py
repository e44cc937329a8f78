"""One file in the place of many: what a history says of the many, it then says of the one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..errors import Blocked, ErrorCode, Place
from .files import Migration, chained
from .history import Record, State, put, read_history, remove
from .port import MigrationDatabase


def settle_squashes(database: MigrationDatabase, files: Sequence[Migration]) -> list[str]:
    """Put one row in the place of those of squashed files, for each such file; the files. The
    caller holds the lock. Raises the errors of `as_settled`."""
    history = read_history(database)
    settled = as_settled(history, files)
    if settled == history:
        return []
    database.begin()
    for record in history:
        remove(database, record)
    for record in settled:
        put(database, record)
    database.commit()
    return [one.name for one in settled if one not in history]


def as_settled(history: Sequence[Record], files: Sequence[Migration]) -> list[Record]:
    """The history with one row in the place of those of squashed files.

    Raises Blocked (migration-history) if the database has some of them only, or others.
    """
    found = list(history)
    for migration in files:
        known = {one.name for one in migration.squashes}
        replaced = [one for one in found if one.name in known]
        if replaced and not any(one.checksum == migration.checksum for one in found):
            _check_whole(migration, replaced)
            at = found.index(replaced[-1])
            found[at] = _in_place(migration, replaced)
            found = _chained([one for one in found if one not in replaced])
    return found


def _check_whole(migration: Migration, replaced: Sequence[Record]) -> None:
    done = {
        (one.name, one.checksum) for one in replaced if one.state in (State.APPLIED, State.BASELINE)
    }
    wanted = {(one.name, one.checksum) for one in migration.squashes}
    missing = sorted(name for name, _ in wanted - done)
    if missing:
        raise Blocked(
            f"the file {migration.name} stands for files that this database has not, or otherwise: "
            + ", ".join(missing),
            where=Place(note=f"{migration.path.parent.name}/{migration.path.name}"),
            fix="apply them from the version of the project that still has these files",
            code=ErrorCode.MIGRATION_HISTORY,
        )


def _in_place(migration: Migration, replaced: Sequence[Record]) -> Record:
    return replace(
        replaced[-1],
        version=migration.version,
        name=migration.name,
        checksum=migration.checksum,
        statements=len(migration.up.statements),
        duration_ms=sum(one.duration_ms for one in replaced),
    )


def _chained(history: Sequence[Record]) -> list[Record]:
    found: list[Record] = []
    for record in history:
        before = found[-1].chain if found else ""
        found.append(replace(record, chain=chained(before, record.name, record.checksum)))
    return found
