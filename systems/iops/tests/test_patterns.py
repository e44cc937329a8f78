"""Every question of the dashboard, asked of a database."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

import trueup
from systems.iops.models import EntityType, Insight, Metrics, insights, layer, metrics
from systems.iops.seeds import SEEDED_AT, all_insights, all_metrics, example_metrics
from trueup import Database, at

FOLDER = Path(__file__).parents[1]
STUDENTS = [item for item in all_metrics() if item.entity_type is EntityType.STUDENT]


@pytest.mark.req("I61")
def test_students_with_low_health_are_found(db: Database) -> None:
    found = db.repository(metrics).pattern(
        "entities_by_health", EntityType.STUDENT, sort=Metrics.health_score < 70
    )
    expected = sorted(item.health_score for item in STUDENTS if item.health_score < 70)
    assert [item.health_score for item in found] == expected


@pytest.mark.req("I62")
def test_recently_updated_entities_come_first(db: Database) -> None:
    found = db.repository(metrics).pattern("recently_updated", EntityType.STUDENT).all()
    times = [item.last_updated for item in found]
    assert times == sorted((item.last_updated for item in STUDENTS), reverse=True)


@pytest.mark.req("I63")
def test_predictions_of_a_kind_are_found(db: Database) -> None:
    found = db.repository(insights).pattern("insights_by_prediction", "churn_risk").all()
    expected = [item for item in all_insights() if item.prediction_type == "churn_risk"]
    assert {item.alert_id for item in found} == {item.alert_id for item in expected}


@pytest.mark.req("I64")
def test_highest_risks_come_first(db: Database) -> None:
    found = db.repository(insights).pattern(
        "insights_by_risk", "high_ib_call_frequency", sort=Insight.risk_score > 80
    )
    assert [item.risk_score for item in found] == [96, 84, 82]


@pytest.mark.req("I65")
@pytest.mark.parametrize("month", ["2024-12", "2025-01"])
def test_insights_of_a_student_in_a_month_are_found(db: Database, month: str) -> None:
    found = db.repository(insights).pattern(
        "insights_of_entity", "insight#stu_4532", sort=at(Insight.sk).begins_with(month)
    )
    expected = sorted(item.sk for item in all_insights() if item.sk.startswith(month))
    assert [item.sk for item in found] == expected


@pytest.mark.req("I66")
def test_one_entity_is_found_by_its_full_key(db: Database) -> None:
    [found] = db.repository(metrics).pattern("entity", "stu_4532", EntityType.STUDENT)
    assert found == example_metrics()


@pytest.mark.req("I67")
def test_all_students_are_found(db: Database) -> None:
    found = db.repository(metrics).pattern("entities_by_health", EntityType.STUDENT).all()
    assert {item.entity_id for item in found} == {item.entity_id for item in STUDENTS}


@pytest.mark.req("I68")
def test_latest_insights_come_newest_first(db: Database) -> None:
    found = db.repository(insights).pattern("latest_insights", {"entity_id": "stu_4532"}, limit=10)
    expected = sorted((item.sk for item in all_insights()), reverse=True)[:10]
    assert [item.sk for item in found] == expected


@pytest.mark.req("I61", "I64", "I68")
def test_async_repositories_give_the_same_answers(db: Database, path: Path) -> None:
    async def ask() -> tuple[list[Metrics], list[Insight], list[Insight]]:
        url = f"sqlite:///{path}"
        async with await trueup.connect_async(url, layer, clock=SEEDED_AT.timestamp) as opened:
            return (
                await opened.repository(metrics).pattern("entities_by_health", "student").all(),
                await opened.repository(insights).pattern("insights_by_risk", "churn_risk").all(),
                await opened.repository(insights)
                .pattern("latest_insights", "insight#stu_4532", limit=3)
                .all(),
            )

    assert asyncio.run(ask()) == (
        db.repository(metrics).pattern("entities_by_health", "student").all(),
        db.repository(insights).pattern("insights_by_risk", "churn_risk").all(),
        db.repository(insights).pattern("latest_insights", "insight#stu_4532", limit=3).all(),
    )


def test_document_lists_exactly_the_declared_patterns() -> None:
    text = (FOLDER / "access_patterns.md").read_text()
    listed = set()
    for section in text.split("\n## ")[1:]:
        table = section.partition("\n")[0]
        for name, index in re.findall(r"^\| `(\w+)` \| .* \| (.+?) \| .*\|$", section, re.M):
            listed.add((table, name, index.strip("`")))
    assert listed == {
        (table.name, pattern.name, pattern.index or "the key")
        for table in layer.tables
        for pattern in table.patterns
    }
