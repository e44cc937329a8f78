"""What stops a migration before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from .._dataclass import dataclass
from ..errors import Blocked, ErrorCode, Place
from .files import Migration
from .history import Record, State
from .port import MigrationDatabase
from .proving.proofs import Proof, Proofs
from .repeatable.files import Repeatable
from .repeatable.history import newest, read_kept
from .shapes import fingerprint

File: TypeAlias = Migration | Repeatable


@dataclass(frozen=True, slots=True)
class Allowed:
    """What was allowed. unproved: to run what no proof fits. data_loss: to lose what the proof
    says. forward_only: why the stage is never undone; empty if it may be."""

    unproved: bool = False
    data_loss: bool = False
    out_of_order: bool = False
    forward_only: str = ""


def check_up(
    database: MigrationDatabase, migration: Migration, proofs: Proofs, allowed: Allowed
) -> None:
    """Raises Blocked: (migration-unproved), (not-allowed) the rows lose something."""
    proof = _proof(database, migration, proofs, allowed)
    if proof is None:
        return
    differs = drift(proof, database)
    if differs and not allowed.unproved:
        raise _unproved(
            migration,
            "the schema is not the one that it was proved on: " + ", ".join(differs),
            "find out who changed these by hand, and undo it or write it as a migration",
        )
    lost = [*migration.up.loses, *proof.loses_up]
    if lost and not allowed.data_loss:
        raise _loses(migration, "up", lost)


def check_repeatables(
    database: MigrationDatabase,
    repeatables: Sequence[Repeatable],
    proofs: Proofs,
    allowed: Allowed,
) -> None:
    """Raises Blocked for a repeatable file with a new text: (migration-unproved), (not-allowed)."""
    last = newest(read_kept(database))
    for one in repeatables:
        if one.name in last and last[one.name].checksum == one.checksum:
            continue
        proof = _proof(database, one, proofs, allowed)
        if proof and proof.loses_up and not allowed.data_loss:
            raise _loses(one, "up", proof.loses_up)


def drift(proof: Proof, database: MigrationDatabase) -> list[str]:
    """The objects of the schema before a migration that the database has not, or otherwise. What it
    has besides is not the migration's business."""
    live = fingerprint(database.objects())
    return [name for name, digest in sorted(proof.before.items()) if live.get(name) != digest]


def check_expected(database: MigrationDatabase, migration: Migration) -> None:
    """Raises Blocked (not-allowed) if rows are not as the migration expects."""
    for one in migration.up.expects:
        sql = f"SELECT count(*) FROM {one.table} WHERE ({one.condition}) IS NOT TRUE"
        count = int(database.query(sql)[0][0])
        if count:
            raise Blocked(
                f"the migration {migration.name} expects of {one.table} that {one.condition}, and "
                f"{count} rows are not so; nothing of it was done",
                where=database.where,
                fix="correct these rows, by a migration before it",
                code=ErrorCode.NOT_ALLOWED,
            )


def check_down(
    database: MigrationDatabase,
    migration: Migration,
    record: Record,
    proofs: Proofs,
    allowed: Allowed,
) -> None:
    """Raises Blocked: (migration-forward-only), (migration-unproved), (not-allowed),
    (migration-interrupted) it is half applied."""
    check_stage_goes_back(allowed.forward_only)
    _check_way_down(migration, record)
    proof = _proof(database, migration, proofs, allowed)
    lost = [*migration.down.loses, *(proof.loses_down if proof else ())]
    if lost and not allowed.data_loss:
        raise _loses(migration, "down", lost)


def check_stage_goes_back(forward_only: str) -> None:
    """Raises Blocked (migration-forward-only) on a stage that never goes back. forward_only: the
    reason."""
    if forward_only:
        raise _forward_only("the stage is forward-only", forward_only)


def _check_way_down(migration: Migration, record: Record) -> None:
    if migration.forward_only:
        raise _forward_only(
            f"the migration {migration.name} has no way down", migration.forward_only
        )
    if record.state is State.APPLYING:
        raise Blocked(
            f"the migration {migration.name} is half applied: a run up was killed",
            where=Place(note="trueup migrate"),
            fix="run trueup migrate up, which goes on from there; then down",
            code=ErrorCode.MIGRATION_INTERRUPTED,
            allowed_by="up",
        )


def _proof(
    database: MigrationDatabase, migration: File, proofs: Proofs, allowed: Allowed
) -> Proof | None:
    proof = proofs.of(migration, database)
    if proof is None and not allowed.unproved:
        raise _unproved(
            migration,
            proofs.why_not(migration, database),
            "run trueup migrate verify on a server of this major version, and commit proofs.json",
        )
    return proof


def _unproved(migration: File, why: str, fix: str) -> Blocked:
    return Blocked(
        f"no proof fits {migration.name}: {why}; nothing of it was done",
        where=Place(note=f"{migration.path.parent.name}/{migration.path.name}"),
        fix=f"{fix}; --unproved runs it on a stage that is not protected",
        code=ErrorCode.MIGRATION_UNPROVED,
        allowed_by="--unproved",
    )


def _loses(migration: File, way: str, lost: Sequence[str]) -> Blocked:
    return Blocked(
        f"the migration {migration.name} loses something on its way {way}: {'; '.join(lost)}; "
        "nothing of it was done",
        where=Place(note=f"{migration.path.parent.name}/{migration.path.name}"),
        fix="make a copy of what is needed, then give --allow-data-loss",
        code=ErrorCode.NOT_ALLOWED,
        allowed_by="--allow-data-loss",
    )


def _forward_only(what: str, reason: str) -> Blocked:
    return Blocked(
        f"{what}: {reason}; nothing was undone",
        where=Place(note="trueup migrate down"),
        fix="roll forward: write a new migration that corrects it, prove it, and apply it",
        code=ErrorCode.MIGRATION_FORWARD_ONLY,
    )
