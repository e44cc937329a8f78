"""Templates that we write have no mistakes, but those that a declaration asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import systems.iops.models
import systems.nexus.tables
from tests.infra.golden_templates import golden
from trueup import Layer
from trueup.checks.problem import Problem
from trueup.checks.templates.lint import template_problems
from trueup.infra import Format, stack_of, template_text
from trueup.templates.reading import read_template

LAYERS: Mapping[str, Layer] = {
    "iops": systems.iops.models.layer,
    "nexus": systems.nexus.tables.layer,
}


def problems(text: str, folder: Path) -> list[Problem]:
    file = folder / "template.yaml"
    file.write_text(text, encoding="utf-8")
    return list(template_problems(read_template(file)))


@pytest.mark.parametrize("is_protected", [True, False])
@pytest.mark.parametrize("name", LAYERS)
def test_template_of_a_system_is_clean(name: str, is_protected: bool, tmp_path: Path) -> None:
    layer = LAYERS[name]
    names = {table.name: f"beta-{table.name}" for table in layer.tables}
    stack = stack_of(layer, names, stage="beta", is_protected=is_protected)
    assert problems(template_text(stack, Format.CLOUDFORMATION, is_json=False), tmp_path) == []


def test_golden_template_has_only_what_its_declaration_asks_for(tmp_path: Path) -> None:
    found = problems(golden("shop.yaml"), tmp_path)
    assert {(one.of, one.code) for one in found} == {("UnitsTable", "T021"), ("UnitsTable", "T035")}
