"""trueup seed: the items that a stage begins with, put where they are missing or differ."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from pydantic import BaseModel, ConfigDict

from ..configuration import load_stage
from ..configuration.stage import StagedLayer
from ..engines.open_tables import open_tables, open_tables_to_read
from ..errors import Blocked, ErrorCode, Place
from ..seeds import Seed
from ..seeds.declaration import seeds_of_stage
from ..seeds.loading import load_seeds
from ..seeds.plant import Planted, plan, plant, planted_by
from .errors import interruptible
from .exit_codes import ExitCode
from .options import Common
from .output import BAD, GOOD, WARNING, JsonDocument, Output

ALLOWED_BY = "--allow-protected"


class RejectedItem(BaseModel):
    """An item that was not stored. source: its file and line, or its position."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    problem: str


class SeededTable(BaseModel):
    """What a set did to one table, or would do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    set: str
    table: str
    created: int
    changed: int
    unchanged: int
    rejected: list[RejectedItem]


class SeedDocument(JsonDocument):
    """What `trueup seed --json` prints. is_plan: nothing was written."""

    is_plan: bool
    seeds: list[SeededTable]


def run(
    common: Common,
    sets: Annotated[
        list[str] | None, typer.Argument(metavar="SET", help="Only these sets.")
    ] = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be put, and put nothing.")
    ] = False,
    allow_protected: Annotated[
        bool, typer.Option(ALLOWED_BY, help="Write to a protected stage.")
    ] = False,
) -> ExitCode:
    """Put the items of the stage's sets that are missing or differ; delete nothing.

    A second run writes nothing. Items that cannot be stored are listed, the others are put, and
    the command ends with 4. With --dry-run it ends with 2 if items would be put.
    """
    staged = load_stage(common.stage_options)
    seeds = seeds_of_stage(load_seeds(staged.stage), staged.stage.name, sets or ())
    if staged.stage.protect and not (allow_protected or dry_run):
        raise _protected(staged)
    output = Output(common.json, goes_on=not dry_run)
    done: list[Planted] = []
    opening = open_tables_to_read if dry_run else open_tables
    with (
        opening(staged.stage.url, staged.layer, table_names=staged.table_names) as tables,
        interruptible(lambda: _progress(done), "run the command again"),
    ):
        for seed in seeds:
            if dry_run:
                done.append(plan(tables, seed))
            else:
                done.append(planted_by(seed))
                plant(tables, seed, done[-1])
            _print(output, done[-1], dry_run=dry_run)
    output.document(_document(done, is_plan=dry_run))
    output.print(f"\n{_summary(seeds, done, dry_run=dry_run)}")
    output.finish(_progress(done))
    return _exit_code(done, dry_run=dry_run)


def _protected(staged: StagedLayer) -> Blocked:
    name = staged.stage.name
    return Blocked(
        f"the stage {name} is protected, and seeds would be written to it",
        where=Place(note=str(staged.stage)),
        fix=f"look with --dry-run, then give {ALLOWED_BY}",
        code=ErrorCode.PROTECTED_STAGE,
        allowed_by=ALLOWED_BY,
    )


def _progress(done: list[Planted]) -> str:
    written = sum(one.written for one in done)
    return f"{written} items were put, and stay" if written else "nothing was changed"


def _print(output: Output, planted: Planted, *, dry_run: bool) -> None:
    """One line for a table, and one for each item that was rejected."""
    would = "would be " if dry_run else ""
    parts = [
        f"{count} {would}{what}"
        for count, what in ((planted.created, "created"), (planted.changed, "changed"))
        if count
    ]
    parts += [f"{planted.unchanged} unchanged"] if planted.unchanged else []
    parts += [f"{len(planted.rejected)} rejected"] if planted.rejected else []
    symbol, style = ("✗", BAD) if planted.rejected else ("✓", GOOD)
    if planted.written and dry_run and not planted.rejected:
        symbol, style = "+", WARNING
    text = f"{planted.name}: {planted.table}: {', '.join(parts) or 'no items'}"
    output.marked(symbol, style, text)
    for one in planted.rejected:
        output.marked(" ", BAD, f"{one.source}: {one.problem}")


def _summary(seeds: list[Seed[Any]], done: list[Planted], *, dry_run: bool) -> str:
    written = sum(one.written for one in done)
    if not seeds:
        return "No set is for this stage."
    if not written:
        return (
            "Nothing to write: every item is there as declared."
            if _is_clean(done)
            else ("Nothing was written.")
        )
    return f"{written} items {'would be' if dry_run else 'were'} put."


def _is_clean(done: list[Planted]) -> bool:
    return not any(one.rejected for one in done)


def _document(done: list[Planted], *, is_plan: bool) -> SeedDocument:
    return SeedDocument(
        is_plan=is_plan,
        seeds=[
            SeededTable(
                set=one.name,
                table=one.table,
                created=one.created,
                changed=one.changed,
                unchanged=one.unchanged,
                rejected=[
                    RejectedItem(source=item.source, problem=item.problem) for item in one.rejected
                ],
            )
            for one in done
        ],
    )


def _exit_code(done: list[Planted], *, dry_run: bool) -> ExitCode:
    if not _is_clean(done):
        return ExitCode.PARTIAL
    if dry_run and any(one.written for one in done):
        return ExitCode.CHANGES
    return ExitCode.DONE
