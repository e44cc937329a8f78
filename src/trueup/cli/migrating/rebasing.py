"""The action `trueup migrate rebase`: what is renamed, behind what, and what is to be proved."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...configuration.stage import Stage
from ...migrations.branches.follows import parents_of, tell
from ...migrations.branches.rebase import Move, plan_rebase, rename
from ...migrations.files import Migration, read_folder
from ...migrations.opening import dialect_of
from ...migrations.proving.proofs import Hashed, read_proofs, write_proofs
from ...migrations.repeatable.files import read_repeatables
from ..exit_codes import ExitCode
from ..output import FAINT, GOOD, WARNING, Output
from ..wording import counted
from .document import MigrateDocument
from .sighting import look


def rebase(stage: Stage, files: Sequence[Migration], argument: str, output: Output) -> ExitCode:
    """Put the files of one branch behind those of another. argument: the names of those that move,
    with commas between them; empty for those that no stage has."""
    folder, seen = stage.migrations, look(stage)
    proofs = read_proofs(folder)
    parents = parents_of(files, proofs)
    moves = plan_rebase(files, proofs, seen.applied, re.findall(r"[^\s,]+", argument))
    rename(moves)
    now = read_folder(folder, dialect_of(stage.url))
    again = read_repeatables(folder, dialect_of(stage.url), now)
    current: list[Hashed] = [*now, *again]
    kept = proofs.with_new([], current)
    stale = sorted({one.name for one in proofs.found if one not in kept.found})
    if stale or moves:
        write_proofs(folder, kept)
    proved = {one.name for one in kept.found}
    document = MigrateDocument(
        action="rebase",
        stage=stage.name,
        renamed={move.migration.name: move.name for move in moves},
        stale=stale,
        to_prove=[one.name for one in current if one.name not in proved],
        unseen=seen.unseen,
    )
    output.document(document)
    _print_moves(output, moves, now)
    known = [move.migration for move in moves if move.migration.name in parents]
    if known:
        output.marked(" ", FAINT, f"as they were proved, {tell(known, parents)}")
    _print_rest(output, document)
    output.finish(f"{counted(len(moves), 'file')} renamed")
    return ExitCode.CHANGES if document.to_prove else ExitCode.DONE


def _print_moves(output: Output, moves: Sequence[Move], now: Sequence[Migration]) -> None:
    names = [one.name for one in now]
    for move in moves:
        before = names[names.index(move.name) - 1]
        output.marked("✓", GOOD, f"{move.migration.name} is {move.name} now, and follows {before}")
    if not moves:
        output.marked("✓", GOOD, "No file has to be renamed.")


def _print_rest(output: Output, document: MigrateDocument) -> None:
    if document.stale:
        names = ", ".join(document.stale)
        output.marked("!", WARNING, f"proofs that no longer fit are removed: {names}")
    for name, why in document.unseen.items():
        output.marked("?", WARNING, f"the stage {name} was not asked what it has: {why}")
    if document.to_prove:
        output.print(f"\nTo prove, by trueup migrate verify: {', '.join(document.to_prove)}.")
