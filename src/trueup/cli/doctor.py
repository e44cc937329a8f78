"""trueup doctor: what stands in the way of the commands, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict

from ..configuration import StageOptions, find_stage, load_stage
from ..engines.checks import Finding, Verdict, good, refused
from ..errors import ErrorCode, InvalidCall, Place, TrueupError
from ..lifecycle.doctor import (
    Examined,
    check_installation,
    examine,
    examine_records,
    exit_code,
)
from ..lifecycle.state.records import STATE_TABLE
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
) -> ExitCode:
    """Check the configuration, the database, the clock, the credentials and what they allow.

    With --metrics: check the health of tables by replies that were recorded, and ask nothing.

    Nothing is changed. Ends with 0 if all is well, 2 if something is to be mended, 1 if something
    could not be checked.
    """
    if role and not _PRINCIPAL.fullmatch(role):
        raise InvalidCall(
            "this is no ARN of a role or a user",
            code=ErrorCode.USAGE,
            where=Place(note="--role"),
            fix="write it as arn:aws:iam::123456789012:role/name",
        )
    output = Output(common.json)
    findings: list[Finding] = []
    for found in _findings(common.stage_options, role, metrics, health=health):
        finding = replace(found, fix=common.named(found.fix))
        findings.append(finding)
        _print(output, finding)
    code = ExitCode(exit_code(findings))
    output.document(
        DoctorDocument(
            exit_code=code,
            findings=[
                DoctorFinding(
                    check=one.check,
                    verdict=one.verdict,
                    found=one.found,
                    where=one.where,
                    fix=one.fix,
                )
                for one in findings
            ],
        )
    )
    return code


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


def _print(output: Output, finding: Finding) -> None:
    """A finding in lines that fit; its place, which may be long, has one of its own."""
    symbol, style = _SYMBOLS[finding.verdict]
    output.marked(symbol, style, f"{finding.check}: {finding.found}")
    if finding.where:
        output.plain(f"    where: {finding.where}")
    if finding.fix:
        output.plain(broken(f"to do: {finding.fix}", 4, output.width, hang=2))
