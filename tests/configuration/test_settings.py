"""[tool.trueup] is read from the nearest file that has it; every problem is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.configuration.projects import ProjectFolder
from trueup import ConfigurationError, ErrorCode
from trueup.testing.suite.harness.refusals import refused

WHOLE = """
[tool.trueup]
layer = "app.tables:layer"
url = "sqlite:///dev.db"
stage = "beta"

[tool.trueup.stages.beta]
url = "dynamodb://eu-west-1"
names = "beta-{table}"
tables = {Orders = "orders-2"}
protect = true
changes = "versioned"
region = "eu-west-1"
state_table = "beta-state"

[tool.trueup.stages.dev]
"""


def test_every_setting_is_read(project: ProjectFolder) -> None:
    project.write("pyproject.toml", WHOLE)
    stage = project.find()
    assert stage.name == "beta"
    assert stage.layer_reference == "app.tables:layer"
    assert stage.url == "dynamodb://eu-west-1"
    assert stage.names == "beta-{table}"
    assert stage.tables == {"Orders": "orders-2"}
    assert stage.protect
    assert stage.changes == "versioned"
    assert stage.state_table == "beta-state"
    assert stage.folder == project.folder


def test_stage_without_settings_has_the_project_s_url(project: ProjectFolder) -> None:
    project.write("pyproject.toml", WHOLE)
    stage = project.find(stage="dev")
    assert (stage.url, stage.names, stage.tables) == (project.url_of("dev.db"), "{table}", {})
    assert (stage.protect, stage.changes, stage.state_table) == (False, "direct", "")


def test_nearest_file_with_the_table_is_read(project: ProjectFolder) -> None:
    project.write("pyproject.toml", WHOLE)
    project.write("inner/pyproject.toml", "[tool.other]\n")
    project.write("inner/deeper/notes.txt", "")
    inner = ProjectFolder(project.folder / "inner" / "deeper", "unused")
    assert inner.find().folder == project.folder


def test_file_of_a_stage_is_found_from_the_folder_of_the_project(project: ProjectFolder) -> None:
    project.write("pyproject.toml", WHOLE)
    project.write("inner/notes.txt", "")
    inner = ProjectFolder(project.folder / "inner", "unused")
    assert inner.find(stage="dev").url == project.url_of("dev.db")


def test_url_stays_as_written_in_the_folder_of_the_project(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("pyproject.toml", WHOLE)
    monkeypatch.chdir(project.folder)
    assert project.find(stage="dev").url == "sqlite:///dev.db"


def test_file_of_an_option_is_found_from_the_working_directory(project: ProjectFolder) -> None:
    project.write("pyproject.toml", WHOLE)
    project.write("inner/notes.txt", "")
    inner = ProjectFolder(project.folder / "inner", "unused")
    assert inner.find(stage="dev", url="sqlite:///x.db").url == "sqlite:///x.db"


def test_every_problem_is_told_with_its_key(project: ProjectFolder) -> None:
    file = project.write(
        "pyproject.toml",
        """
[tool.trueup]
layr = "app.tables:layer"
url = 3

[tool.trueup.stages.beta]
protct = true
names = "beta"
changes = "both"

[tool.trueup.stages.prod]
protect = "yes"
names = "prod-{tabel}"
tables = {Orders = 1}
""",
    )
    with pytest.raises(ConfigurationError) as refusal:
        project.find()
    assert refusal.value.where.note == str(file)
    braces = 'write {table} once in it, and no other braces: "beta-{table}"'
    assert sorted(refusal.value.problems) == sorted(
        [
            "tool.trueup.layr: there is no such setting; did you mean 'layer'?",
            "tool.trueup.url: it has to be a valid string",
            "tool.trueup.stages.beta.protct: there is no such setting; did you mean 'protect'?",
            f"tool.trueup.stages.beta.names: {braces}",
            "tool.trueup.stages.beta.changes: it has to be 'direct' or 'versioned'",
            "tool.trueup.stages.prod.protect: it has to be a valid boolean",
            f"tool.trueup.stages.prod.names: {braces}",
            "tool.trueup.stages.prod.tables.Orders: it has to be a valid string",
        ]
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[tool.trueup", "the file is not TOML"),
        ("[tool]\ntrueup = 3", "tool.trueup: it has to be"),
        ("[tool.trueup]\nstages = []", "tool.trueup.stages: it has to be a valid dictionary"),
    ],
)
def test_file_that_cannot_be_read_is_refused(project: ProjectFolder, text: str, says: str) -> None:
    project.write("pyproject.toml", text)
    with refused(ConfigurationError) as refusal:
        project.find()
    assert refusal.says(says, "pyproject.toml")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"stage": "betta"}, "there is no stage 'betta'; did you mean 'beta'?"),
        ({"stage": "x"}, "the stages are: beta, prod"),
        ({"stage": "beta"}, "the stage beta has no url"),
        ({}, "give --stage (beta, prod), or name a database"),
        ({"stage": "prod", "names": "x"}, "write {table} once in it"),
    ],
)
def test_stage_that_cannot_be_found_is_refused(
    project: ProjectFolder, options: dict[str, str], says: str
) -> None:
    project.write(
        "pyproject.toml",
        '[tool.trueup.stages]\nbeta = {}\nprod = {url = "sqlite://"}\n',
    )
    with refused(ErrorCode.CONFIGURATION) as refusal:
        project.find(**options)
    assert refusal.says(says)


def test_folder_without_configuration_names_the_first_step(project: ProjectFolder) -> None:
    with refused(ConfigurationError) as refusal:
        project.find()
    assert refusal.says("no database is configured", "trueup init", "--url", "TRUEUP_URL")


def test_file_that_this_user_may_not_read_is_refused(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    project.write("pyproject.toml", WHOLE)
    monkeypatch.setattr(Path, "read_text", refuse)
    with refused(ConfigurationError) as refusal:
        project.find()
    assert refusal.says("cannot be read: Permission denied", "pyproject.toml")


@pytest.mark.parametrize("text", ["tool = 3", "tool = [1]", "[project]\nname = 'a'"])
def test_file_without_the_table_is_passed_over(project: ProjectFolder, text: str) -> None:
    project.write("pyproject.toml", text)
    with refused(ConfigurationError) as refusal:
        project.find()
    assert not refusal.says("TOML")


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000 + "]" * 5000,
        "a = " + "{b=" * 5000 + "1" + "}" * 5000,
        "a = " + "9" * 10_000,
        "a = 2026-99-99",
        "a = 'b",
        "\x00",
    ],
)
def test_file_that_is_no_toml_is_named(project: ProjectFolder, text: str) -> None:
    path = project.write("pyproject.toml", f"[tool.trueup]\n{text}")
    with refused(ConfigurationError) as refusal:
        project.find()
    assert refusal.says("the file is not TOML", str(path))


@pytest.mark.parametrize("text", ["trueup = 3", "trueup = []", "trueup = ''"])
def test_table_of_another_kind_is_refused(project: ProjectFolder, text: str) -> None:
    path = project.write("pyproject.toml", f"[tool]\n{text}")
    with refused(ConfigurationError) as refusal:
        project.find()
    assert refusal.says("tool.trueup", str(path))


def test_stages_of_one_stack_have_the_same_tables(project: ProjectFolder) -> None:
    """A deploy of one would replace the tables of the other."""
    stages = """
[tool.trueup.stages.prod]
names = "prod-{table}"
stack = "shop"

[tool.trueup.stages.qa]
names = "NAMES"
stack = "shop"
"""
    project.write("pyproject.toml", stages.replace("NAMES", "qa-{table}"))
    with pytest.raises(ConfigurationError) as refusal:
        project.find()
    (problem,) = refusal.value.problems
    assert problem.startswith(
        "tool.trueup.stages.qa.stack: shop is also tool.trueup.stages.prod.stack, with other names"
    )
    project.write("pyproject.toml", stages.replace("NAMES", "prod-{table}"))
    project.find(stage="qa", url="sqlite://")
