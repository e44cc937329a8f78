"""Projects in a folder of their own: pyproject.toml, modules, and the stage that is found there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from trueup.configuration import Stage, StagedLayer, StageOptions, find_stage, load_stage

LAYER = """
from trueup import Layer, Model, Table, name_from_environment


class Note(Model):
    id: str


notes = Table("Notes", Note, partition="id")
orders_name = name_from_environment("ORDERS", default="Ord")
orders = Table("Orders", Note, partition="id", physical=orders_name)
layer = Layer("shop", target="dynamodb", tables=[notes, orders])
"""
_numbers = count()


@dataclass(frozen=True)
class ProjectFolder:
    """A folder with files. module: a name that no other test imports."""

    folder: Path
    module: str

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def write_module(self, text: str = LAYER) -> Path:
        return self.write(f"{self.module}.py", text)

    def find(self, environ: Mapping[str, str] | None = None, /, **options: str) -> Stage:
        return find_stage(StageOptions(**options), environ=environ or {}, folder=self.folder)

    def url_of(self, file: str) -> str:
        """The URL of a file below the folder."""
        return f"sqlite:///{self.folder / file}"

    def load(self, environ: Mapping[str, str] | None = None, /, **options: str) -> StagedLayer:
        return load_stage(StageOptions(**options), environ=environ or {}, folder=self.folder)


def new_project(folder: Path) -> ProjectFolder:
    return ProjectFolder(folder, f"declared_{next(_numbers)}")
