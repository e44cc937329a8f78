"""Which stages have which migrations: all that are configured are asked."""

from __future__ import annotations

from collections.abc import Iterator

from ..._dataclass import dataclass
from ...configuration import StageOptions, find_stage
from ...configuration.settings import find_project
from ...configuration.stage import Stage
from ...errors import TrueupError
from ...migrations.history import read_history
from ...migrations.opening import open_migrations


@dataclass(frozen=True, slots=True)
class Sightings:
    """applied: the stages that have a migration, by its name. unseen: why a stage was not asked."""

    applied: dict[str, list[str]]
    unseen: dict[str, str]


def look(stage: Stage) -> Sightings:
    """Ask the database of this call, and those of all other stages that can be reached."""
    seen = Sightings({}, {})
    with open_migrations(stage.url, is_read=True) as database:
        for record in read_history(database):
            seen.applied.setdefault(record.name, []).append(stage.name or "this database")
    for name in _others(stage):
        try:
            with open_migrations(find_stage(StageOptions(name)).url, is_read=True) as database:
                history = read_history(database)
        except TrueupError as error:
            seen.unseen[name] = error.what
            continue
        for record in history:
            seen.applied.setdefault(record.name, []).append(name)
    return seen


def _others(stage: Stage) -> Iterator[str]:
    project = find_project(stage.folder)
    for name, settings in project.settings.stages.items():
        if name != stage.name and settings.changes == "versioned":
            yield name
