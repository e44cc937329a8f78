"""The kinds of files that are generated, and the options that each takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from ..._dataclass import dataclass
from ...checks.report.components import components
from ...checks.report.page import report_file
from ...configuration import StageOptions, load_project_layer, load_stage
from ...configuration.settings import find_project
from ...docgen import page_files
from ...docgen.costs.page import cost_file
from ...docgen.costs.prices import US_EAST_1
from ...docgen.costs.rates import read_prices, read_rates
from ...docgen.diagrams.files import diagram_files
from ...docgen.sql.script import FILE, script_file
from ...engines.connect import find_driver, target_engine
from ...engines.dynamodb.driver import DynamoUrl
from ...errors import ErrorCode, InvalidCall, Place
from ...infra import Format, stack_files
from ...infra.formats.files import SUFFIXES
from ...infra.permissions.files import permissions_file
from ...infra.permissions.functions import Deployed
from ...infra.staged import staged_stack
from ...lifecycle.generated import Generated
from ...lifecycle.schema_lock.file import FILE as LOCK_FILE
from ...model.declarations.layer import Layer
from .asked import Asked, What, default_out, relative
from .locks import made_lock
from .reporting import known_of

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
"""Source: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html"""


_OF_FILES = (".yaml", ".yml", ".json", ".py", ".tf", ".ts", ".md", ".txt", ".toml", ".html")
"""Endings that no folder has."""
_SUFFIXES: Mapping[What, tuple[str, ...]] = {
    What.DOCS: (".md",),
    What.COST: (".md",),
    What.PERMISSIONS: (".json",),
    What.REPORT: (".md",),
    What.SQL: (".sql",),
    What.LOCK: (".json",),
}


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a layer, as they are and as they are to be."""

    layer: Layer
    files: list[Generated]


def files_of(asked: Asked) -> Files:
    """The files that are asked for. Raises InvalidCall for an option of another kind."""
    makes, own = _KINDS[asked.what]
    given = dict.fromkeys(name for name, _ in asked.options)
    others = [option for option in given if option not in (*own, "--layer", "--out")]
    if others:
        verb = "is" if len(others) == 1 else "are"
        raise InvalidCall(
            f"{' and '.join(others)} {verb} for other files",
            where=Place(note=f"trueup generate {asked.what}"),
            fix=f"leave it out; generate {asked.what} takes {', '.join((*own, '--layer, --out'))}",
            code=ErrorCode.USAGE,
        )
    _check_out(asked)
    return makes(asked)


def _check_out(asked: Asked) -> None:
    """Refuse a file whose name says that it holds something else."""
    form = asked.form or Format.CLOUDFORMATION
    right = SUFFIXES[form] if asked.what is What.IAC else _SUFFIXES.get(asked.what, ())
    out = asked.out
    if not right or out is None or out.suffix not in _OF_FILES:
        return
    if out.is_dir() or out.name.endswith(right):
        return
    raise InvalidCall(
        f"the file {out.name} would not be what its name says: these end in {' or '.join(right)}",
        where=Place(note=f"trueup generate {asked.what}, --out"),
        fix="name such a file, or a folder",
        code=ErrorCode.INVALID_OPTION,
    )


def _docs(asked: Asked) -> Files:
    layer = load_project_layer(StageOptions(layer=asked.layer))
    out = asked.out or default_out("docs", "tables")
    return Files(layer, page_files(layer, target_engine(layer), out))


def _iac(asked: Asked) -> Files:
    staged = load_stage(StageOptions(layer=asked.layer, stage=asked.stage))
    out = asked.out or default_out("infra")
    form = asked.form or Format.CLOUDFORMATION
    return Files(staged.layer, stack_files(staged_stack(staged), form, out))


def _permissions(asked: Asked) -> Files:
    if asked.account and not _ACCOUNT.fullmatch(asked.account):
        raise InvalidCall(
            f"{asked.account!r} is no number of an account",
            where=Place(note="--account"),
            fix="give its 12 digits, as `aws sts get-caller-identity` tells them",
            code=ErrorCode.INVALID_OPTION,
        )
    staged = load_stage(StageOptions(layer=asked.layer, stage=asked.stage))
    deployed = Deployed(staged.layer, staged.table_names, staged.stage.name)
    _, where = find_driver(staged.stage.url)
    region = where.region if isinstance(where, DynamoUrl) else ""
    out = asked.out or default_out("infra")
    file = permissions_file(
        staged_stack(staged), deployed, out, region=region, account=asked.account
    )
    return Files(staged.layer, [file])


def _cost(asked: Asked) -> Files:
    layer = load_project_layer(StageOptions(layer=asked.layer))
    rates = read_rates(asked.rates, layer) if asked.rates else {}
    prices = read_prices(asked.prices) if asked.prices else US_EAST_1
    out = asked.out or default_out("docs", "cost.md")
    return Files(layer, [cost_file(layer, rates, prices, out, _regions())])


def _regions() -> set[str]:
    """Those that the stages of the project name."""
    stages = find_project(Path.cwd()).settings.stages.values()
    told = (find_driver(one.url)[1] for one in stages if one.url)
    named = {one.region for one in told if isinstance(one, DynamoUrl)}
    return {one for one in (*named, *(one.region for one in stages)) if one}


def _report(asked: Asked) -> Files:
    staged = load_stage(StageOptions(layer=asked.layer, stage=asked.stage))
    found = components(known_of(staged, asked.evidence))
    out = asked.out or default_out("docs", "report.md")
    return Files(staged.layer, [report_file(staged.layer, staged.stage.name, found, out)])


def _sql(asked: Asked) -> Files:
    layer = load_project_layer(StageOptions(layer=asked.layer))
    return Files(layer, [script_file(layer, target_engine(layer), asked.out or default_out(FILE))])


def _erd(asked: Asked) -> Files:
    layer = load_project_layer(StageOptions(layer=asked.layer))
    return Files(
        layer, diagram_files(layer, target_engine(layer), asked.out or default_out("docs"))
    )


def _lock(asked: Asked) -> Files:
    staged = load_stage(StageOptions(layer=asked.layer, stage=asked.stage, url=asked.url))
    out = asked.out or relative(staged.stage.lock or staged.stage.folder / LOCK_FILE)
    path = out if out.suffix == ".json" else out / LOCK_FILE
    return Files(staged.layer, [made_lock(staged, path, is_check=asked.is_check)])


_KINDS: Mapping[What, tuple[Callable[[Asked], Files], tuple[str, ...]]] = {
    What.DOCS: (_docs, ()),
    What.IAC: (_iac, ("--stage", "--format")),
    What.COST: (_cost, ("--rates", "--prices")),
    What.PERMISSIONS: (_permissions, ("--stage", "--account")),
    What.REPORT: (_report, ("--stage", "--template", "--parameter", "--tests", "--calls")),
    What.SQL: (_sql, ()),
    What.ERD: (_erd, ()),
    What.LOCK: (_lock, ("--stage", "--url")),
}
