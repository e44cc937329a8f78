"""What the operations dashboard stores: metrics of an entity, and insights about it.

Tables, attributes and indexes are those of the dashboard's schema document, under the same names.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from trueup import (
    AccessPattern,
    ExpiresAt,
    Index,
    Layer,
    Model,
    Table,
    WholeSeconds,
    composed,
    expires_in,
)

RETENTION = timedelta(days=90)
"""How long an insight is kept."""

Count = Annotated[int, Field(ge=0)]
Score = Annotated[int, Field(ge=0, le=100)]


class EntityType(StrEnum):
    """What the dashboard watches."""

    STUDENT = "student"
    TUTOR = "tutor"
    SUBJECT = "subject"
    REGION = "region"


class Metrics(Model):
    """The latest figures of one entity."""

    entity_id: str
    entity_type: EntityType
    sessions_7d: Count
    sessions_14d: Count
    sessions_30d: Count
    ib_calls_7d: Count
    ib_calls_14d: Count
    avg_rating: Annotated[Decimal, Field(ge=0, le=5)]
    health_score: Score
    last_updated: WholeSeconds


class Insight(Model):
    """What a model predicted about one entity at one moment, with what to do about it.

    Its key is made of the entity and the time in whole seconds: `create` refuses a second insight
    of one entity in the same second, where `put` would replace the first. `alert_id` names it
    outside of the table: no two insights have one.
    """

    entity_id: str
    timestamp: WholeSeconds
    prediction_type: str
    pk: str = composed("insight#{entity_id}")
    sk: str = composed("{timestamp}")
    alert_id: str = composed("{prediction_type}#{entity_id}#{timestamp}")
    risk_score: Score
    explanation: str
    recommendations: list[str]
    model_used: str
    ttl: ExpiresAt


def insight_expiry(now: datetime | None = None) -> datetime:
    """When an insight made `now` goes away: 90 days later. now: the present, unless given."""
    return expires_in(days=RETENTION.days, now=now)


metrics = Table(
    "iops-dashboard-metrics",
    Metrics,
    description="The latest figures of each student, tutor, subject and region",
    partition="entity_id",
    sort="entity_type",
    stream="NEW_AND_OLD_IMAGES",
    indexes=[
        Index("EntityTypeHealthIndex", partition="entity_type", sort="health_score"),
        Index("LastUpdatedIndex", partition="entity_type", sort="last_updated"),
    ],
    patterns=[
        AccessPattern(
            "entity",
            by=("entity_id", "entity_type"),
            description="One entity by its full key",
        ),
        AccessPattern(
            "entities_by_health",
            index="EntityTypeHealthIndex",
            sorted_by="health_score",
            description="Entities of a type, the least healthy first",
        ),
        AccessPattern(
            "recently_updated",
            index="LastUpdatedIndex",
            sorted_by="last_updated",
            order="descending",
            description="Entities of a type, the latest update first",
        ),
    ],
)

insights = Table(
    "iops-dashboard-insights",
    Insight,
    description="Predictions and alerts, kept for 90 days",
    partition="pk",
    sort="sk",
    ttl="ttl",
    indexes=[
        Index("PredictionTypeIndex", partition="prediction_type", sort="timestamp"),
        Index("RiskScoreIndex", partition="prediction_type", sort="risk_score"),
    ],
    patterns=[
        AccessPattern(
            "insight",
            by=("pk", "sk"),
            description="One insight by its full key",
        ),
        AccessPattern(
            "insights_of_entity",
            sorted_by="sk",
            description="Insights of an entity in a span of time, the oldest first",
        ),
        AccessPattern(
            "latest_insights",
            sorted_by="sk",
            order="descending",
            description="Insights of an entity, the newest first",
        ),
        AccessPattern(
            "insights_by_prediction",
            index="PredictionTypeIndex",
            sorted_by="timestamp",
            order="descending",
            description="Insights of a kind, the newest first",
        ),
        AccessPattern(
            "insights_by_risk",
            index="RiskScoreIndex",
            sorted_by="risk_score",
            order="descending",
            description="Insights of a kind, the highest risk first",
        ),
    ],
)

layer = Layer("iops", target="dynamodb", tables=[metrics, insights])
