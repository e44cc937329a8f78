"""Repair the history: what a person decides about files that changed, or a run that was killed."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from ..errors import ErrorCode, InvalidCall, Place
from .files import Migration
from .history import Record, broken_at, chain_again, change, read_history, remove
from .port import MigrationDatabase


class Decision(StrEnum):
    """What a person says. ACCEPT: the changed file is what the database has. FORGET: the migration
    is given up, and its row goes. DONE, AGAIN: of a statement that a killed run had begun."""

    ACCEPT = "accept"
    FORGET = "forget"
    DONE = "done"
    AGAIN = "again"


def repair(
    database: MigrationDatabase,
    files: Sequence[Migration],
    version: int | None,
    decision: Decision | None,
    wait_s: float,
) -> list[str]:
    """Carry out a decision about a version, and chain the history anew; what was done, in words.

    Raises InvalidCall (usage) if the history does not need the decision.
    """
    with database.lock(wait_s):
        history = read_history(database)
        done: list[str] = []
        database.begin()
        try:
            if version is not None and decision is not None:
                record = _record(history, version)
                done.append(_decide(database, files, record, decision))
                history = read_history(database)
            broken = broken_at(history)
            if broken:
                chain_again(database, history)
                done.append(f"the chain is made anew from {broken.name} on")
            database.commit()
        except BaseException:
            database.rollback()
            raise
        return done


def _record(history: Sequence[Record], version: int) -> Record:
    found = next((one for one in history if one.version == version), None)
    if found is None:
        raise _not_needed(f"the database does not have the version {version}")
    return found


def _decide(
    database: MigrationDatabase,
    files: Sequence[Migration],
    record: Record,
    decision: Decision,
) -> str:
    file = next((one for one in files if one.version == record.version), None)
    match decision:
        case Decision.ACCEPT if file:
            change(database, record, checksum=file.checksum, name=file.name)
            return f"{file.name}: the file as it is now counts as what ran"
        case Decision.FORGET if file is None:
            remove(database, record)
            return f"{record.name}: the history has it no more; what it did is left as it is"
        case Decision.DONE if record.is_outside:
            number = record.statements + 1
            change(database, record, is_outside=False, statements=number)
            return f"{record.name}: statement {number} counts as done; go on with trueup migrate up"
        case Decision.AGAIN if record.is_outside:
            change(database, record, is_outside=False)
            return f"{record.name}: statement {record.statements + 1} will run again"
    why = {
        Decision.ACCEPT: "it has no file",
        Decision.FORGET: "its file is there",
        Decision.DONE: "no statement of it is in doubt",
        Decision.AGAIN: "no statement of it is in doubt",
    }
    raise _not_needed(f"{record.name}: --{decision.value} does not fit, {why[decision]}")


def _not_needed(what: str) -> InvalidCall:
    return InvalidCall(
        f"{what}; nothing was changed",
        where=Place(note="trueup migrate repair"),
        fix="see trueup migrate status, which says what each problem needs",
        code=ErrorCode.USAGE,
    )
