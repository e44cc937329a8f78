"""Begin the history of a database that exists: what its first files say is there already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ..errors import Blocked, ErrorCode, Place
from ..lifecycle.clocks import Clocks
from .files import Migration
from .history import State, create_history, next_record, put, read_history
from .port import MigrationDatabase, OtherHistory
from .proving.proofs import Proofs
from .shapes import fingerprint


def baseline(
    database: MigrationDatabase,
    files: Sequence[Migration],
    proofs: Proofs,
    owner: str,
    clocks: Clocks,
    wait_s: float,
    *,
    unproved: bool,
) -> list[Migration]:
    """Note files as what the database has, without running them. files: up to the baseline.

    The last row says where the histories of other tools end. Raises Blocked: (migration-history)
    there is a history already, or another tool has not ended what it began; (migration-unproved)
    the schema is not what the proof of the last file says comes of it.
    """
    with database.lock(wait_s):
        create_history(database)
        if read_history(database):
            raise Blocked(
                "the database has a history already; nothing was changed",
                where=database.where,
                fix="see trueup migrate status; a baseline is the first row of a history",
                code=ErrorCode.MIGRATION_HISTORY,
            )
        others = list(database.others())
        _check_finished(database, others)
        note = "; ".join(f"after {one.tool} {one.head}" for one in others)
        if not unproved:
            _check(database, files[-1], proofs)
        now = datetime.fromtimestamp(clocks.now_epoch_s, UTC).isoformat()
        database.begin()
        for migration in files:
            record = next_record(read_history(database), migration, State.BASELINE)
            last = note if migration is files[-1] else ""
            put(database, replace(record, at=now, by=owner, note=last))
        database.commit()
        return list(files)


def _check_finished(database: MigrationDatabase, others: Sequence[OtherHistory]) -> None:
    """Refuse a database that another tool has left half done."""
    left = [f"{one.tool}: {one.unfinished}" for one in others if one.unfinished]
    if left:
        raise Blocked(
            f"the history of another tool is at no end: {'; '.join(left)}; nothing was noted",
            where=database.where,
            fix="bring it to an end with that tool, or drop its table if it was given up",
            code=ErrorCode.MIGRATION_HISTORY,
        )


def _check(database: MigrationDatabase, last: Migration, proofs: Proofs) -> None:
    """Refuse a schema that is another one than the files make."""
    proof = proofs.of(last, database)
    live = fingerprint(database.objects())
    differs = [
        name for name, digest in (proof.after if proof else {}).items() if live.get(name) != digest
    ]
    if proof and not differs:
        return
    why = (
        f"it differs from what the files make: {', '.join(differs)}"
        if proof
        else proofs.why_not(last, database)
    )
    raise Blocked(
        f"nobody knows that the database is as {last.name} leaves it: {why}; nothing was changed",
        where=Place(note="trueup migrate baseline"),
        fix="run trueup migrate verify, and correct the files until they make the schema that is "
        "there; --unproved takes it as it is on a stage that is not protected",
        code=ErrorCode.MIGRATION_UNPROVED,
        allowed_by="--unproved",
    )
