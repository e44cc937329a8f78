"""The document's steps after a deployment, by commands: test data, the queries, the two scripts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import trueup
from systems.iops.models import Insight, Metrics, insights, layer, metrics
from systems.iops.seeds import SEEDED_AT, all_metrics, sample_insights
from trueup import Table
from trueup.testing.cleanup import drop_tables

ROOT = Path(__file__).parents[3]
SCRIPTS = Path(__file__).parents[1] / "scripts"
PROJECT = """
[tool.trueup]
layer = "systems.iops.models:layer"
seeds = "systems.iops.seeds:seeds"
stage = "dev"

[tool.trueup.stages.dev]
url = "{url}"
names = "{names}"
"""


class Dashboard:
    """A project of the dashboard, whose tables are there, and empty."""

    def __init__(self, folder: Path, url: str, names: str) -> None:
        self.folder = folder
        text = PROJECT.format(url=url, names=names)
        (folder / "pyproject.toml").write_text(text, encoding="utf-8")
        self.open = partial(trueup.connect, url, layer, table_names=names)
        with self.open() as db:
            db.create_tables()

    def put(self, table: Table[Any], items: list[Any]) -> None:
        """Store items."""
        with self.open() as db:
            db.repository(table).put_many(items)

    def run(self, *command: str, code: int = 0) -> str:
        """What a command prints."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
                "TRUEUP": f"{sys.executable} -m trueup",
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
            },
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def trueup(self, *arguments: str, code: int = 0) -> str:
        """What `trueup` prints."""
        return self.run(sys.executable, "-m", "trueup", *arguments, code=code)

    def items(self, *arguments: str) -> list[dict[str, Any]]:
        """The items that `trueup query` finds."""
        found = json.loads(self.trueup("query", *arguments, "--json"))
        assert found["unreadable"] == []
        items: list[dict[str, Any]] = found["items"]
        return items

    def script(self, name: str, *arguments: str) -> list[dict[str, Any]]:
        """The JSON objects that a script prints."""
        said = self.run(str(SCRIPTS / name), *arguments)
        return [json.loads(line) for line in said.splitlines()]


@pytest.fixture(params=["sqlite", "dynamodb"])
def dashboard(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Dashboard]:
    if request.param == "sqlite":
        yield Dashboard(tmp_path, "sqlite:///dev.db", "{table}")
        return
    url, prefix = request.getfixturevalue("dynamodb_url"), f"trueup-iops-{uuid4().hex[:8]}-"
    try:
        yield Dashboard(tmp_path, url, f"{prefix}{{table}}")
    finally:
        drop_tables(url, prefix)


@pytest.fixture
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of the project, from which a relative file is meant."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.req("I76", "I77", "I78", "I88")
@pytest.mark.usefixtures("_here")
def test_sample_metrics_are_inserted_and_found_by_key_and_by_index(dashboard: Dashboard) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    dashboard.trueup("seed", "sample")
    (item,) = dashboard.items(
        "iops-dashboard-metrics", "entity_id=stu_test_001", "entity_type=student"
    )
    updated = datetime.fromisoformat(item.pop("last_updated"))
    assert before <= updated <= datetime.now(UTC)
    assert item == {
        "entity_id": "stu_test_001",
        "entity_type": "student",
        "sessions_7d": 3,
        "sessions_14d": 7,
        "sessions_30d": 15,
        "ib_calls_7d": 0,
        "ib_calls_14d": 2,
        "avg_rating": 4.5,
        "health_score": 85,
    }
    index = ("--index", "EntityTypeHealthIndex", "entity_type=student")
    students = dashboard.items("iops-dashboard-metrics", *index)
    assert [one["entity_id"] for one in students] == ["stu_test_001"]
    assert "Nothing to write" in dashboard.trueup("seed", "sample")


@pytest.mark.usefixtures("_here")
def test_sample_insight_expires_in_ninety_days(dashboard: Dashboard) -> None:
    """Its `alert_id` is made of its parts, as everywhere; the document's is `test_alert_001`."""
    before_s = datetime.now(UTC).timestamp()
    dashboard.trueup("seed", "sample")
    (item,) = dashboard.items("iops-dashboard-insights", "pk=insight#stu_test_001")
    assert before_s - 1 <= item["ttl"] - 7_776_000 <= datetime.now(UTC).timestamp() + 1
    assert (item["prediction_type"], item["risk_score"]) == ("low_health_score", 45)
    assert len(item["recommendations"]) == 2
    assert item["model_used"] == "test-model"


@pytest.mark.req("I85", "I88")
@pytest.mark.usefixtures("_here")
def test_script_finds_every_student_of_low_health(dashboard: Dashboard) -> None:
    dashboard.trueup("seed", "demo")
    expected = [item for item in all_metrics() if item.entity_type == "student"]
    assert dashboard.script("query-metrics.sh") == [
        {
            "student_id": item.entity_id,
            "health_score": item.health_score,
            "sessions_7d": item.sessions_7d,
            "ib_calls_14d": item.ib_calls_14d,
        }
        for item in sorted(expected, key=lambda item: item.health_score)
        if item.health_score < 70
    ]


@pytest.mark.req("I86", "I88")
@pytest.mark.usefixtures("_here")
def test_script_finds_the_ten_latest_insights_of_an_entity(dashboard: Dashboard) -> None:
    dashboard.trueup("seed", "sample")
    (sample,) = sample_insights(datetime.now(UTC))
    days = [SEEDED_AT + timedelta(days=day) for day in range(1, 12)]
    dashboard.put(insights, [insight_at(sample, day) for day in days])
    latest = dashboard.script("query-insights.sh")
    assert latest[0] == {
        "timestamp": "2025-01-26T10:30:00Z",
        "prediction_type": "low_health_score",
        "risk_score": 45,
        "explanation": "Test insight explanation",
    }
    expected = [f"{day:%Y-%m-%dT%H:%M:%SZ}" for day in reversed(days)][:10]
    assert [one["timestamp"] for one in latest] == expected
    assert dashboard.script("query-insights.sh", "nobody") == []


def insight_at(sample: Insight, timestamp: datetime) -> Insight:
    """The sample at another time; what is composed of the time follows it."""
    given = sample.model_dump(exclude={"pk", "sk", "alert_id", "timestamp"})
    return Insight(timestamp=timestamp, **given)


@pytest.mark.req("I87")
def test_scripts_are_executable() -> None:
    scripts = sorted(SCRIPTS.glob("*.sh"))
    assert [script.name for script in scripts] == ["query-insights.sh", "query-metrics.sh"]
    assert all(os.access(script, os.X_OK) for script in scripts)


@pytest.mark.req("IT6")
@pytest.mark.usefixtures("_here")
def test_answer_of_more_than_a_page_is_whole(dashboard: Dashboard) -> None:
    """Of any type of entity, and past the megabyte at which DynamoDB ends a page."""
    tutors = [
        item.model_copy(
            update={"entity_id": f"tut_{number:04d}{'x' * 1500}", "entity_type": "tutor"}
        )
        for number, item in enumerate([next(all_metrics())] * 800)
    ]
    dashboard.put(metrics, tutors)
    index = ("--index", "LastUpdatedIndex", "entity_type=tutor")
    assert len(dashboard.items("iops-dashboard-metrics", *index)) == 800
    lines = dashboard.trueup("query", "iops-dashboard-metrics", *index, "--lines").splitlines()
    assert len({json.loads(line)["entity_id"] for line in lines}) == 800


@pytest.mark.req("IT13")
@pytest.mark.usefixtures("_here")
def test_rating_that_is_a_float_is_stored_exactly(dashboard: Dashboard) -> None:
    rated = next(all_metrics()).model_dump() | {"avg_rating": 4.7}
    dashboard.put(metrics, [Metrics.model_validate(rated)])
    said = dashboard.trueup(
        "query", "iops-dashboard-metrics", "--scan", "avg_rating=4.7", "--lines"
    )
    assert '"avg_rating": 4.7,' in said
