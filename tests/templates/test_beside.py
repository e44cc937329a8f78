"""What only templates tell of tables is verified too: what becomes of them, and how they scale."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from trueup import DynamoDB, Index, Layer, Model, Scaling, Table
from trueup.infra import Format, stack_files, stack_of
from trueup.lifecycle.generated import write_file
from trueup.schema.severity import Severity
from trueup.schema.verify import Finding
from trueup.templates.reading import read_template
from trueup.templates.verification import declared_in_templates, verify_templates

NAMES = {"Metrics": "prod-metrics"}
UNITS: dict[str, Any] = {"billing": "provisioned", "read_units": 5, "write_units": 5}
SCALED = {**UNITS, "scaling": Scaling(least=5, most=100)}


class Metric(Model):
    """What is counted."""

    id: str
    day: str = ""


def layer(**settings: Any) -> Layer:
    indexes = [Index("ByDay", partition="day")]
    dynamodb = DynamoDB(**settings)
    table = Table("Metrics", Metric, partition="id", indexes=indexes, dynamodb=dynamodb)
    return Layer("ops", target="dynamodb", tables=[table])


def written(
    folder: Path, made: Layer, *, protect: bool = False, form: Format | None = None
) -> Path:
    stack = stack_of(made, NAMES, stage="prod", is_protected=protect)
    [file, *_] = stack_files(stack, form or Format.CLOUDFORMATION, folder)
    write_file(file)
    return file.path


def differing(template: Path, made: Layer, *, protect: bool = False) -> list[Finding]:
    declared = declared_in_templates(made, NAMES, protect=protect)
    found = verify_templates(declared, [read_template(template)], resources={})
    return [one for one in found.findings if one.verdict != "agrees"]


def paths(findings: list[Finding]) -> list[str]:
    return [".".join(one.difference.path) for one in findings]


@pytest.mark.parametrize("form", [Format.CLOUDFORMATION, Format.TERRAFORM, Format.SAM])
@pytest.mark.parametrize("settings", [{}, {"removal": "keep"}, {"removal": "drop"}, SCALED])
@pytest.mark.parametrize("protect", [True, False])
def test_template_that_was_generated_agrees(
    tmp_path: Path, form: Format, settings: dict[str, Any], *, protect: bool
) -> None:
    made = layer(**settings)
    template = written(tmp_path, made, protect=protect, form=form)
    assert differing(template, made, protect=protect) == []


def test_table_that_would_go_with_its_stack_is_found(tmp_path: Path) -> None:
    template = written(tmp_path, layer(), protect=True)
    text = template.read_text(encoding="utf-8")
    template.write_text(text.replace("DeletionPolicy: Retain", "DeletionPolicy: Delete", 1))
    [finding] = differing(template, layer(), protect=True)
    assert (finding.difference.declared, finding.difference.found) == ("keep", "drop")
    assert paths([finding]) == ["removal"]
    assert finding.severity is Severity.HIGH


def test_what_nobody_says_may_be_anything(tmp_path: Path) -> None:
    template = written(tmp_path, layer(removal="keep"))
    assert differing(template, layer()) == []


def test_other_bounds_and_missing_scaling_are_found(tmp_path: Path) -> None:
    every = ["scaling.read", "scaling.write"]
    every += [f"index.ByDay.{one}" for one in every]
    fixed = written(tmp_path, layer(**UNITS))
    assert sorted(paths(differing(fixed, layer(**SCALED)))) == sorted(every)
    other = layer(**{**SCALED, "write_scaling": Scaling(least=5, most=40)})
    found = differing(written(tmp_path, layer(**SCALED)), other)
    assert sorted(paths(found)) == ["index.ByDay.scaling.write", "scaling.write"]
    assert {one.difference.found for one in found} == {"5 to 100"}
    assert {one.severity for one in found} == {Severity.MEDIUM}
    assert all(":" in one.found_at for one in found)


def test_units_that_scale_though_they_are_declared_fixed_are_found(tmp_path: Path) -> None:
    found = differing(written(tmp_path, layer(**SCALED)), layer(**UNITS))
    assert {one.difference.found for one in found} == {"5 to 100"}
    assert len(found) == 4
