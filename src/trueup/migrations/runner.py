"""Run migrations on a database: up, and down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from .._dataclass import dataclass
from ..errors import Blocked, ErrorCode, InvalidCall, Place
from ..lifecycle.clocks import TRUE_CLOCKS, Clocks
from .events import Done, Tell
from .files import Migration
from .guards import Allowed, check_down, check_expected, check_repeatables, check_up
from .history import Record, State, create_history, next_record, read_history
from .port import MigrationDatabase
from .problems import check, file_of, pending
from .proving.proofs import Proofs
from .repeatable.files import Repeatable
from .repeatable.running import Repeater
from .sections import Section
from .squash import settle_squashes
from .steps import Steps, Way

WAIT_S = 60.0
"""How long a run waits for the lock of another."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run on a database.

    owner: who runs it, for the history. wait_s: the longest wait for the lock. repeatables: in
        the order in which they run.
    """

    database: MigrationDatabase
    files: Sequence[Migration]
    proofs: Proofs
    allowed: Allowed
    owner: str
    tell: Tell
    wait_s: float = WAIT_S
    clocks: Clocks = TRUE_CLOCKS
    repeatables: Sequence[Repeatable] = ()

    @property
    def repeater(self) -> Repeater:
        """What runs repeatable files here."""
        stamp = lambda: (_now(self), _who(self))  # noqa: E731 - a pair that is made anew each time
        return Repeater(self.database, self.clocks, self.tell, stamp)


def up(run: Run, to: int | None = None) -> list[Migration]:
    """Apply what is pending, up to a version; what was applied, in order. Where nothing is pending
    then, repeatable files run that are outdated.

    Raises Blocked: (locked) another run has the lock; (migration-history) files and history do not
    agree; (migration-unproved) no proof fits; (not-allowed) something would be lost;
    (migration-interrupted) nobody can tell whether a statement ran. And the statements' errors.
    """
    check_version(run.files, to)
    with run.database.lock(run.wait_s):
        create_history(run.database)
        settle_squashes(run.database, run.files)
        history = read_history(run.database)
        check(run.files, history, out_of_order=run.allowed.out_of_order)
        _check_not_undoing(history)
        left = pending(run.files, history)
        chosen = [one for one in left if to is None or one.version <= to]
        if len(chosen) == len(left):
            check_repeatables(run.database, run.repeatables, run.proofs, run.allowed)
        done: list[Migration] = []
        for migration in chosen:
            _apply(run, migration, done)
        if len(chosen) == len(left):
            run.repeater.run(run.repeatables)
        return done


def check_version(files: Sequence[Migration], version: int | None) -> None:
    """Refuse a version that no file has. Raises InvalidCall (usage)."""
    if version is not None and version not in {one.version for one in files}:
        raise InvalidCall(
            f"no file has the version {version}",
            where=Place(note="trueup migrate"),
            fix="see trueup migrate status for those there are",
            code=ErrorCode.USAGE,
        )


def _apply(run: Run, migration: Migration, done: list[Migration]) -> None:
    history = read_history(run.database)
    is_begun = any(one.version == migration.version for one in history)
    if not is_begun:
        check_up(run.database, migration, run.proofs, run.allowed)
        check_expected(run.database, migration)
    first = next_record(history, migration, State.APPLYING)
    first = replace(first, at=_now(run), by=_who(run), note=_out_of_order(history, migration))
    way = Way(migration, migration.up, first, replace(first, state=State.APPLIED))
    try:
        is_ours = Steps(run.database, run.clocks, run.tell).run(way)
    except Exception as error:
        error.add_note(so_far(done, migration, is_undone=False))
        raise
    if is_ours:
        run.tell(Done(migration, is_undone=False))
        done.append(migration)


def _out_of_order(history: Sequence[Record], migration: Migration) -> str:
    """What the history says of a file that runs after one with a later number."""
    later = [one.name for one in history if one.version > migration.version]
    return f"out of order, after {', '.join(later)}" if later else ""


def so_far(done: Sequence[Migration], current: Migration, *, is_undone: bool) -> str:
    """What a run that fails has done, for messages."""
    verb = "undone" if is_undone else "applied"
    names = ", ".join(one.name for one in done)
    return f"{names or 'no migration'} {verb} before; {current.name} is where it stopped"


def chosen_down(
    files: Sequence[Migration], history: Sequence[Record], count: int | None, to: int | None
) -> list[Migration]:
    """What a run down would undo, the last first. to: the version that stays; 0 for none.

    Raises InvalidCall (usage) for a version that the history does not have; Blocked
    (migration-history) for a count, if the order in which they ran is not that of their numbers.
    """
    if to is not None and to and to not in {one.version for one in history}:
        raise InvalidCall(
            f"the database does not have the version {to}",
            where=Place(note="--to"),
            fix="see trueup migrate status for those it has; --to 0 undoes all",
            code=ErrorCode.USAGE,
        )
    last_first = list(reversed(history))
    if to is not None:
        keep = next((number for number, one in enumerate(last_first) if one.version == to), None)
        last_first = last_first[:keep]
    else:
        last_first = last_first[: count or 0]
        _check_one_head(files, history, last_first)
    found = [file_of(files, one) for one in last_first]
    return [one for one in found if one is not None]


def _check_one_head(
    files: Sequence[Migration], history: Sequence[Record], chosen: Sequence[Record]
) -> None:
    """Refuse a count whose meaning differs from database to database: two branches were applied in
    one order here, and maybe in the other elsewhere."""
    by_number = sorted(history, key=lambda one: -one.version)[: len(chosen)]
    beside = [
        one.name
        for one in files
        if any(one.version == two.version and one.name != two.name for two in chosen)
    ]
    heads = sorted({one.name for one in (*chosen[:1], *by_number[:1])} | set(beside))
    if beside or {one.version for one in chosen} != {one.version for one in by_number}:
        names = " and ".join(heads)
        raise Blocked(
            f"there are two heads, {names}: which are the last {len(chosen)} differs from "
            "database to database; nothing was undone",
            where=Place(note="trueup migrate down"),
            fix="say which version stays: trueup migrate down --to VERSION undoes all that ran "
            "after it here",
            code=ErrorCode.MIGRATION_HISTORY,
            allowed_by="--to",
        )


def down(run: Run, count: int | None, to: int | None) -> list[Migration]:
    """Undo the last migrations; what was undone, in that order. Raises the errors of `up`, and
    Blocked (migration-forward-only) for one that has no way down, before anything is undone."""
    with run.database.lock(run.wait_s):
        create_history(run.database)
        settle_squashes(run.database, run.files)
        history = read_history(run.database)
        check(run.files, history, out_of_order=True)
        chosen = chosen_down(run.files, history, count, to)
        records = {one.version: one for one in history}
        for migration in chosen:
            check_down(run.database, migration, records[migration.version], run.proofs, run.allowed)
        done: list[Migration] = []
        for migration in chosen:
            _undo(run, migration, records[migration.version], done)
        return done


def _undo(run: Run, migration: Migration, record: Record, done: list[Migration]) -> None:
    section: Section = migration.down
    if record.state is not State.UNDOING:
        run.repeater.take_back(record.position)
    first = replace(record, state=State.UNDOING, statements=0)
    try:
        is_ours = Steps(run.database, run.clocks, run.tell).run(
            Way(migration, section, first, None)
        )
    except Exception as error:
        error.add_note(so_far(done, migration, is_undone=True))
        raise
    if is_ours:
        run.tell(Done(migration, is_undone=True))
        done.append(migration)


def _check_not_undoing(history: Sequence[Record]) -> None:
    for record in history:
        if record.state is State.UNDOING:
            raise Blocked(
                f"the migration {record.name} is half undone: a run down was killed",
                where=Place(note="trueup migrate"),
                fix="run trueup migrate down 1, which goes on from there; then up again",
                code=ErrorCode.MIGRATION_INTERRUPTED,
                allowed_by="down 1",
            )


def _now(run: Run) -> str:
    return datetime.fromtimestamp(run.clocks.now_epoch_s, UTC).isoformat()


def _who(run: Run) -> str:
    role = run.database.user()
    return f"{role}, {run.owner}" if role else run.owner
