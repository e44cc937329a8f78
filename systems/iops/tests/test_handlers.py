"""The functions of the dashboard do what they declare, and nothing else, over its tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from systems.iops import handlers
from systems.iops.models import EntityType, functions, insights, metrics
from systems.iops.seeds import SEEDED_AT, example_metrics
from trueup import Database
from trueup.testing.recording import recorded

BY_NAME = {function.name: function for function in functions}
ENTITY = {**example_metrics().model_dump(mode="json"), "entity_id": "stu_9000"}
PREDICTION = {
    "entity_id": "stu_4532",
    "entity_type": "student",
    "predicted_at": "2025-01-15T11:00:00Z",
    "prediction_type": "churn_risk",
    "risk_score": 91,
    "explanation": "Sessions stopped",
    "recommendations": ["Call"],
    "model_used": "test-model",
}


def processed(db: Database, *entities: Mapping[str, Any]) -> dict[str, Any]:
    with recorded(db, BY_NAME["ProcessMetrics"]):
        return handlers.processed(db, {"entities": entities})


def predicted(db: Database, **changed: Any) -> dict[str, Any]:
    with recorded(db, BY_NAME["PredictRisks"]):
        return handlers.predicted(db, {**PREDICTION, **changed}, SEEDED_AT)


def asked(db: Database, **event: Any) -> dict[str, Any]:
    with recorded(db, BY_NAME["AskDashboard"]):
        return handlers.asked(db, event)


def test_figures_are_kept_in_place_of_older_ones(db: Database) -> None:
    for sessions in (4, 5):
        assert processed(db, {**ENTITY, "sessions_7d": sessions}) == {"stored": 1}
    found = db.repository(metrics).get("stu_9000", EntityType.STUDENT)
    assert found is not None
    assert found.sessions_7d == 5


def test_figures_are_refused_together(db: Database) -> None:
    with pytest.raises(ValidationError):
        processed(db, ENTITY, {**ENTITY, "health_score": 101})
    assert db.repository(metrics).get("stu_9000", EntityType.STUDENT) is None


def test_prediction_that_comes_twice_is_one_insight(db: Database) -> None:
    before = len(db.repository(insights).scan().all())
    told = [predicted(db)["is_new"] for _ in range(2)]
    assert told == [True, False]
    assert len(db.repository(insights).scan().all()) == before + 1


def test_prediction_about_nobody_is_refused(db: Database) -> None:
    with pytest.raises(LookupError, match="no metrics of stu_0"):
        predicted(db, entity_id="stu_0")


def test_dashboard_lists_who_does_badly(db: Database) -> None:
    found = asked(db, entity_type="student")["entities"]
    scores = [one["health_score"] for one in found]
    assert scores == sorted(scores)
    assert scores
    assert max(scores) < 70


def test_dashboard_tells_the_latest_insights_of_an_entity(db: Database) -> None:
    alert = predicted(db)["alert_id"]
    found = asked(db, entity_id="stu_4532")["insights"]
    assert len(found) == 10
    assert found[0]["alert_id"] == alert


def test_handlers_open_the_stage_of_their_variables(
    db: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As AWS calls them: an event and a context, nothing else."""
    monkeypatch.setenv("TRUEUP_LAYER", "systems.iops.models:layer")
    monkeypatch.setenv("TRUEUP_URL", f"sqlite:///{path}")
    handlers.database.cache_clear()
    try:
        assert handlers.process({"entities": [ENTITY]}, None) == {"stored": 1}
        said = {**PREDICTION, "entity_id": "stu_9000"}
        assert handlers.predict(said, None)["is_new"]
        assert handlers.ask({"entity_id": "stu_9000"}, None)["insights"]
        handlers.database().close()
    finally:
        handlers.database.cache_clear()
