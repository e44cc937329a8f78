"""Put the files of one branch behind those of the other: they get later numbers, and new proofs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from ..._dataclass import dataclass
from ...errors import Blocked, ErrorCode, InvalidCall, Place
from ..files import Migration
from ..proving.proofs import Proofs
from ..writing import DIGITS
from .follows import followers_of, parents_of, tell


@dataclass(frozen=True, slots=True)
class Move:
    """A file, and the name that it gets."""

    migration: Migration
    name: str

    def files(self) -> list[tuple[Path, Path]]:
        """What is renamed: the file, and that of its Python steps."""
        old = self.migration.path
        pairs = [(path, path.with_name(f"{self.name}{path.suffix}"))
                 for path in (old, old.with_suffix(".py"))]  # fmt: skip
        return [(before, after) for before, after in pairs if before.exists()]


Applied = Mapping[str, Sequence[str]]
"""The stages that have a file, by its name."""


def plan_rebase(
    files: Sequence[Migration], proofs: Proofs, applied: Applied, chosen: Sequence[str]
) -> list[Move]:
    """The files that get later numbers, in their order. files: several may have one version.
    chosen: the names of those that move; empty for those that no stage has.

    Raises InvalidCall (usage) for a name that no file has; Blocked: (migration-history) a stage has
    a file that would move, or nothing says which of two moves.
    """
    parents = parents_of(files, proofs)
    names = list(chosen) or _behind(files, applied)
    moving = followers_of(_there(files, names), parents)
    _check_not_applied(moving, applied)
    staying = [one for one in files if one.name not in moving]
    _check_settled(staying, parents, applied)
    last, moves = max((one.version for one in staying), default=0), list[Move]()
    for one in files:
        if one.name in moving:
            last = max(last + 1, one.version)
            name = f"{last:0{DIGITS}d}_{one.name.partition('_')[2]}"
            moves += [Move(one, name)] if last != one.version else []
    return moves


def rename(moves: Sequence[Move]) -> None:
    """Rename the files, the last first: none gets a name that another still has."""
    for move in reversed(moves):
        for before, after in move.files():
            before.rename(after)


def _behind(files: Sequence[Migration], applied: Applied) -> list[str]:
    """Those that no stage has, below or beside one that a stage has."""
    last = max((one.version for one in files if one.name in applied), default=-1)
    return [one.name for one in files if one.name not in applied and one.version <= last]


def _there(files: Sequence[Migration], names: Sequence[str]) -> Sequence[str]:
    missing = sorted(set(names) - {one.name for one in files})
    if missing:
        raise InvalidCall(
            f"there is no file {', '.join(missing)}; nothing was renamed",
            where=Place(note="trueup migrate rebase"),
            fix="give names without .sql: 0007_add_index",
            code=ErrorCode.USAGE,
        )
    return names


def _check_not_applied(moving: Sequence[str], applied: Applied) -> None:
    there = [f"{name} on {', '.join(applied[name])}" for name in moving if name in applied]
    if there:
        raise _blocked(
            f"what is applied keeps its number: {'; '.join(there)}",
            "undo it there first by trueup migrate down --to the version before it, or rebase the "
            "files of the other branch",
        )


def _check_settled(staying: Sequence[Migration], parents: Mapping[str, str], on: Applied) -> None:
    """Refuse two files that would keep one number."""
    for version, group in groupby(staying, key=lambda one: one.version):
        same = list(group)
        if len(same) < 2:
            continue
        names = " and ".join(one.name for one in same)
        if all(one.name in on for one in same):
            places = "; ".join(f"{one.name} on {', '.join(on[one.name])}" for one in same)
            raise _blocked(
                f"{names} have the number {version}, and each is applied: {places}",
                "undo one of them where it is by trueup migrate down --to the version before it",
            )
        raise _blocked(
            f"{names} have the number {version}, and no stage says which was first: "
            + tell(same, parents),
            f"name the one of your branch: trueup migrate rebase {same[-1].name}; what was proved "
            "after it moves with it",
        )


def _blocked(what: str, fix: str) -> Blocked:
    return Blocked(
        f"{what}; nothing was renamed",
        where=Place(note="trueup migrate rebase"),
        fix=fix,
        code=ErrorCode.MIGRATION_HISTORY,
    )
