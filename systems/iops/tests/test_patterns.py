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
STUDENT = "stu_4532"


@pytest.mark.req("I61")
def test_students_with_low_health_are_found(db: Database) -> None:
    """One student has a health of exactly 70, and is not among them."""
    found = db.repository(metrics).pattern(
        "entities_by_health", EntityType.STUDENT, sort=Metrics.health_score < 70
    )
    expected = sorted(STUDENTS, key=lambda item: item.health_score)[:2]
    assert found.all() == expected
    assert [item.health_score for item in STUDENTS if item.health_score <= 70] == [35, 70, 15]


@pytest.mark.req("I62")
def test_recently_updated_entities_come_first(db: Database) -> None:
    found = db.repository(metrics).pattern("recently_updated", EntityType.STUDENT).all()
    assert found == sorted(STUDENTS, key=lambda item: item.last_updated, reverse=True)


@pytest.mark.req("I63")
def test_predictions_of_a_kind_are_found(db: Database) -> None:
    found = db.repository(insights).pattern("insights_by_prediction", "churn_risk").all()
    expected = [item for item in all_insights() if item.prediction_type == "churn_risk"]
    assert found == sorted(expected, key=lambda item: item.timestamp, reverse=True)


@pytest.mark.req("I64")
def test_highest_risks_come_first(db: Database) -> None:
    """One insight of this kind has a risk of exactly 80, and is not among them."""
    repository = db.repository(insights)
    kind = "high_ib_call_frequency"
    found = repository.pattern("insights_by_risk", kind, sort=Insight.risk_score > 80)
    assert [item.risk_score for item in found] == [92, 82]
    everything = repository.pattern("insights_by_risk", kind)
    assert [item.risk_score for item in everything][:4] == [92, 82, 80, 72]


@pytest.mark.req("I65")
@pytest.mark.parametrize("month", ["2024-12", "2025-01"])
def test_insights_of_a_student_in_a_month_are_found(db: Database, month: str) -> None:
    found = db.repository(insights).pattern(
        "insights_of_entity", f"insight#{STUDENT}", sort=at(Insight.sk).begins_with(month)
    )
    of_month = [item for item in all_insights() if item.sk.startswith(month)]
    expected = [item for item in of_month if item.entity_id == STUDENT]
    assert found.all() == sorted(expected, key=lambda item: item.sk)


@pytest.mark.req("I66")
def test_one_entity_is_found_by_its_full_key(db: Database) -> None:
    repository = db.repository(metrics)
    repository.put(example_metrics().model_copy(update={"entity_type": EntityType.REGION}))
    assert repository.pattern("entity", STUDENT, EntityType.STUDENT).all() == [example_metrics()]
    assert repository.get(STUDENT, EntityType.STUDENT) == example_metrics()
    assert repository.get(STUDENT, EntityType.TUTOR) is None


@pytest.mark.req("I67")
def test_all_students_are_found(db: Database) -> None:
    found = db.repository(metrics).pattern("entities_by_health", EntityType.STUDENT).all()
    assert found == sorted(STUDENTS, key=lambda item: item.health_score)


@pytest.mark.req("I68")
def test_latest_insights_come_newest_first(db: Database) -> None:
    found = db.repository(insights).pattern("latest_insights", {"entity_id": STUDENT}, limit=10)
    expected = [item for item in all_insights() if item.entity_id == STUDENT]
    assert found.all() == sorted(expected, key=lambda item: item.sk, reverse=True)[:10]


@pytest.mark.req("I61", "I64", "I68")
def test_async_repositories_give_the_same_answers(db: Database, path: Path) -> None:
    low = Metrics.health_score < 70
    high = Insight.risk_score > 80

    async def ask() -> tuple[list[Metrics], list[Insight], list[Insight]]:
        url = f"sqlite:///{path}"
        async with await trueup.connect_async(url, layer, clock=SEEDED_AT.timestamp) as opened:
            watched, made = opened.repository(metrics), opened.repository(insights)
            return (
                await watched.pattern("entities_by_health", "student", sort=low).all(),
                await made.pattern("insights_by_risk", "churn_risk", sort=high).all(),
                await made.pattern("latest_insights", f"insight#{STUDENT}", limit=3).all(),
            )

    watched, made = db.repository(metrics), db.repository(insights)
    assert asyncio.run(ask()) == (
        watched.pattern("entities_by_health", "student", sort=low).all(),
        made.pattern("insights_by_risk", "churn_risk", sort=high).all(),
        made.pattern("latest_insights", f"insight#{STUDENT}", limit=3).all(),
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
