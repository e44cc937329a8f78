"""Stage: which tables, in which database, by which rules; found by options, variables and file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from .._dataclass import dataclass
from .._kinds import misspelt
from ..engines.connect import find_driver, physical_names
from ..engines.driver import Surroundings, with_option
from ..errors import ConfigurationError, Place
from ..lifecycle.schema_lock.file import FILE as LOCK_FILE
from ..lifecycle.state.recognition import check_state_name
from ..model.declarations.layer import Layer
from ..model.declarations.table import NameFromEnvironment
from .dynamodb import DynamoDBSettings, staged_layer
from .loading import load_layer
from .protection import host_of, own_settings, refused
from .settings import FILE, TABLE, Changes, Project, StageSettings, check_pattern, find_project
from .variables import NO_OPTIONS, StageOptions, with_variables


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage as it is in force.

    name: empty if no stage is named, and the URL stands alone.
    url: of its database; it names a region if the environment and the profile name none.
    layer_reference: `module:attribute`; empty if none is configured.
    names: the pattern of physical names. tables: logical to physical names that go before it.
    protect: refuses custom endpoints, and what destroys; `apply` asks for the stage's name.
    changes: how its tables change. state_table: the physical name of the table with its state;
        empty for the usual one.
    stack: the name of its stack in AWS; exports: the pattern of what that exports; empty for the
        usual ones. alarms: whether that has alarms, and a dashboard.
    dynamodb: what it says of tables on DynamoDB, before their declarations.
    folder: of the project. seeds_reference: `module:attribute`; empty if there are no seeds.
    migrations: the folder of migrations. forward_only: why none is undone; empty if they may be.
    lock: the lock file of the schema; None if there is none.
    """

    name: str
    url: str
    layer_reference: str
    names: str
    tables: Mapping[str, str]
    protect: bool
    changes: Changes
    state_table: str
    stack: str
    exports: str
    dynamodb: DynamoDBSettings
    folder: Path
    seeds_reference: str = ""
    alarms: bool = True
    migrations: Path = Path("migrations")
    forward_only: str = ""
    lock: Path | None = None

    def __str__(self) -> str:
        return f"stage {self.name}" if self.name else "no stage"


@dataclass(frozen=True, slots=True)
class StagedLayer:
    """A stage with its layer, as it is on the stage.

    layer: its tables have the stage's settings. table_names: the physical name of each table by the
        logical one.
    """

    stage: Stage
    layer: Layer
    table_names: Mapping[str, str]


def load_stage(
    options: StageOptions = NO_OPTIONS,
    *,
    environ: Mapping[str, str] = os.environ,
    folder: Path | None = None,
) -> StagedLayer:
    """The stage that is chosen, with its layer loaded; see `find_stage`.

    Raises ConfigurationError also if the layer cannot be loaded, has not the tables that the stage
    names, cannot have the settings of the stage, or has a table by the name of the state's;
    DeclarationError if it is declared wrongly.
    """
    stage = find_stage(options, environ=environ, folder=folder)
    layer = _configured_layer(stage.layer_reference, stage.folder)
    names = _table_names(stage, layer, environ)
    check_state_name(stage.state_table, names.values(), str(stage))
    return StagedLayer(stage, _staged(layer, stage), names)


def load_project_layer(
    options: StageOptions = NO_OPTIONS,
    *,
    environ: Mapping[str, str] = os.environ,
    folder: Path | None = None,
) -> Layer:
    """The layer of the project alone, for what is the same on every stage; see `find_stage`.

    Raises ConfigurationError, and DeclarationError if the layer is declared wrongly.
    """
    project = find_project(folder or Path.cwd())
    given = with_variables(options, environ)
    return _configured_layer(given.layer or project.settings.layer, project.folder)


def _staged(layer: Layer, stage: Stage) -> Layer:
    found, problems = staged_layer(layer, stage.dynamodb)
    if problems:
        below = f"{TABLE}.stages.{stage.name}"
        placed = [f"{below}.{problem}" for problem in problems]
        raise ConfigurationError(
            f"{stage} has settings that its tables cannot have\n  " + "\n  ".join(placed),
            where=Place(note=str(stage.folder / FILE)),
            fix="fix every problem listed above; docs/guides/configuration.md has each setting",
            problems=placed,
        )
    return found


def _configured_layer(reference: str, folder: Path) -> Layer:
    if not reference:
        raise ConfigurationError(
            "no layer is configured",
            where=Place(note=f"[{TABLE}] of {FILE}"),
            fix='write layer = "app.tables:layer" there, set TRUEUP_LAYER, or give --layer',
        )
    return load_layer(reference, folder)


def find_stage(
    options: StageOptions = NO_OPTIONS,
    *,
    environ: Mapping[str, str] = os.environ,
    folder: Path | None = None,
) -> Stage:
    """The stage that is chosen: by options, then by TRUEUP_* variables, then by pyproject.toml.

    folder: where the search for pyproject.toml begins; None for the working directory.

    Raises:
        ConfigurationError: a setting is wrong, there is no such stage, or no URL.
        InvalidCall: no engine serves the URL.
        Blocked: (protected-stage) the stage is protected, and an option or a variable would replace
            one of its settings, or requests would go to an emulator: what is verified or changed
            would not be the stage.
    """
    project = find_project(folder or Path.cwd())
    given = with_variables(options, environ)
    name = given.stage or project.settings.stage
    settings = _settings_of(name, project)
    if settings.protect:
        given = own_settings(name, settings, project.settings.layer, options, given)
    url = given.url or settings.url or project.settings.url or _no_url(name, project)
    elsewhere = not given.url and project.folder != Path.cwd()
    stage = Stage(
        name=name,
        url=_with_region(url, given.region),
        layer_reference=given.layer or project.settings.layer,
        names=_pattern(given.names) or settings.names,
        tables=settings.tables,
        protect=settings.protect,
        changes=settings.changes,
        state_table=given.state_table or settings.state_table,
        stack=settings.stack,
        exports=settings.exports,
        alarms=settings.alarms,
        dynamodb=settings.dynamodb,
        folder=project.folder,
        seeds_reference=project.settings.seeds,
        migrations=project.folder / project.settings.migrations,
        forward_only=settings.forward_only,
        lock=_lock(settings, project),
    )
    around = Surroundings(environ, project.folder if elsewhere else None, settings.region)
    return _settled(stage, around)


def _lock(settings: StageSettings, project: Project) -> Path | None:
    named = settings.lock or project.settings.lock
    usual = project.folder / LOCK_FILE
    return project.folder / named if named else usual if usual.exists() else None


def _settled(stage: Stage, around: Surroundings) -> Stage:
    """The stage with a URL that leaves nothing open."""
    driver, address = find_driver(stage.url)
    settled = driver.settle(stage.url, address, around)
    if stage.protect and settled.custom_endpoint:
        what = f"requests would go to {host_of(settled.custom_endpoint)}"
        raise refused(stage.name, what, "--url, TRUEUP_URL and AWS_ENDPOINT_URL")
    return replace(stage, url=settled.url)


def _settings_of(name: str, project: Project) -> StageSettings:
    stages = project.settings.stages
    if not name:
        return StageSettings()
    if name not in stages:
        raise ConfigurationError(
            f"there is no stage {name!r}; {misspelt(name, stages, 'stages')}",
            where=Place(note=str(project.file or f"no {FILE} with [{TABLE}]")),
            fix=f"correct the name, or add [{TABLE}.stages.{name}]",
        )
    return stages[name]


def _no_url(name: str, project: Project) -> str:
    stages = ", ".join(project.settings.stages)
    if name:
        what, fix = f"the stage {name} has no url", f"write url in [{TABLE}.stages.{name}]"
    elif stages:
        what, fix = "no stage is chosen", f"give --stage ({stages})"
    else:
        what, fix = "no database is configured", "run trueup init for a first configuration"
    raise ConfigurationError(
        what,
        where=Place(note=str(project.file or f"no {FILE} with [{TABLE}]")),
        fix=f"{fix}, or name a database by --url or TRUEUP_URL",
    )


def _with_region(url: str, region: str) -> str:
    return with_option(url, "region", region) if region else url


def _pattern(given: str) -> str:
    try:
        return check_pattern(given) if given else ""
    except ValueError as error:
        raise ConfigurationError(
            f"the pattern of physical names cannot be used: {error}",
            where=Place(note="--names, or TRUEUP_NAMES"),
            fix="correct it",
        ) from error


def _table_names(stage: Stage, layer: Layer, environ: Mapping[str, str]) -> dict[str, str]:
    """The names of the stage. A variable that the declaration of a table names, and that is set,
    goes before the name in the file, as all variables do."""
    declared = {table.name: table.physical for table in layer.tables}
    problems = [
        f"{TABLE}.stages.{stage.name}.tables.{name}: the layer {layer.name} has no such table; "
        f"{misspelt(name, declared, 'tables')}"
        for name in stage.tables
        if name not in declared
    ]
    if problems:
        raise ConfigurationError(
            "names are given to tables that are not there\n  " + "\n  ".join(problems),
            where=Place(note=str(stage.folder / FILE)),
            fix="name the tables as they are declared",
            problems=problems,
        )
    return physical_names(layer, stage.names, environ) | {
        name: physical
        for name, physical in stage.tables.items()
        if not _is_set(declared[name], environ)
    }


def _is_set(physical: object, environ: Mapping[str, str]) -> bool:
    return isinstance(physical, NameFromEnvironment) and physical.variable in environ
