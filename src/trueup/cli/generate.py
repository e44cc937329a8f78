"""trueup generate: files that are computed from the declarations."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict

from ..infra import Format
from ..lifecycle.generated import State
from .exit_codes import ExitCode
from .generating.asked import Asked, Evidence, What
from .generating.files import FILES, print_files, write_changed
from .generating.kinds import files_of
from .options import JsonOption
from .output import JsonDocument, Output
from .wording import counted

_WHAT = typer.Argument(
    metavar="WHAT",
    help="docs: a page for each table. iac: what there is in AWS. cost: a page of prices. "
    "permissions: what each function may do, and who verifies or deploys. report: how complete "
    "all is. sql: schema.sql of a relational layer. erd: a diagram of the tables. lock: "
    "what PostgreSQL makes of a relational layer, to compare with elsewhere.",
)
_CHECK = typer.Option("--check", help="Write nothing; exit with 2 if anything is out of date.")
_OUT = typer.Option(
    "--out",
    metavar="PATH",
    help="In place of docs/tables, infra, docs/cost.md …; also a file NAME.md, NAME.sql …",
)
_FORMAT = typer.Option("--format", help="Of infrastructure: cloudformation, terraform, sam, cdk.")
_STAGE = typer.Option(
    "--stage",
    help="Of infrastructure, permissions, reports, lock files: the stage, whose rules hold.",
)
_URL = typer.Option("--url", help="Of a lock file: the PostgreSQL that makes the tables, undone.")
_LAYER = typer.Option("--layer", help="The layer: app.tables:layer.")
_RATES = typer.Option("--rates", help="Of costs: a TOML file of how often each question is asked.")
_ACCOUNT = typer.Option("--account", help="Of permissions: the account's number, for ARNs.")
_PRICES = typer.Option("--prices", help="Of costs: a TOML file of prices, in place of us-east-1's.")


class GeneratedFile(BaseModel):
    """A file, and its state before the command."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    state: State


class GenerateDocument(JsonDocument):
    """What `trueup generate --json` prints. written: whether the files are now as they should be,
    or were only checked."""

    what: What
    layer: str
    files: list[GeneratedFile]
    written: bool


def run(
    what: Annotated[What, _WHAT],
    evidence: Evidence,
    *,
    out: Annotated[Path | None, _OUT] = None,
    form: Annotated[Format | None, _FORMAT] = None,
    stage: Annotated[str, _STAGE] = "",
    url: Annotated[str, _URL] = "",
    rates: Annotated[Path | None, _RATES] = None,
    prices: Annotated[Path | None, _PRICES] = None,
    account: Annotated[str, _ACCOUNT] = "",
    check: Annotated[bool, _CHECK] = False,
    layer: Annotated[str, _LAYER] = "",
    json: JsonOption = False,
) -> ExitCode:
    """Write what is computed from the declarations: documentation, infrastructure, permissions …

    Only files that changed are written, and only files that Trueup generated are replaced, or
    removed with their table. The same declarations give the same bytes.
    """
    asked = Asked(what, out, form, stage, url, check, layer, rates, prices, account, evidence)
    found = files_of(asked)
    differing = [file for file in found.files if file.state is not State.CURRENT]
    if not check:
        write_changed(differing)
    output = Output(json, goes_on=not check)
    output.document(
        GenerateDocument(
            what=what,
            layer=found.layer.name,
            files=[GeneratedFile(path=str(file.path), state=file.state) for file in found.files],
            written=not check,
        )
    )
    print_files(output, found.files, differing, _command(asked) if check else "")
    output.finish(f"{counted(len(differing), *FILES)} {'not up to date' if check else 'changed'}")
    return ExitCode.CHANGES if check and differing else ExitCode.DONE


def _command(asked: Asked) -> str:
    """The command that writes the same files."""
    options = "".join(f" {name} {quote(value)}" for name, value in asked.options)
    return f"trueup generate {asked.what}{options}"
