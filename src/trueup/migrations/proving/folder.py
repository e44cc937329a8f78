"""Prove the files of a folder: one after the other on a shadow, then what runs again when it has
changed, and at last in one go, as a database that comes from an earlier version does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..events import Event, Proving, Tell
from ..files import Migration
from ..history import create_history
from ..port import MigrationDatabase
from ..repeatable.files import Repeatable
from ..shapes import differences, fingerprint
from .proof import Trial
from .proofs import Proof, Proofs
from .refusals import NotProved, Refused
from .repeatables import prove_repeatables

MOST_RELEASED = 10
"""The earlier versions that an upgrade is proved from, the latest, besides the empty database."""


def prove(
    database: MigrationDatabase,
    files: Sequence[Migration],
    wanted: Sequence[Migration],
    tell: Tell,
    repeatables: Sequence[Repeatable] = (),
    released: Sequence[int] = (),
) -> Iterator[Proof | Refused]:
    """Prove files on one shadow, in order, until one is refused. Those that are not wanted go up
    only, so that what follows stands on them. repeatables: those that run after all of them; none,
    if none of them is to be proved. released: versions that databases come from, each of which is
    brought to the last one on a shadow of its own, with rows that were made before; 0 for an empty
    one.

    Raises NeedsOperator if no shadow can be made.
    """
    last = max((one.version for one in wanted), default=-1)
    chosen = [one for one in files if repeatables or one.version <= last]
    if not chosen and not repeatables:
        return
    held: list[Proof] = []
    for result in _one_by_one(database, chosen, wanted, tell, repeatables):
        if isinstance(result, Refused):
            yield from held
            yield result
            return
        if held and result.name == chosen[-1].name:
            yield from held
            held = []
        held.append(result)
    proof = next((one for one in held if one.name == chosen[-1].name), None) if chosen else None
    for version in released if proof else ():
        assert proof
        refused = _upgrade(database, chosen, version, proof, tell)
        if refused:
            yield refused
            return
    versions = list(released) if proof else []
    for one in held:
        yield one.model_copy(update={"upgrades_from": versions}) if one is proof else one


def released_before(
    files: Sequence[Migration],
    wanted: Sequence[Migration],
    proofs: Proofs,
    database: MigrationDatabase,
    *,
    every: bool,
) -> list[int]:
    """The versions that databases may have when the last wanted file comes to them: the empty one,
    and those that were proved before. every: all, not the latest ones only."""
    last = max((one.version for one in wanted), default=-1)
    earlier = [one for one in files if one.version < last]
    if not earlier:
        return []
    known = [one.version for one in earlier[:-1] if every or proofs.of(one, database)]
    return [0, *(known if every else known[-MOST_RELEASED:])]


def _one_by_one(
    database: MigrationDatabase,
    chosen: Sequence[Migration],
    wanted: Sequence[Migration],
    tell: Tell,
    repeatables: Sequence[Repeatable],
) -> Iterator[Proof | Refused]:
    with database.shadow() as shadow, shadow.lock(0):
        create_history(shadow)
        for migration in chosen:
            trial = Trial(shadow, migration, tell)
            try:
                if migration in wanted:
                    yield trial.prove()
                else:
                    trial.up("as before")
            except NotProved as refusal:
                yield Refused(migration, refusal.what, refusal.error)
                return
        if repeatables:
            yield from _repeatables(shadow, chosen, repeatables, tell)


def _repeatables(
    shadow: MigrationDatabase,
    files: Sequence[Migration],
    repeatables: Sequence[Repeatable],
    tell: Tell,
) -> Iterator[Proof | Refused]:
    """Prove those that run after all files, and that the last file goes down and up beneath what
    they made: on a database it does."""
    proofs: list[Proof] = []
    try:
        if files:
            Trial(shadow, files[-1], tell).fill()
        for result in prove_repeatables(shadow, repeatables, tell):
            if isinstance(result, Refused):
                yield from proofs
                yield result
                return
            proofs.append(result)
        if files and not files[-1].forward_only:
            Trial(shadow, files[-1], tell).go_beneath(repeatables)
    except NotProved as refusal:
        yield Refused(files[-1], refusal.what, refusal.error)
        return
    yield from proofs


def _upgrade(
    database: MigrationDatabase,
    files: Sequence[Migration],
    version: int,
    proof: Proof,
    tell: Tell,
) -> Refused | None:
    """Bring a database from an earlier version to the last in one run, as `up` does, and back; why
    it cannot be."""
    before = [one for one in files if one.version <= version]
    after = [one for one in files if one.version > version]
    came = f"from version {version} in one run" if version else "on an empty database in one run"
    tell(Proving(files[-1], came))
    with database.shadow() as shadow, shadow.lock(0):
        create_history(shadow)
        for one in before:
            Trial(shadow, one, _silent).up("as before")
        if before:
            Trial(shadow, before[-1], _silent).fill()
        objects = shadow.objects()
        current = files[-1]
        try:
            for current in after:
                trial = Trial(shadow, current, _silent)
                trial.meet_expectations()
                trial.up(f"up {came}")
            made = fingerprint(shadow.objects())
            if made != proof.after:
                names = ", ".join(differences(made, proof.after))
                return Refused(current, f"{came} up makes another schema: {names}")
            for current in reversed(after):
                if current.forward_only:
                    return None
                Trial(shadow, current, _silent).down(f"down {came}")
        except NotProved as refusal:
            return Refused(current, refusal.what, refusal.error)
        left = differences(fingerprint(objects), fingerprint(shadow.objects()))
        if left:
            return Refused(current, f"{came} down does not bring back: {', '.join(left)}")
    return None


def _silent(_event: Event) -> None:
    """Tells nobody."""
