"""trueup doctor: what stands in the way of the commands, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict

from ..checks.readiness.ticks import Release, ticks
from ..configuration import StageOptions, find_stage, load_stage
from ..configuration.stage import StagedLayer
from ..engines.checks import Finding, Verdict, good, refused
from ..engines.open_tables import open_tables_to_read
from ..errors import ErrorCode, InvalidCall, Place, TrueupError
from ..infra.staged import staged_stack
from ..lifecycle.declared import declared_tables
from ..lifecycle.doctor import (
    Examined,
    check_installation,
    examine,
    examine_records,
    exit_code,
)
from ..lifecycle.state.records import STATE_TABLE
from ..lifecycle.verification import look_at, verify_tables
from .exit_codes import ExitCode
from .options import Common
from .output import BAD, FAINT, GOOD, WARNING, JsonDocument, Output
from .wording import broken, counted

_SYMBOLS = {
    Verdict.GOOD: ("✓", GOOD),
    Verdict.BAD: ("✗", BAD),
    Verdict.UNKNOWN: ("?", WARNING),
    Verdict.NOT_NEEDED: ("-", FAINT),
}
_PRINCIPAL = re.compile(r"arn:[\w-]+:(iam|sts)::[0-9]{12}:[\w+=,.@/-]+")


class DoctorFinding(BaseModel):
    """One finding. where, fix: the place, and how to mend it; empty if there is nothing to say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    check: str
    verdict: Verdict
    found: str
    where: str
    fix: str


class DoctorDocument(JsonDocument):
    """What `trueup doctor --json` prints."""

    exit_code: int
    findings: list[DoctorFinding]


def run(
    common: Common,
    *,
    role: Annotated[
        str, typer.Option("--role", help="Whose permissions: the ARN of a role or user.")
    ] = "",
    metrics: Annotated[
        Path | None, typer.Option("--metrics", help="Recorded replies of CloudWatch, to be judged.")
    ] = None,
    health: Annotated[
        bool, typer.Option("--health", help="Ask CloudWatch how the tables do, too.")
    ] = False,
    release: Annotated[
        bool, typer.Option("--release", help="Tick the list before a deployment, too.")
    ] = False,
    tests: Annotated[
        list[Path] | None,
        typer.Option("--tests", help="What pytest --junitxml wrote, for --release."),
    ] = None,
) -> ExitCode:
    """Check the configuration, the database, the clock, the credentials and what they allow.

    With --metrics: check the health of tables by replies that were recorded, and ask nothing.
    With --release: code, SQL, tests, dependencies, variables, errors, logs, repetition, security.

    Nothing is changed. Ends with 0 if all is well, 2 if something is to be mended, 1 if something
    could not be checked.
    """
    if role and not _PRINCIPAL.fullmatch(role):
        fix = "write it as arn:aws:iam::123456789012:role/name"
        raise _misused("--role", "this is no ARN of a role or a user", fix)
    if tests and not release:
        what = "results of tests are looked at before a release alone"
        raise _misused("--tests", what, "give --release, too")
    output = Output(common.json)
    findings: list[Finding] = []
    looked = _findings(common.stage_options, role, metrics, health=health)
    ticked = _ticks(common.stage_options, tests or ()) if release else ()
    for found in chain(looked, ticked):
        finding = replace(found, fix=common.named(found.fix))
        findings.append(finding)
        _print(output, finding)
    code = ExitCode(exit_code(findings))
    output.document(DoctorDocument(exit_code=code, findings=[*map(_told, findings)]))
    return code


def _misused(option: str, what: str, fix: str) -> InvalidCall:
    return InvalidCall(what, code=ErrorCode.USAGE, where=Place(note=option), fix=fix)


def _told(one: Finding) -> DoctorFinding:
    return DoctorFinding(
        check=one.check, verdict=one.verdict, found=one.found, where=one.where, fix=one.fix
    )


def _findings(
    options: StageOptions, role: str, metrics: Path | None, *, health: bool
) -> Iterator[Finding]:
    """The configuration, the layer, then everything about the database, or what is recorded."""
    try:
        stage = find_stage(options)
    except TrueupError as error:
        yield refused("configuration", error)
        yield from check_installation("")
        return
    yield good("configuration", str(stage), str(stage.folder))
    layer, names = None, {}
    try:
        staged = load_stage(options)
    except TrueupError as error:
        yield refused("layer", error)
    else:
        layer, names = staged.layer, dict(staged.table_names)
        tables = counted(len(layer.tables), "table")
        yield good("layer", f"{layer.name}: {tables}, for {layer.target}")
    examined = Examined(stage.url, layer, names, stage.state_table or STATE_TABLE, role, health)
    yield from examine_records(examined, metrics) if metrics else examine(examined)


def _ticks(options: StageOptions, tests: Sequence[Path]) -> Iterator[Finding]:
    """The list before a deployment; a layer that cannot be loaded was told of already."""
    try:
        staged = load_stage(options)
    except TrueupError:
        return
    yield from ticks(
        Release(
            staged.layer,
            staged.stage.folder,
            lambda: staged_stack(staged),
            tests,
            _is_as_declared(staged),
        )
    )


def _is_as_declared(staged: StagedLayer) -> bool | None:
    """Whether the tables are as they are declared; None if that cannot be found out."""
    stage = staged.stage
    try:
        with open_tables_to_read(stage.url, staged.layer, table_names=staged.table_names) as opened:
            declared = declared_tables(opened.open_layer, [], protect=stage.protect)
            found = verify_tables(declared, look_at(opened), engine=opened.open_layer.engine)
    except TrueupError:
        return None
    return None if found.unknown else not found.differing()


def _print(output: Output, finding: Finding) -> None:
    """A finding in lines that fit; its place, which may be long, has one of its own."""
    symbol, style = _SYMBOLS[finding.verdict]
    output.marked(symbol, style, f"{finding.check}: {finding.found}")
    if finding.where:
        output.plain(f"    where: {finding.where}")
    if finding.fix:
        output.plain(broken(f"to do: {finding.fix}", 4, output.width, hang=2))
