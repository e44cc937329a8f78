"""What is asked of `trueup generate`: the kind of files, and the options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass as standard_dataclass
from dataclasses import field
from enum import StrEnum
from os.path import relpath
from pathlib import Path
from typing import Annotated

import typer

from ..._dataclass import dataclass
from ...configuration.settings import find_project
from ...infra import Format


class What(StrEnum):
    """What is generated."""

    DOCS = "docs"
    IAC = "iac"
    COST = "cost"
    PERMISSIONS = "permissions"
    REPORT = "report"
    SQL = "sql"
    ERD = "erd"
    LOCK = "lock"


# The standard decorator: see `options.py`.
@standard_dataclass(frozen=True)
class Evidence:
    """The options that say what a report is counted from."""

    template: Annotated[
        list[Path] | None,
        typer.Option("--template", help="Of reports: a deployed template; can be repeated."),
    ] = None
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", metavar="NAME=VALUE", help="Of reports: of the templates."),
    ] = None
    tests: Annotated[
        list[Path] | None,
        typer.Option("--tests", help="Of reports: what pytest --junitxml wrote; can be repeated."),
    ] = None
    calls: Annotated[
        list[Path] | None,
        typer.Option("--calls", help="Of reports: what a CallLog wrote; can be repeated."),
    ] = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command; None and empty where they are not given.

    is_check: whether nothing is written.
    """

    what: What
    out: Path | None = None
    form: Format | None = None
    stage: str = ""
    url: str = ""
    is_check: bool = False
    layer: str = ""
    rates: Path | None = None
    prices: Path | None = None
    account: str = ""
    evidence: Evidence = field(default_factory=Evidence)

    @property
    def options(self) -> Sequence[tuple[str, str]]:
        """Those that are given, by their names on the command line."""
        given: Mapping[str, Sequence[object]] = {
            "--out": (self.out,),
            "--layer": (self.layer,),
            "--format": (self.form,),
            "--stage": (self.stage,),
            "--url": (self.url,),
            "--rates": (self.rates,),
            "--prices": (self.prices,),
            "--account": (self.account,),
            "--template": self.evidence.template or (),
            "--parameter": self.evidence.parameter or (),
            "--tests": self.evidence.tests or (),
            "--calls": self.evidence.calls or (),
        }
        return [(name, str(value)) for name, some in given.items() for value in some if value]


def default_out(*names: str) -> Path:
    """A path below the project's, wherever in it the command runs."""
    return relative(find_project(Path.cwd()).folder.joinpath(*names))


def relative(path: Path) -> Path:
    """The path from the working directory, as a person would write it."""
    return Path(relpath(path))
