"""The table [tool.trueup] of pyproject.toml, as checked values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from .._dataclass import dataclass
from .._kinds import misspelt
from ..errors import ConfigurationError, Place
from .dynamodb import DynamoDBSettings, TableSettings

FILE = "pyproject.toml"
TABLE = "tool.trueup"

Changes = Literal["direct", "versioned"]
"""The way in which the tables of a stage change: by plan and apply, or by migrations."""

LONGEST_STACK_NAME = 128
"""Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html"""
_STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}?|\}")


def check_pattern(pattern: str) -> str:
    """A pattern of physical names. Raises ValueError if it holds no table's name, or another one's
    placeholder."""
    found = _PLACEHOLDER.findall(pattern)
    if found != ["{table}"]:
        raise ValueError('write {table} once in it, and no other braces: "beta-{table}"')
    return pattern


def check_exports(pattern: str) -> str:
    """A pattern of exports. Raises ValueError if it holds no output's name, or another one's
    placeholder."""
    if _PLACEHOLDER.findall(pattern) != ["{output}"]:
        raise ValueError('write {output} once in it, and no other braces: "shop-beta-{output}"')
    return pattern


def check_stack(name: str) -> str:
    """The name of a stack. Raises ValueError if CloudFormation would refuse it."""
    if not _STACK.fullmatch(name) or len(name) > LONGEST_STACK_NAME:
        raise ValueError(
            f"a stack has a letter, then letters, digits and -, {LONGEST_STACK_NAME} at most"
        )
    return name


def check_forward_only(reason: str) -> str:
    """Why migrations of a stage are never undone. Raises ValueError for an empty text."""
    if not reason.strip():
        raise ValueError("say why nothing is undone there")
    return reason


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class StageSettings(_Settings):
    """One stage, `[tool.trueup.stages.<name>]`."""

    url: str = ""
    names: Annotated[str, AfterValidator(check_pattern)] = "{table}"
    tables: dict[str, str] = Field(default_factory=dict)
    protect: bool = False
    changes: Changes = "direct"
    forward_only: Annotated[str, AfterValidator(check_forward_only)] = ""
    lock: str = ""
    region: str = ""
    state_table: str = ""
    stack: Annotated[str, AfterValidator(check_stack)] = ""
    exports: Annotated[str, AfterValidator(check_exports)] = ""
    alarms: bool = True
    dynamodb: DynamoDBSettings = Field(default_factory=DynamoDBSettings)


def check_reason(reason: str) -> str:
    """Why a problem is accepted. Raises ValueError for an empty text."""
    if not reason.strip():
        raise ValueError("say why the problem is accepted")
    return reason


class CheckSettings(_Settings):
    """What `trueup check` accepts, `[tool.trueup.check]`: reasons by code, or by code and table."""

    accept: dict[str, Annotated[str, AfterValidator(check_reason)]] = Field(default_factory=dict)


class ProjectSettings(_Settings):
    """The whole table, `[tool.trueup]`."""

    layer: str = ""
    seeds: str = ""
    migrations: str = "migrations"
    lock: str = ""
    url: str = ""
    stage: str = ""
    stages: dict[str, StageSettings] = Field(default_factory=dict)
    check: CheckSettings = CheckSettings()


@dataclass(frozen=True, slots=True)
class Project:
    """The settings, with the folder of their file. file: None if there is no file."""

    folder: Path
    file: Path | None
    settings: ProjectSettings


def find_project(folder: Path) -> Project:
    """The settings of the nearest pyproject.toml with a table [tool.trueup], from `folder` upwards;
    empty settings if there is none.

    Raises ConfigurationError with every problem, each with its key.
    """
    for parent in (folder, *folder.parents):
        file = parent / FILE
        if file.is_file():
            table = _read(file).get("tool", {})
            if isinstance(table, Mapping) and "trueup" in table:
                return Project(parent, file, parse_settings(table["trueup"], file))
    return Project(folder, None, ProjectSettings())


def parse_settings(table: object, file: Path) -> ProjectSettings:
    """The settings of a table as TOML gives it. file: for errors.

    Raises ConfigurationError with every problem, each with its key.
    """
    try:
        found = ProjectSettings.model_validate(table)
        problems = list(_shared_stacks(found.stages))
        if not problems:
            return found
    except ValidationError as error:
        problems = list(_problems(error))
    raise ConfigurationError(
        f"the table [{TABLE}] is wrong\n  " + "\n  ".join(problems),
        where=Place(note=str(file)),
        fix="fix every problem listed above; docs/guides/configuration.md has each setting",
        problems=problems,
    )


def _shared_stacks(stages: Mapping[str, StageSettings]) -> Iterator[str]:
    """Stages of one stack whose tables have other names: a deploy of one would replace those of the
    other. With the same names they are stages in accounts of their own."""
    seen: dict[str, str] = {}
    for name, stage in stages.items():
        other = seen.setdefault(stage.stack, name) if stage.stack else name
        first = stages[other]
        if (stage.names, stage.tables) != (first.names, first.tables):
            yield (
                f"{TABLE}.stages.{name}.stack: {stage.stack} is also {TABLE}.stages.{other}.stack, "
                "with other names of tables: a deploy of one would replace those of the other"
            )


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except RecursionError:
        what = "its arrays and tables nest too deep"
    except ValueError as error:  # of TOML, of UTF-8, or a number with too many digits
        what = str(error)
    except OSError as error:
        raise ConfigurationError(
            f"the file cannot be read: {error.strerror}",
            where=Place(note=str(file)),
            fix="allow this user to read it",
        ) from error
    raise ConfigurationError(
        f"the file is not TOML: {what}", where=Place(note=str(file)), fix="correct the file"
    )


def _problems(error: ValidationError) -> Iterator[str]:
    """The key of each problem with what is wrong there; values are not repeated."""
    for one in error.errors(include_url=False, include_input=False):
        *above, last = map(str, one["loc"] or ("",))
        key = ".".join((TABLE, *above, last)).rstrip(".")
        if one["type"] == "extra_forbidden":
            hint = misspelt(last, _known(above).model_fields, "settings")
            yield f"{key}: there is no such setting; {hint}"
        else:
            yield f"{key}: {_spoken(one['msg'])}"


def _known(above: Sequence[str]) -> type[BaseModel]:
    """The settings that there are below a key."""
    match above:
        case ["stages", _, "dynamodb", *tables]:
            return TableSettings if tables else DynamoDBSettings
        case ["stages", *_]:
            return StageSettings
        case ["check"]:
            return CheckSettings
        case _:
            return ProjectSettings


def _spoken(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Input should be", "it has to be")
