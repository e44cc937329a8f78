"""trueup adopt: declarations for tables that exist; or, with --own, live tables for a layer."""

from __future__ import annotations

from dataclasses import dataclass as standard_dataclass
from pathlib import Path
from shlex import quote
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
from ..templates.adopting import adopt_template
from ..templates.pynamodb.classes import read_source
from ..templates.pynamodb.tables import adopt_models
from ..templates.reading import read_template
from .checking.given import check_parameters, parameter_values
from .exit_codes import ExitCode
from .options import Common
from .output import JsonDocument, Output
from .owning import Owning, own_tables
from .wording import counted, wrapped


class AdoptDocument(JsonDocument):
    """What `trueup adopt --json` prints.

    tables: their physical names; with --own, those that are owned now and were not before.
    left_out: by table, the indexes that cannot be declared, and why. notes: by table, what is
    declared otherwise than it was found. code: the module.
    """

    tables: list[str]
    left_out: dict[str, dict[str, str]] = Field(default_factory=dict)
    notes: dict[str, list[str]] = Field(default_factory=dict)
    code: str = ""


# The standard decorator: see `options.py`.
@standard_dataclass(frozen=True)
class From:
    """The options that say what is adopted, in place of live tables."""

    template: Annotated[
        Path | None,
        typer.Option("--template", help="Adopt the tables of a template; no database is opened."),
    ] = None
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", metavar="NAME=VALUE", help="A parameter of the template."),
    ] = None
    pynamodb: Annotated[
        Path | None,
        typer.Option("--pynamodb", help="Adopt the models of PynamoDB in a file or folder."),
    ] = None


def run(
    common: Common,
    owning: Owning,
    other: From,
    *,
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
    With --template or --pynamodb they are those of a template, or of classes.
    With --own nothing is written but a record: apply may change the declared tables from then on,
    whoever made them. TABLE is then a name as it is declared.
    """
    output = Output(common.json, goes_on=owning.own or out is not None)
    if owning.own:
        taken, code = own_tables(common, owning, table or [], output)
        output.document(AdoptDocument(tables=taken))
        output.finish(f"owned are now: {', '.join(taken) or 'no others'}")
        return code
    if out is not None:
        check_new(out)
    adopted, target, source = _found(common, other, table or [], sample)
    text = module_text(name, target, adopted, source)
    output.document(
        AdoptDocument(
            tables=[one.schema.name for one in adopted],
            notes={one.schema.name: list(one.notes) for one in adopted if one.notes},
            left_out={one.schema.name: dict(one.left_out) for one in adopted if one.left_out},
            code=text,
        )
    )
    if out is None:
        output.plain(text.rstrip())
    else:
        write_new(out, text)
        tables = counted(len(adopted), "table")
        output.print(f"✓ {out} declares {tables}; {_proof(common, other)}.")
        for one in adopted:
            for note in one.notes:
                output.lines(wrapped(f"! {one.schema.name}: {note}", 0, output.width))
        output.finish(f"{out} is written")
    return ExitCode.DONE


def _proof(common: Common, other: From) -> str:
    """What shows that the declarations are right."""
    if other.template is not None:
        command = common.named(f"trueup verify --template {quote(str(other.template))}")
        return f"{command} should agree"
    return f"{common.named('trueup plan')} should be empty"


def _found(
    common: Common, other: From, names: list[str], sample: int
) -> tuple[list[Adopted], Target, str]:
    """The tables, their target, and where they were found."""
    if other.template is not None or other.pynamodb is not None:
        return _elsewhere(common, other, names, sample)
    stage = find_stage(common.stage_options)
    adopted = _adopt(stage, names, sample)
    if not adopted:
        raise _nothing(f"no table fits the pattern {stage.names}", str(stage))
    return adopted, _target(stage), _source(stage)


def _elsewhere(
    common: Common, other: From, names: list[str], sample: int
) -> tuple[list[Adopted], Target, str]:
    """The tables of a template, or of classes of PynamoDB; they are all for DynamoDB."""
    if (other.template and other.pynamodb) or sample or (other.pynamodb and names):
        raise InvalidCall(
            "tables are adopted from one place: live, with --sample, or a template, or classes",
            where=Place(note="trueup adopt"),
            fix="give --template PATH, or --pynamodb PATH without names",
            code=ErrorCode.USAGE,
        )
    pattern, protect = common.names or "{table}", False
    if other.template is not None:
        parameters = parameter_values(other.parameter or ())
        template = read_template(other.template, parameters)
        check_parameters(parameters, [template])
        adopted = adopt_template(template, names, pattern=pattern, protect=protect)
        if not adopted:
            raise _nothing(f"no table of it fits the pattern {pattern}", str(other.template))
        return adopted, "dynamodb", str(other.template)
    assert other.pynamodb is not None
    source = read_source(other.pynamodb)
    adopted = adopt_models(source, pattern=pattern, protect=protect)
    if not adopted:
        raise _nothing(f"no table of it fits the pattern {pattern}", str(other.pynamodb))
    return adopted, "dynamodb", str(other.pynamodb)


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


def _nothing(what: str, where: str) -> InvalidCall:
    return InvalidCall(
        what,
        where=Place(note=where),
        fix="give --names, or name tables",
        code=ErrorCode.INVALID_OPTION,
    )
