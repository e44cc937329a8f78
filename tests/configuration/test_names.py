"""Physical names: by the pattern of a stage, by table, and by the variable of a declaration."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import trueup
from tests.configuration.projects import ProjectFolder
from trueup import ConfigurationError, InvalidCall
from trueup.configuration import load_layer
from trueup.testing.suite.harness.refusals import refused


@pytest.fixture
def named(project: ProjectFolder) -> ProjectFolder:
    project.write_module()
    project.write(
        "pyproject.toml",
        f"""
[tool.trueup]
layer = "{project.module}:layer"
[tool.trueup.stages]
plain = {{url = "sqlite://"}}
pattern = {{url = "sqlite://", names = "beta-{{table}}"}}
each = {{url = "sqlite://", names = "beta-{{table}}", tables = {{Orders = "orders-2"}}}}
wrong = {{url = "sqlite://", tables = {{Ordrs = "orders-2"}}}}
""",
    )
    return project


@pytest.mark.parametrize(
    ("stage", "environ", "names"),
    [
        ("plain", {}, {"Notes": "Notes", "Orders": "Ord"}),
        ("plain", {"ORDERS": "X"}, {"Notes": "Notes", "Orders": "X"}),
        ("pattern", {}, {"Notes": "beta-Notes", "Orders": "beta-Ord"}),
        ("pattern", {"ORDERS": "X"}, {"Notes": "beta-Notes", "Orders": "beta-X"}),
        ("pattern", {"TRUEUP_NAMES": "v-{table}"}, {"Notes": "v-Notes", "Orders": "v-Ord"}),
        ("each", {}, {"Notes": "beta-Notes", "Orders": "orders-2"}),
        ("each", {"ORDERS": "X"}, {"Notes": "beta-Notes", "Orders": "beta-X"}),
    ],
)
def test_tables_are_named_by_the_stage(
    named: ProjectFolder, stage: str, environ: dict[str, str], names: dict[str, str]
) -> None:
    assert named.load(environ, stage=stage).table_names == names


def test_name_of_a_table_that_is_not_there_is_refused(named: ProjectFolder) -> None:
    with refused(ConfigurationError) as refusal:
        named.load(stage="wrong")
    assert refusal.says("stages.wrong.tables.Ordrs", "did you mean 'Orders'?", "pyproject.toml")


def test_stage_is_opened_by_its_name(named: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(named.folder)
    with trueup.open_stage("each") as db:
        db.create_tables()
        layer = load_layer(f"{named.module}:layer", named.folder)
        assert [db.repository(table).query("x").all() for table in layer.tables] == [[], []]


def test_stage_is_opened_for_asyncio(named: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    async def create() -> list[Any]:
        async with trueup.open_stage_async("each") as db:
            await db.create_tables()
            return await db.repository(layer.tables[1]).query("x").all()

    monkeypatch.chdir(named.folder)
    layer = load_layer(f"{named.module}:layer", named.folder)
    assert asyncio.run(create()) == []


@pytest.mark.parametrize("url", ["sqlite://", "dynamodb://localhost:1?region=eu-west-1"])
def test_connect_takes_names_by_table(named: ProjectFolder, url: str) -> None:
    layer = load_layer(f"{named.module}:layer", named.folder)
    with trueup.connect(url, layer, table_names={"Orders": "orders-2"}) as db:
        sent = [str(db.repository(table).requests.get("x").payload) for table in layer.tables]
    assert ["orders-2" in text for text in sent] == [False, True]


def test_connect_refuses_the_name_of_a_table_that_is_not_there(named: ProjectFolder) -> None:
    layer = load_layer(f"{named.module}:layer", named.folder)
    with refused(InvalidCall) as refusal:
        trueup.connect("sqlite://", layer, table_names={"Ordrs": "orders-2"})
    assert refusal.says("there is no table 'Ordrs'; did you mean 'Orders'?")
