"""The app of nexus makes a stack for each stage, of the modules that the command writes."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copy

import pytest

from systems.nexus.tests.test_infrastructure import FOLDER, STAGES, resources
from tests.iac.test_cdk import synthesised, template
from trueup.configuration import StageOptions, load_stage
from trueup.infra import Format, stack_files, stack_of
from trueup.lifecycle.generated import write_file


@pytest.fixture(scope="module")
def assembly(environments: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What CDK wrote of all stages."""
    folder = tmp_path_factory.mktemp("nexus")
    app = Path(copy(FOLDER / "cdk" / "app.py", folder))
    for name in STAGES:
        found = load_stage(StageOptions(name), environ={}, folder=FOLDER)
        protects = found.stage.protect
        stack = stack_of(found.layer, found.table_names, stage=name, is_protected=protects)
        module, *_ = stack_files(stack, Format.CDK, folder / f"nexus_{name}.py")
        write_file(module)
    out = folder / "cdk.out"
    synthesised(app, environments, out)
    return out


@pytest.mark.req("N28", "N41")
@pytest.mark.parametrize("stage", STAGES)
def test_stack_of_a_stage_is_the_declared_one(assembly: Path, stage: str) -> None:
    made = template(assembly, f"nexus-{stage}")["Resources"]
    assert made == resources(stage)
    assert "ControlEnrichmentsTable" in made


def test_every_stage_is_synthesised(assembly: Path) -> None:
    stacks = json.loads((assembly / "manifest.json").read_text("utf-8"))["artifacts"]
    assert {f"nexus-{stage}" for stage in STAGES} <= stacks.keys()
