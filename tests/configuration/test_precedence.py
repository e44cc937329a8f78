"""An option goes before its variable, and a variable before the file."""

from __future__ import annotations

import pytest

from tests.configuration.projects import ProjectFolder
from trueup import ConfigurationError
from trueup.configuration import VARIABLES
from trueup.testing.suite.harness.refusals import refused

FILE = """
[tool.trueup]
layer = "a.file:layer"
stage = "file"

[tool.trueup.stages]
file = {url = "sqlite:///file.db", names = "file-{table}", state_table = "file"}
variable = {url = "sqlite:///variable.db"}
option = {url = "sqlite:///option.db"}
"""
CASES = [
    ("stage", "name", "variable", "option", "file"),
    ("layer", "layer_reference", "a.variable:layer", "an.option:layer", "a.file:layer"),
    ("url", "url", "sqlite:///v.db", "sqlite:///o.db", "sqlite:///file.db"),
    ("names", "names", "v-{table}", "o-{table}", "file-{table}"),
    ("state_table", "state_table", "v", "o", "file"),
]


@pytest.mark.parametrize(("option", "field", "in_variable", "in_option", "in_file"), CASES)
def test_option_goes_before_variable_before_file(
    project: ProjectFolder,
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    field: str,
    in_variable: str,
    in_option: str,
    in_file: str,
) -> None:
    project.write("pyproject.toml", FILE)
    monkeypatch.chdir(project.folder)
    environ = {f"TRUEUP_{option.upper()}": in_variable}
    assert getattr(project.find(), field) == in_file
    assert getattr(project.find(environ), field) == in_variable
    assert getattr(project.find(environ, **{option: in_option}), field) == in_option


def test_every_variable_is_tested_or_a_region() -> None:
    assert set(VARIABLES.values()) == {case[0] for case in CASES} | {"region"}


def test_variables_alone_are_a_configuration(project: ProjectFolder) -> None:
    stage = project.find({"TRUEUP_URL": "sqlite://", "TRUEUP_LAYER": "a:b"})
    assert (stage.name, stage.url, stage.layer_reference) == ("", "sqlite://", "a:b")


def test_misspelt_variable_is_refused(project: ProjectFolder) -> None:
    with refused(ConfigurationError) as refusal:
        project.find({"TRUEUP_STGE": "prod", "TRUEUP_URL": "sqlite://"})
    assert refusal.says("TRUEUP_STGE: there is no such variable; did you mean TRUEUP_STAGE?")


def test_variable_of_another_program_is_left_alone(project: ProjectFolder) -> None:
    project.find({"TRUEUP_BUILD_NUMBER": "7", "TRUEUP_URL": "sqlite://"})
