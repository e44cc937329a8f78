"""A few entities and insights, among them the two examples of the schema document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from trueup import Database, Seed

from .models import (
    EntityType,
    Insight,
    Metrics,
    insight_expiry,
    insights,
    metrics,
)

SEEDED_AT = datetime(2025, 1, 15, 10, 30, tzinfo=UTC)
"""The instant of the examples; open the database with this clock to see none expired."""

PREDICTIONS = ("churn_risk", "high_ib_call_frequency", "low_health_score")

SAMPLE_STUDENT = "stu_test_001"

# Both ends of the range, and 70 itself: the dashboard asks for students below it.
_HEALTH_SCORES = (35, 0, 50, 55, 70, 45, 65, 75, 15, 90, 80, 100)


def seed(db: Database) -> None:
    """Fill both tables; doing it again changes nothing."""
    db.repository(metrics).put_many(all_metrics())
    db.repository(insights).put_many(all_insights())


def sample_metrics(now: datetime) -> Iterator[Metrics]:
    """The item that the schema document inserts by hand, to see that the table works."""
    yield Metrics(
        entity_id=SAMPLE_STUDENT,
        entity_type=EntityType.STUDENT,
        sessions_7d=3,
        sessions_14d=7,
        sessions_30d=15,
        ib_calls_7d=0,
        ib_calls_14d=2,
        avg_rating=Decimal("4.5"),
        health_score=85,
        last_updated=now,
    )


def sample_insights(now: datetime) -> Iterator[Insight]:
    """The insight that the document inserts by hand; it expires 7,776,000 s after `now`.

    The document takes the present as its key, so that each insertion adds an item; this has one.
    """
    yield Insight(
        entity_id=SAMPLE_STUDENT,
        timestamp=SEEDED_AT,
        prediction_type="low_health_score",
        risk_score=45,
        explanation="Test insight explanation",
        recommendations=["Test recommendation 1", "Test recommendation 2"],
        model_used="test-model",
        ttl=insight_expiry(now),
    )


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
    """The example of the schema document, but for its `ttl` and its `alert_id`.

    The document's `ttl`, 1712822400, is nine months before the insight itself: it was born expired.
    Its `alert_id` ends in another instant than the insight's, and its parts cannot be told apart.
    """
    return Insight(
        entity_id="stu_4532",
        timestamp=SEEDED_AT,
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
            avg_rating=min(Decimal(position) / 2, Decimal(5)),
            health_score=_HEALTH_SCORES[position],
            last_updated=SEEDED_AT - timedelta(hours=position + 1),
        )


def all_insights() -> Iterator[Insight]:
    """The example, one insight on each of twenty-six days around New Year, and a tutor's."""
    yield example_insight()
    for day in range(1, 27):
        prediction = PREDICTIONS[(day + 1) % len(PREDICTIONS)]
        # From 100 down to 0. Day 6 has a risk of 80: the dashboard asks for those above it.
        yield _made_up("stu_4532", prediction, 104 - 4 * day, SEEDED_AT - timedelta(days=day))
    for hour, prediction in enumerate(PREDICTIONS, start=1):
        yield _made_up("tut_0001", prediction, 70 + hour, SEEDED_AT - timedelta(hours=hour))


def _made_up(entity_id: str, prediction_type: str, risk_score: int, timestamp: datetime) -> Insight:
    return Insight(
        entity_id=entity_id,
        timestamp=timestamp,
        prediction_type=prediction_type,
        risk_score=risk_score,
        explanation=f"Made up for {timestamp:%d %B}.",
        recommendations=["Schedule a check-in call"],
        model_used="made-up",
        ttl=insight_expiry(timestamp),
    )


seeds = (
    Seed("demo", metrics, list(all_metrics()), stages=("dev",)),
    Seed("sample", metrics, sample_metrics, stages=("dev", "beta")),
    Seed("sample", insights, sample_insights, stages=("dev", "beta")),
)
