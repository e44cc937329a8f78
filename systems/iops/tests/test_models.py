"""Both tables are the documented ones: names, types, ranges, and the items on the wire."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import trueup
from systems.iops.models import (
    EntityType,
    Insight,
    Metrics,
    insight_expiry,
    insights,
    layer,
    metrics,
)
from systems.iops.seeds import SEEDED_AT, all_insights, example_insight, example_metrics
from trueup import AlreadyExists, Database, Table

METRICS_ITEM = {
    "entity_id": "stu_4532",
    "entity_type": "student",
    "sessions_7d": 2,
    "sessions_14d": 5,
    "sessions_30d": 12,
    "ib_calls_7d": 1,
    "ib_calls_14d": 3,
    "avg_rating": 4.5,
    "health_score": 72,
    "last_updated": "2025-01-15T10:30:00Z",
}
INSIGHT_ITEM = {
    "pk": "insight#stu_4532",
    "sk": "2025-01-15T10:30:00Z",
    # The document says high_ib_call_frequency_stu_4532_1705318200000, an instant a year before.
    "alert_id": "high_ib_call_frequency#stu_4532#2025-01-15T10:30:00Z",
    "entity_id": "stu_4532",
    "prediction_type": "high_ib_call_frequency",
    "risk_score": 82,
    "explanation": "Student shows high IB call frequency with declining health score...",
    "recommendations": [
        "Schedule immediate check-in call",
        "Review IB call transcripts",
        "Offer session with senior tutor",
    ],
    "timestamp": "2025-01-15T10:30:00Z",
    "model_used": "bedrock-claude-3.5-haiku",
    # The document says 1712822400, a time before the insight was made.
    "ttl": 1744713000,
}

KEYS = ("pk", "sk", "alert_id")


def stored_items(path: Path, table: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as connection:
        return [json.loads(item) for (item,) in connection.execute(f'SELECT item FROM "{table}"')]


@pytest.mark.parametrize(
    ("table", "name"),
    [
        pytest.param(metrics, "iops-dashboard-metrics", marks=pytest.mark.req("I4")),
        pytest.param(insights, "iops-dashboard-insights", marks=pytest.mark.req("I24")),
    ],
)
def test_table_is_deployed_under_its_name(table: Table[Any], name: str) -> None:
    assert layer.physical_names({})[table.name] == name


@pytest.mark.parametrize(
    ("table", "position", "name"),
    [
        pytest.param(metrics, 0, "entity_id", marks=pytest.mark.req("I5")),
        pytest.param(metrics, 1, "entity_type", marks=pytest.mark.req("I6")),
        pytest.param(insights, 0, "pk", marks=pytest.mark.req("I25", "I33")),
        pytest.param(insights, 1, "sk", marks=pytest.mark.req("I26", "I34")),
    ],
)
def test_key_attribute_is_text(table: Table[Any], position: int, name: str) -> None:
    key = layer.describe(table).key
    assert len(key) == 2
    assert (key[position].attribute, key[position].kind.value) == (name, "S")


@pytest.mark.parametrize(
    ("table", "index", "partition", "sort"),
    [
        pytest.param(
            metrics,
            "EntityTypeHealthIndex",
            ("entity_type", "S"),
            ("health_score", "N"),
            marks=pytest.mark.req("I11"),
        ),
        pytest.param(
            metrics,
            "LastUpdatedIndex",
            ("entity_type", "S"),
            ("last_updated", "S"),
            marks=pytest.mark.req("I12"),
        ),
        pytest.param(
            insights,
            "PredictionTypeIndex",
            ("prediction_type", "S"),
            ("timestamp", "S"),
            marks=pytest.mark.req("I31"),
        ),
        pytest.param(
            insights,
            "RiskScoreIndex",
            ("prediction_type", "S"),
            ("risk_score", "N"),
            marks=pytest.mark.req("I32"),
        ),
    ],
)
def test_index_has_its_keys_and_holds_everything(
    table: Table[Any], index: str, partition: tuple[str, str], sort: tuple[str, str]
) -> None:
    found = layer.describe(table).indexes[index]
    keys = [(key.attribute, key.kind.value) for key in (*found.partition, *found.sort)]
    assert (keys, found.projection, found.local) == ([partition, sort], None, False)


def test_no_index_is_undocumented() -> None:
    assert [len(table.indexes) for table in layer.tables] == [2, 2]


@pytest.mark.req("I23")
def test_example_metrics_are_stored_as_documented(db: Database, path: Path) -> None:
    assert METRICS_ITEM in stored_items(path, "iops-dashboard-metrics")


@pytest.mark.req("I23")
def test_example_metrics_are_read_as_they_were_written(db: Database) -> None:
    assert db.repository(metrics).get("stu_4532", EntityType.STUDENT) == example_metrics()


@pytest.mark.req("I44")
def test_example_insight_is_stored_as_documented(db: Database, path: Path) -> None:
    assert INSIGHT_ITEM in stored_items(path, "iops-dashboard-insights")


@pytest.mark.req("I44")
def test_example_insight_is_read_as_it_was_written(db: Database) -> None:
    read = db.repository(insights).get("insight#stu_4532", "2025-01-15T10:30:00Z")
    assert read == example_insight()


@pytest.mark.parametrize(
    ("attribute", "kind"),
    [
        pytest.param("entity_id", str, marks=pytest.mark.req("I13")),
        pytest.param("entity_type", str, marks=pytest.mark.req("I14")),
        pytest.param("sessions_7d", int, marks=pytest.mark.req("I15")),
        pytest.param("sessions_14d", int, marks=pytest.mark.req("I16")),
        pytest.param("sessions_30d", int, marks=pytest.mark.req("I17")),
        pytest.param("ib_calls_7d", int, marks=pytest.mark.req("I18")),
        pytest.param("ib_calls_14d", int, marks=pytest.mark.req("I19")),
        pytest.param("avg_rating", int | float, marks=pytest.mark.req("I20")),
        pytest.param("health_score", int, marks=pytest.mark.req("I21")),
        pytest.param("last_updated", str, marks=pytest.mark.req("I22")),
    ],
)
def test_metrics_attribute_has_its_type(
    db: Database, path: Path, attribute: str, kind: type
) -> None:
    items = stored_items(path, "iops-dashboard-metrics")
    assert [item for item in items if not isinstance(item[attribute], kind)] == []


@pytest.mark.parametrize(
    ("attribute", "kind"),
    [
        pytest.param("pk", str, marks=pytest.mark.req("I33")),
        pytest.param("sk", str, marks=pytest.mark.req("I34")),
        pytest.param("alert_id", str, marks=pytest.mark.req("I35")),
        pytest.param("entity_id", str, marks=pytest.mark.req("I36")),
        pytest.param("prediction_type", str, marks=pytest.mark.req("I37")),
        pytest.param("risk_score", int, marks=pytest.mark.req("I38")),
        pytest.param("explanation", str, marks=pytest.mark.req("I39")),
        pytest.param("recommendations", list, marks=pytest.mark.req("I40")),
        pytest.param("timestamp", str, marks=pytest.mark.req("I41")),
        pytest.param("model_used", str, marks=pytest.mark.req("I42")),
        pytest.param("ttl", int, marks=pytest.mark.req("I43")),
    ],
)
def test_insight_attribute_has_its_type(
    db: Database, path: Path, attribute: str, kind: type
) -> None:
    items = stored_items(path, "iops-dashboard-insights")
    assert [item for item in items if not isinstance(item[attribute], kind)] == []


@pytest.mark.parametrize(
    ("model", "attribute", "value"),
    [
        pytest.param(Metrics, "entity_type", "teacher", marks=pytest.mark.req("I14")),
        pytest.param(Metrics, "avg_rating", "-0.1", marks=pytest.mark.req("I20")),
        pytest.param(Metrics, "avg_rating", "5.1", marks=pytest.mark.req("I20")),
        pytest.param(Metrics, "health_score", -1, marks=pytest.mark.req("I21")),
        pytest.param(Metrics, "health_score", 101, marks=pytest.mark.req("I21")),
        pytest.param(Metrics, "last_updated", "yesterday", marks=pytest.mark.req("I22")),
        pytest.param(
            Metrics, "last_updated", "2025-01-15T10:30:00.5Z", marks=pytest.mark.req("I22")
        ),
        pytest.param(Metrics, "sessions_7d", -1),
        pytest.param(Insight, "risk_score", -1, marks=pytest.mark.req("I38")),
        pytest.param(Insight, "risk_score", 101, marks=pytest.mark.req("I38")),
        pytest.param(Insight, "recommendations", [3], marks=pytest.mark.req("I40")),
        pytest.param(Insight, "timestamp", "2025-01-15T10:30:00", marks=pytest.mark.req("I41")),
        pytest.param(Insight, "ttl", 1744713000000, marks=pytest.mark.req("I43")),
        pytest.param(Insight, "pk", "insight#other", marks=pytest.mark.req("I25")),
        pytest.param(Insight, "sk", "2025-01-16T10:30:00Z", marks=pytest.mark.req("I26")),
    ],
)
def test_value_outside_its_range_is_refused(
    model: type[Metrics] | type[Insight], attribute: str, value: object
) -> None:
    documented = METRICS_ITEM if model is Metrics else INSIGHT_ITEM
    with pytest.raises(ValidationError):
        model.model_validate({**documented, attribute: value})


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        pytest.param("entity_id", 4532, marks=pytest.mark.req("I13")),
        pytest.param("sessions_7d", "many", marks=pytest.mark.req("I15")),
        pytest.param("sessions_14d", "many", marks=pytest.mark.req("I16")),
        pytest.param("sessions_30d", "many", marks=pytest.mark.req("I17")),
        pytest.param("ib_calls_7d", "many", marks=pytest.mark.req("I18")),
        pytest.param("ib_calls_14d", "many", marks=pytest.mark.req("I19")),
        pytest.param("avg_rating", "good", marks=pytest.mark.req("I20")),
        pytest.param("health_score", "good", marks=pytest.mark.req("I21")),
    ],
)
def test_metrics_value_of_another_type_is_refused(attribute: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Metrics.model_validate({**METRICS_ITEM, attribute: value})


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        pytest.param("alert_id", 1705318200000, marks=pytest.mark.req("I35")),
        pytest.param("entity_id", 4532, marks=pytest.mark.req("I36")),
        pytest.param("prediction_type", 3, marks=pytest.mark.req("I37")),
        pytest.param("risk_score", "high", marks=pytest.mark.req("I38")),
        pytest.param("explanation", 3, marks=pytest.mark.req("I39")),
        pytest.param("recommendations", "Call", marks=pytest.mark.req("I40")),
        pytest.param("model_used", 3, marks=pytest.mark.req("I42")),
        pytest.param("ttl", "soon", marks=pytest.mark.req("I43")),
    ],
)
def test_insight_value_of_another_type_is_refused(attribute: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Insight.model_validate({**INSIGHT_ITEM, attribute: value})


@pytest.mark.req("I14")
def test_entity_types_are_the_four_documented() -> None:
    assert [member.value for member in EntityType] == ["student", "tutor", "subject", "region"]


@pytest.mark.parametrize(
    ("table", "attribute", "ends"),
    [
        pytest.param(metrics, "avg_rating", (0, 5), marks=pytest.mark.req("I20")),
        pytest.param(metrics, "health_score", (0, 100), marks=pytest.mark.req("I21")),
        pytest.param(insights, "risk_score", (0, 100), marks=pytest.mark.req("I38")),
    ],
)
def test_ends_of_a_range_are_stored(
    db: Database, path: Path, table: Table[Any], attribute: str, ends: tuple[int, int]
) -> None:
    values = [item[attribute] for item in stored_items(path, table.name)]
    assert (min(values), max(values)) == ends


@pytest.mark.req("I25", "I26")
def test_key_of_an_insight_is_made_of_entity_and_time() -> None:
    insight = example_insight()
    assert (insight.pk, insight.sk) == ("insight#stu_4532", "2025-01-15T10:30:00Z")


@pytest.mark.req("I30")
def test_insights_expire_by_their_ttl() -> None:
    expires = layer.describe(insights).expires
    assert expires is not None
    assert expires.attribute == "ttl"


@pytest.mark.req("I30")
def test_insight_is_kept_for_ninety_days() -> None:
    now = datetime(2025, 1, 15, 10, 30, tzinfo=UTC)
    assert insight_expiry(now) == now + timedelta(days=90)
    assert abs(insight_expiry() - datetime.now(UTC) - timedelta(days=90)) < timedelta(minutes=1)


@pytest.mark.req("I30")
@pytest.mark.parametrize(("seconds_before", "found"), [(1, 1), (0, 0)])
def test_insight_is_gone_after_ninety_days(
    path: Path, db: Database, seconds_before: int, found: int
) -> None:
    def late() -> float:
        return (SEEDED_AT + timedelta(days=90)).timestamp() - seconds_before

    with trueup.connect(f"sqlite:///{path}", layer, clock=late) as opened:
        assert len(opened.repository(insights).query("insight#stu_4532").all()) == found


@pytest.mark.req("I35")
def test_no_two_insights_have_one_alert_id(db: Database, path: Path) -> None:
    ids = [item["alert_id"] for item in stored_items(path, insights.name)]
    assert len(ids) == len(set(ids)) == len(list(all_insights()))


@pytest.mark.req("I35")
@pytest.mark.fault("F31")
@pytest.mark.parametrize(
    ("prediction_type", "entity_id", "timestamp"),
    [
        ("churn", "risk_eu_1", SEEDED_AT),
        ("churn_risk#eu", "1", SEEDED_AT),
        ("churn_risk", "eu_2", SEEDED_AT),
        ("low_health_score", "eu_1", SEEDED_AT),
        ("churn_risk", "eu_1", SEEDED_AT + timedelta(seconds=1)),
    ],
)
def test_alert_id_is_another_for_each_alert(
    prediction_type: str, entity_id: str, timestamp: datetime
) -> None:
    def alert_id(**parts: object) -> str:
        rest = {name: value for name, value in INSIGHT_ITEM.items() if name not in KEYS}
        return Insight.model_validate({**rest, **parts}).alert_id

    other = alert_id(prediction_type=prediction_type, entity_id=entity_id, timestamp=timestamp)
    assert other != alert_id(prediction_type="churn_risk", entity_id="eu_1", timestamp=SEEDED_AT)


def test_second_insight_of_one_second_is_refused(db: Database) -> None:
    with pytest.raises(AlreadyExists):
        db.repository(insights).create(example_insight())


@pytest.mark.req("I45")
def test_only_metrics_have_a_stream() -> None:
    assert layer.describe(metrics).stream == "NEW_AND_OLD_IMAGES"
    assert layer.describe(insights).stream is None


@pytest.mark.req("I69")
def test_metrics_insights_and_the_history_of_alerts_are_stored(db: Database) -> None:
    """Alerts have no table of their own: each insight is one, and an entity's are its history."""
    assert {
        "sessions_30d",
        "ib_calls_14d",
        "avg_rating",
        "health_score",
    } <= Metrics.model_fields.keys()
    assert db.repository(metrics).get("stu_4532", EntityType.STUDENT) == example_metrics()
    history = db.repository(insights).pattern("insights_of_entity", {"entity_id": "stu_4532"}).all()
    stored = [one for one in all_insights() if one.entity_id == "stu_4532"]
    assert [one.alert_id for one in history] == [
        one.alert_id for one in sorted(stored, key=lambda one: one.timestamp)
    ]
    assert len({one.alert_id for one in history}) == len(history) > 20
