"""The document's checks after a deployment, as `trueup verify` makes them on live tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from trueup.testing.cleanup import drop_tables

ROOT = Path(__file__).parents[3]
PROJECT = """
[tool.trueup]
layer = "systems.iops.models:layer"
stage = "dev"

[tool.trueup.stages.dev]
url = "{url}"
names = "{prefix}{{table}}"
"""
METRICS, INSIGHTS = "iops-dashboard-metrics", "iops-dashboard-insights"


class Deployment:
    """The tables, made by `trueup apply`; prefix: of their names."""

    def __init__(self, folder: Path, url: str, prefix: str) -> None:
        self.folder = folder
        self.prefix = prefix
        text = PROJECT.format(url=url, prefix=prefix)
        (folder / "pyproject.toml").write_text(text, encoding="utf-8")
        self.trueup("apply", "--auto-approve")
        self.verified = json.loads(self.trueup("verify", "--json"))

    def trueup(self, *arguments: str) -> str:
        """What a command prints."""
        return subprocess.run(
            [sys.executable, "-m", "trueup", *arguments],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
            },
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        ).stdout

    def facts(self, table: str, under: str = "") -> dict[str, Mapping[str, Any]]:
        """What is verified of a table, by the path of each fact, which begins with `under`."""
        return {
            one["fact"].removeprefix(under): one
            for one in self.verified["facts"]
            if one["table"] == f"{self.prefix}{table}" and one["fact"].startswith(under)
        }


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory, dynamodb_url: str) -> Iterator[Deployment]:
    prefix = f"trueup-iops-{uuid4().hex[:8]}-"
    try:
        yield Deployment(tmp_path_factory.mktemp("iops"), dynamodb_url, prefix)
    finally:
        drop_tables(dynamodb_url, prefix)


@pytest.mark.req("I72")
def test_both_tables_are_listed_as_there(deployment: Deployment) -> None:
    both = {f"{deployment.prefix}{table}" for table in (METRICS, INSIGHTS)}
    assert set(deployment.verified["present"]) == set(deployment.verified["declared"]) == both


@pytest.mark.parametrize(
    ("table", "key"),
    [
        pytest.param(METRICS, ("entity_id S", "entity_type S"), marks=pytest.mark.req("I73")),
        pytest.param(INSIGHTS, ("pk S", "sk S"), marks=pytest.mark.req("I74")),
    ],
)
def test_table_is_described(deployment: Deployment, table: str, key: tuple[str, str]) -> None:
    facts = deployment.facts(table)
    assert (facts["key.partition"]["found"], facts["key.sort"]["found"]) == key
    assert {one["verdict"] for one in facts.values()} <= {"agrees", "unknown"}


INDEXES = [
    pytest.param(METRICS, "EntityTypeHealthIndex", marks=pytest.mark.req("I103")),
    pytest.param(METRICS, "LastUpdatedIndex", marks=pytest.mark.req("I107")),
    pytest.param(INSIGHTS, "PredictionTypeIndex", marks=pytest.mark.req("I111")),
    pytest.param(INSIGHTS, "RiskScoreIndex", marks=pytest.mark.req("I115")),
]
FACTS = [
    pytest.param(
        METRICS, "EntityTypeHealthIndex.partition", "entity_type S", marks=pytest.mark.req("I104")
    ),
    pytest.param(
        METRICS, "EntityTypeHealthIndex.sort", "health_score N", marks=pytest.mark.req("I105")
    ),
    pytest.param(METRICS, "EntityTypeHealthIndex.projection", "all", marks=pytest.mark.req("I106")),
    pytest.param(
        METRICS, "LastUpdatedIndex.partition", "entity_type S", marks=pytest.mark.req("I108")
    ),
    pytest.param(METRICS, "LastUpdatedIndex.sort", "last_updated S", marks=pytest.mark.req("I109")),
    pytest.param(METRICS, "LastUpdatedIndex.projection", "all", marks=pytest.mark.req("I110")),
    pytest.param(
        INSIGHTS,
        "PredictionTypeIndex.partition",
        "prediction_type S",
        marks=pytest.mark.req("I112"),
    ),
    pytest.param(
        INSIGHTS, "PredictionTypeIndex.sort", "timestamp S", marks=pytest.mark.req("I113")
    ),
    pytest.param(INSIGHTS, "PredictionTypeIndex.projection", "all", marks=pytest.mark.req("I114")),
    pytest.param(
        INSIGHTS, "RiskScoreIndex.partition", "prediction_type S", marks=pytest.mark.req("I116")
    ),
    pytest.param(INSIGHTS, "RiskScoreIndex.sort", "risk_score N", marks=pytest.mark.req("I117")),
    pytest.param(INSIGHTS, "RiskScoreIndex.projection", "all", marks=pytest.mark.req("I118")),
]


@pytest.mark.parametrize(("table", "index"), INDEXES)
def test_index_is_there_and_active(deployment: Deployment, table: str, index: str) -> None:
    """One that is still being built would be unknown, and one that is not there would differ."""
    facts = deployment.facts(table, f"index.{index}.")
    assert {"partition", "sort", "projection"} <= facts.keys()
    assert all(one["verdict"] == "agrees" for one in facts.values())


@pytest.mark.parametrize(("table", "fact", "value"), FACTS)
def test_index_has_its_keys_and_all_attributes(
    deployment: Deployment, table: str, fact: str, value: str
) -> None:
    found = deployment.facts(table)[f"index.{fact}"]
    assert (found["found"], found["verdict"]) == (value, "agrees")


@pytest.mark.req("I75")
def test_indexes_of_the_metrics_are_shown_and_no_others(deployment: Deployment) -> None:
    named = {fact.split(".")[0] for fact in deployment.facts(METRICS, "index.")}
    assert named == {"EntityTypeHealthIndex", "LastUpdatedIndex"}
