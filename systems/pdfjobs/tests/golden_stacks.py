"""The API and the database of pdfjobs in AWS, as the golden files show them.

`python -m systems.pdfjobs.tests.golden_stacks` writes the files anew.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from systems.pdfjobs.tables import layer
from trueup.infra import cloudformation, stack_of

FOLDER = Path(__file__).with_name("golden")
PARTS = {
    "api.yaml": ("AWS::ApiGateway::",),
    "database.yaml": ("AWS::RDS::", "AWS::EC2::"),
    "functions.yaml": ("AWS::Lambda::", "AWS::IAM::"),
}


def template(stage: str = "production") -> dict[str, Any]:
    """The template of a stage that keeps its data."""
    names = {table.name: table.name for table in layer.tables}
    return cloudformation(stack_of(layer, names, stage=stage, is_protected=True))


def part(file: str) -> dict[str, Any]:
    """The resources of one file, by id."""
    return {
        id: one
        for id, one in template()["Resources"].items()
        if one["Type"].startswith(PARTS[file])
    }


def written(file: str) -> str:
    """The file as the code writes it now."""
    yaml: Any = import_module("yaml")  # which has no types of its own
    text: str = yaml.safe_dump(part(file), sort_keys=False, width=10_000)
    return text


if __name__ == "__main__":
    for name in PARTS:
        (FOLDER / name).write_text(written(name), encoding="utf-8")
