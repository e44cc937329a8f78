"""trueup adopt: declarations for live tables; or, with --own, live tables for a layer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import Field

from ..configuration.stage import Stage, find_stage
from ..engines.connect import ENGINES
from ..engines.open_tables import OpenTables, open_tables_to_read
from ..errors import ErrorCode, InvalidCall, Place
from ..lifecycle.adopt.code import Adopted, module_text
from ..lifecycle.adopt.samples import sampled_types, sampling_layer
from ..lifecycle.adopt.tables import adopt_tables, with_types
from ..lifecycle.files import check_new, write_new
from ..lifecycle.state.recognition import holds_state
from ..lifecycle.state.records import STATE_TABLE
from ..model.declarations.layer import Layer, Target
from .exit_codes import ExitCode
from .options import Common
from .output import JsonDocument, Output
from .owning import Owning, own_tables


class AdoptDocument(JsonDocument):
    """What `trueup adopt --json` prints.

    tables: their physical names; with --own, those that are owned now and were not before.
    left_out: by table, the indexes that cannot be declared, and why. code: the module.
    """

    tables: list[str]
    left_out: dict[str, dict[str, str]] = Field(default_factory=dict)
    code: str = ""


def run(
    common: Common,
    owning: Owning,
    table: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TABLE]...", help="Physical names; all that fit --names if none."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write this new file, not the terminal.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="The name of the layer.")] = "app",
    sample: Annotated[
        int, typer.Option("--sample", min=0, help="Read so many items for attributes' types.")
    ] = 0,
) -> ExitCode:
    """Write declarations for tables that exist, as code to keep. Only reads.

    Types are known for keys; with --sample, items are read for those of the other attributes.
    With --own nothing is written but a record: apply may change the declared tables from then on,
    whoever made them. TABLE is then a name as it is declared.
    """
    output = Output(common.json, goes_on=owning.own or out is not None)
    if owning.own:
        taken, code = own_tables(common, owning, table or [], output)
        output.document(AdoptDocument(tables=taken))
        output.finish(f"owned are now: {', '.join(taken) or 'no others'}")
        return code
    stage = find_stage(common.stage_options)
    if out is not None:
        check_new(out)
    adopted = _adopt(stage, table or [], sample)
    if not adopted:
        raise _nothing(stage)
    text = module_text(name, _target(stage), adopted, _source(stage))
    output.document(
        AdoptDocument(
            tables=[one.schema.name for one in adopted],
            left_out={one.schema.name: dict(one.left_out) for one in adopted if one.left_out},
            code=text,
        )
    )
    if out is None:
        output.plain(text.rstrip())
    else:
        write_new(out, text)
        plan = common.named("trueup plan")
        output.print(f"✓ {out} declares {len(adopted)} tables; {plan} should be empty.")
        output.finish(f"{out} is written")
    return ExitCode.DONE


def _adopt(stage: Stage, names: list[str], sample: int) -> list[Adopted]:
    empty = Layer("adopted", target=_target(stage), tables=[])
    with open_tables_to_read(stage.url, empty) as opened:
        reading = adopt_tables(
            opened.open_layer.engine,
            names,
            pattern=stage.names,
            protect=stage.protect,
            without=stage.state_table or STATE_TABLE,
        )
        adopted = _without_states(opened, opened.runner.run(reading, "adopt"), names)
        if not sample:
            return adopted
        return with_types(
            adopted, {one.schema.name: _sampled(opened, one, sample) for one in adopted}
        )


def _without_states(opened: OpenTables, adopted: list[Adopted], names: list[str]) -> list[Adopted]:
    """The tables, without those that hold the state of a stage. names: those that were asked for.

    Raises InvalidCall (invalid-option) if such a one was asked for.
    """
    states = {one.schema.name for one in adopted if holds_state(opened, one.schema)}
    if states.intersection(names):
        raise InvalidCall(
            f"the table {min(states.intersection(names))!r} holds lock and ownership of apply",
            where=Place(note="TABLE"),
            fix="leave it out: no layer declares it",
            code=ErrorCode.INVALID_OPTION,
        )
    return [one for one in adopted if one.schema.name not in states]


def _sampled(opened: OpenTables, adopted: Adopted, count: int) -> dict[str, str]:
    layer, table = sampling_layer(adopted.schema, opened.open_layer.layer.target)
    return sampled_types(opened.beside(layer).repository(table), count)


def _target(stage: Stage) -> Target:
    """The engine of the stage: tables that exist are under its limits already."""
    scheme = stage.url.partition(":")[0].lower()
    targets: dict[str, Target] = {
        "dynamodb": "dynamodb",
        "postgresql": "postgres",
        "sqlite": "sqlite",
    }
    assert set(targets) == set(ENGINES)
    return targets[scheme]


def _source(stage: Stage) -> str:
    """Where the tables were found, for the first line of the module; without options of the URL."""
    return str(stage) if stage.name else stage.url.partition("?")[0]


def _nothing(stage: Stage) -> InvalidCall:
    return InvalidCall(
        f"no table fits the pattern {stage.names}",
        where=Place(note=str(stage)),
        fix="give --names, or name tables",
        code=ErrorCode.INVALID_OPTION,
    )
