"""Templates that we write have no mistakes, but those that a declaration asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import systems.iops.models
import systems.nexus.tables
from tests.infra.golden_templates import FILES, golden
from trueup import Layer
from trueup.checks.templates.lint import template_problems
from trueup.infra import Format, stack_of, template_text
from trueup.templates.reading import read_template

LAYERS: Mapping[str, Layer] = {
    "iops": systems.iops.models.layer,
    "nexus": systems.nexus.tables.layer,
}
READ = {
    Format.CLOUDFORMATION: "template.yaml",
    Format.SAM: "template.yaml",
    Format.TERRAFORM: "main.tf.json",
}
"""The formats that are templates, and no programs that make one."""
DECLARED = {("units", "T021"), ("units", "T035")}
"""A table that is declared without recovery, and with units that do not scale."""


def problems(text: str, file: Path) -> set[tuple[str, str]]:
    """Resource and code of all that is found, known or not."""
    file.write_text(text, encoding="utf-8")
    found = template_problems(read_template(file))
    return {("units" if "units" in one.of.lower() else one.of, one.code) for one in found}


@pytest.mark.parametrize("is_protected", [True, False])
@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize("name", LAYERS)
def test_template_of_a_system_is_clean(
    name: str, form: Format, is_protected: bool, tmp_path: Path
) -> None:
    layer = LAYERS[name]
    names = {table.name: f"beta-{table.name}" for table in layer.tables}
    stack = stack_of(layer, names, stage="beta", is_protected=is_protected)
    text = template_text(stack, form, is_json=form is Format.TERRAFORM)
    assert problems(text, tmp_path / READ[form]) == set()


@pytest.mark.parametrize("file", [file for file, (_, form) in FILES.items() if form in READ])
def test_golden_template_has_only_what_is_declared(file: str, tmp_path: Path) -> None:
    stack, form = FILES[file]
    expected = DECLARED if stack == "shop" else set()
    assert problems(golden(file), tmp_path / READ[form]) == expected
