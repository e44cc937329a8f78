"""What does not fit between the files and the history, each with what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise

from .._dataclass import dataclass
from ..errors import Blocked, ErrorCode, Place
from .files import Migration
from .history import Record, State, broken_at


class Fault(StrEnum):
    """The kind of a problem."""

    CHANGED = "changed"
    MISSING = "missing"
    BROKEN_CHAIN = "broken-chain"
    OUT_OF_ORDER = "out-of-order"
    BELOW_BASELINE = "below-baseline"
    SAME_VERSION = "same-version"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. name: of the migration."""

    fault: Fault
    name: str
    what: str
    fix: str


def find_problems(files: Sequence[Migration], history: Sequence[Record]) -> list[Problem]:
    """Every problem, those of the history first."""
    return [*_of_history(files, history), *_of_order(files, history), *_of_versions(files)]


def pending(files: Sequence[Migration], history: Sequence[Record]) -> list[Migration]:
    """The files that the database does not have, or has begun, in their order."""
    over = [one for one in history if one.state in (State.APPLIED, State.BASELINE)]
    done = [file_of(files, one) for one in over]
    return [one for one in files if one not in done]


def file_of(files: Sequence[Migration], record: Record) -> Migration | None:
    """The file of a row: that of its name; else, if it was renamed, that of its version."""
    same = [one for one in files if one.version == record.version]
    named = [one for one in same if one.name == record.name]
    return next(iter(named or same), None)


def check(
    files: Sequence[Migration], history: Sequence[Record], *, out_of_order: bool = False
) -> None:
    """Raises Blocked (migration-history) with every problem. out_of_order: allow that."""
    found = _of_history(files, history) if out_of_order else find_problems(files, history)
    listed = [f"{one.name}: {one.what}\n    to do: {one.fix}" for one in found]
    if listed:
        raise Blocked(
            "the files and the history do not agree; nothing was changed\n  " + "\n  ".join(listed),
            where=Place(note="trueup migrate"),
            fix="settle each of them as it says",
            code=ErrorCode.MIGRATION_HISTORY,
        )


def _of_history(files: Sequence[Migration], history: Sequence[Record]) -> list[Problem]:
    return [*_of_chain(history), *_of_files(files, history)]


def _of_chain(history: Sequence[Record]) -> Iterator[Problem]:
    broken = broken_at(history)
    if broken:
        yield Problem(
            Fault.BROKEN_CHAIN,
            broken.name,
            "its row, or one before it, was edited or removed by hand: the chain breaks here",
            "look who did; trueup migrate repair makes the chain anew from the rows as they are",
        )


def _of_files(files: Sequence[Migration], history: Sequence[Record]) -> Iterator[Problem]:
    for record in history:
        file = file_of(files, record)
        if file is None:
            yield Problem(
                Fault.MISSING,
                record.name,
                "the database has it, and its file is gone",
                "bring the file back from version control; or, if it is given up for good, "
                f"trueup migrate repair {record.version} --forget",
            )
        elif (file.checksum, file.name) != (record.checksum, record.name):
            yield Problem(
                Fault.CHANGED,
                record.name,
                "its file was changed after it ran"
                + ("" if file.name == record.name else f"; it is {file.name} now"),
                "bring the text back from version control, and write what is new as a new "
                "migration; or, if the database is as the file says now, "
                f"trueup migrate repair {record.version} --accept",
            )


def _of_versions(files: Sequence[Migration]) -> Iterator[Problem]:
    for before, one in pairwise(files):
        if before.version == one.version:
            yield Problem(
                Fault.SAME_VERSION,
                one.name,
                f"its number is that of {before.name} too: they came with two branches",
                "run trueup migrate rebase, which gives one of them a later number",
            )


def _of_order(files: Sequence[Migration], history: Sequence[Record]) -> Iterator[Problem]:
    last = max((one.version for one in history), default=-1)
    baseline = max((one.version for one in history if one.state is State.BASELINE), default=-1)
    known = {one.version for one in history}
    for file in files:
        if file.version in known or file.version > last:
            continue
        if file.version < baseline:
            yield Problem(
                Fault.BELOW_BASELINE,
                file.name,
                f"below the baseline {baseline}, not applied",
                "give it a later number by trueup migrate rebase, if it is to run; or up "
                "--out-of-order, which the history then says",
            )
        else:
            yield Problem(
                Fault.OUT_OF_ORDER,
                file.name,
                f"not applied, though {last} after it was: it came with another branch",
                "give it a later number by trueup migrate rebase; or up --out-of-order, which the "
                "history then says",
            )
