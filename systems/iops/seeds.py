"""A few entities and insights, among them the two examples of the schema document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from trueup import Database

from .models import (
    EntityType,
    Insight,
    Metrics,
    alert_id,
    insight_expiry,
    insights,
    metrics,
)

SEEDED_AT = datetime(2025, 1, 15, 10, 30, tzinfo=UTC)
"""The instant of the examples; open the database with this clock to see none expired."""

PREDICTIONS = ("churn_risk", "high_ib_call_frequency", "low_health_score")


def seed(db: Database) -> None:
    """Fill both tables; doing it again changes nothing."""
    db.repository(metrics).put_many(all_metrics()).raise_failures()
    db.repository(insights).put_many(all_insights()).raise_failures()


def example_metrics() -> Metrics:
    """The example of the schema document."""
    return Metrics(
        entity_id="stu_4532",
        entity_type=EntityType.STUDENT,
        sessions_7d=2,
        sessions_14d=5,
        sessions_30d=12,
        ib_calls_7d=1,
        ib_calls_14d=3,
        avg_rating=Decimal("4.5"),
        health_score=72,
        last_updated=SEEDED_AT,
    )


def example_insight() -> Insight:
    """The example of the schema document, but for its `ttl`.

    The document's, 1712822400, is nine months before the insight itself: it was born expired.
    """
    return Insight(
        entity_id="stu_4532",
        timestamp=SEEDED_AT,
        alert_id="high_ib_call_frequency_stu_4532_1705318200000",
        prediction_type="high_ib_call_frequency",
        risk_score=82,
        explanation="Student shows high IB call frequency with declining health score...",
        recommendations=[
            "Schedule immediate check-in call",
            "Review IB call transcripts",
            "Offer session with senior tutor",
        ],
        model_used="bedrock-claude-3.5-haiku",
        ttl=insight_expiry(SEEDED_AT),
    )


def all_metrics() -> Iterator[Metrics]:
    """The example and twelve entities more, three of each type."""
    yield example_metrics()
    for position, entity_type in enumerate(3 * tuple(EntityType)):
        yield Metrics(
            entity_id=f"{entity_type[:3]}_{position:04d}",
            entity_type=entity_type,
            sessions_7d=position,
            sessions_14d=2 * position,
            sessions_30d=4 * position,
            ib_calls_7d=position % 3,
            ib_calls_14d=position % 5,
            avg_rating=Decimal(position) / 4,
            health_score=40 + 5 * position,
            last_updated=SEEDED_AT - timedelta(hours=position),
        )


def all_insights() -> Iterator[Insight]:
    """The example and one insight on each of twenty-four days, before and after New Year."""
    yield example_insight()
    for day in range(1, 25):
        prediction = PREDICTIONS[day % len(PREDICTIONS)]
        made_at = SEEDED_AT - timedelta(days=day)
        yield Insight(
            entity_id="stu_4532",
            timestamp=made_at,
            alert_id=alert_id(prediction, "stu_4532", made_at),
            prediction_type=prediction,
            risk_score=100 - 4 * day,
            explanation=f"Made up for day {day}.",
            recommendations=["Schedule a check-in call"],
            model_used="made-up",
            ttl=insight_expiry(made_at),
        )
