"""trueup verify: every declared fact beside every live table."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..configuration import load_stage
from ..configuration.stage import StagedLayer
from ..engines.open_tables import open_tables_to_read
from ..errors import Blocked, ErrorCode, Place
from ..lifecycle.accepted import NOTHING, Accepted, read_accepted
from ..lifecycle.behaviour import try_tables
from ..lifecycle.declared import declared_tables
from ..lifecycle.schema_lock.file import with_lock
from ..lifecycle.verification import Verification, in_order_of_tables, look_at, verify_tables
from ..schema.severity import Severity
from .exit_codes import ExitCode
from .options import Common
from .output import Output
from .planning.locks import LockOptions
from .verification.checklist import checklist
from .verification.document import VerifyDocument, document
from .verification.forms import junit, markdown
from .verification.lines import Line, lines_of, summary
from .verification.problems import sarif_text
from .verification.templates import TemplateOptions, verify_by_templates
from .verification.text import report

__all__ = ["VerifyDocument", "run"]


class Form(StrEnum):
    """The form of the report."""

    TEXT = "text"
    CHECKS = "checks"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    SARIF = "sarif"


class FailOn(StrEnum):
    """The least severity that makes a difference a failure."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


def run(
    common: Common,
    templates: TemplateOptions,
    locks: LockOptions,
    *,
    table: Annotated[
        list[str] | None, typer.Option("--table", help="Only this table; can be repeated.")
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="The least severity that fails.")
    ] = FailOn.LOW,
    accept_unknown: Annotated[
        Path | None,
        typer.Option("--accept-unknown", help="A file of unknown facts to accept: TABLE FACT."),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="The form of the report.")] = Form.TEXT,
    everything: Annotated[bool, typer.Option("--all", help="Show what agrees, too.")] = False,
    behaviour: Annotated[
        bool,
        typer.Option(
            "--behaviour",
            help="Try what constraints, triggers, references and indexes do, on copies of the "
            "tables of PostgreSQL that are undone.",
        ),
    ] = False,
) -> ExitCode:
    """Compare every declared fact with the live tables, or with templates; nothing is changed.

    With --template no database is opened, unless --live is given.
    Ends with 0 if everything agrees, 2 if something differs, 1 if something is not known.
    """
    templates.check()
    staged = locks.of(load_stage(common.stage_options))
    only, accepted = table or [], _accepted(accept_unknown, staged)

    def live() -> Verification:
        return _verify(staged, only, accepted, behaviour=behaviour)

    found = (
        verify_by_templates(staged, only, accepted, templates, live) if templates.paths else live()
    )
    mended = replace(common, stage=staged.stage.name).named  # whoever reads it may set no variable
    lines = list(lines_of(found, mended))
    output = Output(common.json)
    for line in found.accepted_in_vain:
        output.note(f"No fact fits the accepted line: {line}")
    output.document(document(found, lines, staged.stage.name, templates.paths))
    _print(output, found, lines, form, everything=everything)
    return exit_code(found, Severity[fail_on.name])


def _print(
    output: Output, found: Verification, lines: list[Line], form: Form, *, everything: bool
) -> None:
    match form:
        case Form.TEXT:
            for part in report(lines, output.width, everything=everything):
                output.print(part)
            output.print(f"\n{summary(found)}")
        case Form.CHECKS:
            for part in checklist(found.declared, found.present, lines, output.width):
                output.print(part)
        case Form.MARKDOWN:
            output.plain(markdown(lines, summary(found)))
        case Form.JUNIT:
            output.plain(junit(lines))
        case Form.SARIF:
            output.plain(sarif_text(lines))


def exit_code(verification: Verification, fail_on: Severity) -> ExitCode:
    """What the command ends with: what is not known, and a layer without tables, are not green."""
    if verification.differing(fail_on):
        return ExitCode.CHANGES
    is_green = verification.declared and not verification.unknown
    return ExitCode.DONE if is_green else ExitCode.ERROR


def _verify(
    staged: StagedLayer, only: list[str], accepted: Accepted, *, behaviour: bool
) -> Verification:
    stage = staged.stage
    with open_tables_to_read(stage.url, staged.layer, table_names=staged.table_names) as opened:
        declared = declared_tables(opened.open_layer, only, protect=stage.protect)
        compared = with_lock(opened, stage.lock)
        found = verify_tables(declared, look_at(compared), accepted, opened.open_layer.engine)
        tried = try_tables(opened, declared.values()) if behaviour else []
        return replace(found, findings=in_order_of_tables((*found.findings, *tried)))


def _accepted(path: Path | None, staged: StagedLayer) -> Accepted:
    if path is None:
        return NOTHING
    if staged.stage.protect:
        raise Blocked(
            f"the stage {staged.stage.name} is protected: no unknown fact is accepted there",
            where=Place(note="--accept-unknown"),
            fix="leave it out, and grant what is needed to read every fact",
            code=ErrorCode.PROTECTED_STAGE,
        )
    return read_accepted(path)
