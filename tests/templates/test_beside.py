"""What only templates tell of tables is verified too: what becomes of them, and how they scale."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trueup import DynamoDB, Index, Layer, Model, Scaling, Table
from trueup.infra import Format, stack_files, stack_of
from trueup.lifecycle.generated import write_file
from trueup.schema.facts import Unknown
from trueup.schema.severity import Severity
from trueup.schema.verify import Finding
from trueup.templates.documents.files import read_document
from trueup.templates.reading import read_template
from trueup.templates.terraform.instances import plain
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
    assert {one.difference.found for one in found} == {"5 to 100 at 70%"}
    assert {one.severity for one in found} == {Severity.MEDIUM}
    assert all(":" in one.found_at for one in found)


def test_units_that_scale_though_they_are_declared_fixed_are_found(tmp_path: Path) -> None:
    found = differing(written(tmp_path, layer(**SCALED)), layer(**UNITS))
    assert {one.difference.found for one in found} == {"5 to 100 at 70%"}
    assert len(found) == 4


def edited(template: Path, edit: Callable[[str, dict[str, Any]], object]) -> Path:
    """The template after an edit of each resource; one that gives False is taken out."""
    whole: Any = plain(read_document(template))
    resources = whole["Resources"]
    whole["Resources"] = {
        id: one for id, one in resources.items() if edit(one["Type"], one) is not False
    }
    whole["Parameters"] = {"P": {"Type": "String"}}
    whole["Conditions"] = {"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}}
    template.write_text(json.dumps(whole), encoding="utf-8")  # JSON is YAML, too
    return template


def target(**properties: Any) -> Callable[[str, dict[str, Any]], object]:
    def edit(kind: str, one: dict[str, Any]) -> None:
        if kind.endswith("ScalableTarget"):
            one["Properties"].update(properties)

    return edit


def policy(**values: Any) -> Callable[[str, dict[str, Any]], object]:
    def edit(kind: str, one: dict[str, Any]) -> None:
        if kind.endswith("ScalingPolicy"):
            one["Properties"]["TargetTrackingScalingPolicyConfiguration"].update(values)

    return edit


def conditional(kind: str, one: dict[str, Any]) -> None:
    if "Scal" in kind:
        one["Condition"] = "C"


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (lambda kind, _: not kind.endswith("ScalingPolicy"), "5 to 100, without a policy"),
        (policy(TargetValue=90), "5 to 100 at 90%"),
        (policy(DisableScaleIn=True), "5 to 100 at 70%, never in"),
        (target(SuspendedState={"DynamicScalingOutSuspended": True}), "5 to 100, suspended"),
        (target(ScheduledActions=[{"ScheduledActionName": "night"}]), None),
        (conditional, None),
    ],
)
def test_target_that_does_not_scale_as_declared_is_found(
    tmp_path: Path, edit: Callable[[str, dict[str, Any]], object], found: str | None
) -> None:
    template = edited(written(tmp_path, layer(**SCALED)), edit)
    told = differing(template, layer(**SCALED))
    assert len(told) == 4
    for one in told:
        is_unknown = isinstance(one.difference.found, Unknown)
        assert is_unknown if found is None else one.difference.found == found
