"""A layer is loaded by reference; what fails says the reference, the place and what to do."""

from __future__ import annotations

import sys

import pytest

from tests.configuration.projects import LAYER, ProjectFolder
from trueup import ConfigurationError, DeclarationError, ErrorCode
from trueup.configuration import load_layer
from trueup.testing.suite.harness.refusals import refused

WRONG = LAYER.replace('partition="id")', 'partition="idd")', 1)


def test_layer_is_loaded_from_the_folder_of_the_project(project: ProjectFolder) -> None:
    project.write_module()
    assert load_layer(f"{project.module}:layer", project.folder).name == "shop"
    assert sys.path[0] == str(project.folder)


@pytest.mark.parametrize(
    "reference", ["tables", "tables:", ":layer", "a.b", "a b:c", "a:b.c", "a:b:c"]
)
def test_text_that_is_no_reference_is_refused(project: ProjectFolder, reference: str) -> None:
    with refused(ErrorCode.LAYER_NOT_LOADED) as refusal:
        load_layer(reference, project.folder)
    assert refusal.says(repr(reference), "module:attribute")


@pytest.mark.parametrize(
    ("source", "says", "place"),
    [
        (None, "there is no module", ""),
        ("x = 1", "has no attribute layer; the layers are: none", ".py"),
        (LAYER.replace("layer =", "layers ="), "did you mean 'layers'?", ".py"),
        ("layer = 3", "layer is a whole number, not a Layer", ".py"),
        ("import no_such_package_here", "ModuleNotFoundError: No module named", ".py:1"),
        ("x = 1\nx = (", "SyntaxError", ".py:2"),
        ("x = 1\nraise ValueError('no good')", "raised ValueError: no good", ".py:2"),
        ("import json\n\njson.loads('x')", "JSONDecodeError", ".py:3"),
        ("from trueup import Table\nTable(3, 4)", "raised", ".py:2"),
        ("import sys\nsys.exit(3)", "raised SystemExit: 3", ".py:2"),
        ("raise KeyError", "raised KeyError", ".py:1"),
    ],
)
def test_layer_that_cannot_be_loaded_says_why_and_where(
    project: ProjectFolder, source: str | None, says: str, place: str
) -> None:
    if source is not None:
        project.write_module(source)
    reference = f"{project.module}:layer"
    with refused(ErrorCode.LAYER_NOT_LOADED) as refusal:
        load_layer(reference, project.folder)
    assert refusal.says(repr(reference), says, place)


def test_package_that_is_missing_is_named(project: ProjectFolder) -> None:
    with refused(ConfigurationError) as refusal:
        load_layer(f"{project.module}.inner.tables:layer", project.folder)
    assert refusal.says(f"there is no module {project.module}", str(project.folder))


def test_wrong_declaration_says_its_reference(project: ProjectFolder) -> None:
    path = project.write_module(WRONG)
    with refused(DeclarationError) as refusal:
        load_layer(f"{project.module}:layer", project.folder)
    assert refusal.says(f"{project.module}:layer", f"{path}:", "idd")


def test_interrupt_while_a_module_runs_goes_through(project: ProjectFolder) -> None:
    project.write_module("raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        load_layer(f"{project.module}:layer", project.folder)


def test_stage_without_a_layer_says_where_to_name_it(project: ProjectFolder) -> None:
    with refused(ConfigurationError) as refusal:
        project.load(url="sqlite://")
    assert refusal.says("no layer is configured", "--layer", "TRUEUP_LAYER")


WRONG_VALUE = """
from pydantic import BaseModel


class Settings(BaseModel):
    port: int
    hosts: list[int]


Settings(port="s3cret", hosts=[1, "s3cret"])
"""


def test_wrong_value_says_the_fields_and_not_the_value(project: ProjectFolder) -> None:
    path = project.write_module(WRONG_VALUE)
    with refused(ErrorCode.LAYER_NOT_LOADED) as refusal:
        load_layer(f"{project.module}:layer", project.folder)
    assert refusal.says("raised ValidationError: wrong in Settings: port, hosts.1", f"{path}:10")
    assert "s3cret" not in str(refusal.error)


def test_package_below_the_folder_is_not_the_users_own_file(project: ProjectFolder) -> None:
    site = project.folder / ".venv" / "lib" / "site-packages"
    project.write(
        ".venv/lib/site-packages/installed_here.py", "def fail():\n    raise ValueError\n"
    )
    path = project.write_module(
        f"import sys\nsys.path.append({str(site)!r})\nimport installed_here\n"
        "installed_here.fail()\n"
    )
    with refused(ErrorCode.LAYER_NOT_LOADED) as refusal:
        load_layer(f"{project.module}:layer", project.folder)
    assert refusal.says(f"{path}:4")
