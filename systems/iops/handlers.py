"""What the functions of the dashboard do when AWS calls them; `models.py` declares what they may.

They are deployed with this folder's `pyproject.toml`, and open the stage that TRUEUP_STAGE names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import trueup
from trueup import AlreadyExists, Database

from .models import EntityType, Insight, Metrics, insight_expiry, insights, metrics

Event = Mapping[str, Any]

UNHEALTHY = 70
"""Entities with a lower health score are listed."""
LATEST = 10
"""Insights that are told of one entity, at most."""


@cache
def database() -> Database:
    """The stage's database, opened at the first call and kept, as AWS keeps the process."""
    return trueup.open_stage()


def process(event: Event, _context: object) -> dict[str, Any]:
    """ProcessMetrics: keeps the latest figures of entities."""
    return processed(database(), event)


def predict(event: Event, _context: object) -> dict[str, Any]:
    """PredictRisks: keeps what a model predicted."""
    return predicted(database(), event, datetime.now(UTC))


def ask(event: Event, _context: object) -> dict[str, Any]:
    """AskDashboard: who does badly, or what is known of one entity."""
    return asked(database(), event)


def processed(db: Database, event: Event) -> dict[str, Any]:
    """Store figures in place of older ones. event: `entities`, each with the fields of `Metrics`.

    Raises ValidationError before anything is stored, if one of them is wrong.
    """
    items = [Metrics.model_validate(entity) for entity in event["entities"]]
    for item in items:
        db.repository(metrics).put(item)
    return {"stored": len(items)}


def predicted(db: Database, event: Event, now: datetime) -> dict[str, Any]:
    """Store an insight about an entity that has figures; an event that comes twice stores one.

    event: `entity_id`, `entity_type`, and the fields of `Insight` except times. Raises LookupError
    if the entity has no figures.
    """
    entity = event["entity_id"]
    if db.repository(metrics).get(entity, EntityType(event["entity_type"])) is None:
        raise LookupError(f"there are no metrics of {entity}")
    said = {name: value for name, value in event.items() if name != "entity_type"}
    moment = datetime.fromisoformat(said.pop("predicted_at"))
    item = Insight.model_validate({**said, "timestamp": moment, "ttl": insight_expiry(now)})
    try:
        db.repository(insights).create(item)
    except AlreadyExists:
        return {"alert_id": item.alert_id, "is_new": False}
    return {"alert_id": item.alert_id, "is_new": True}


def asked(db: Database, event: Event) -> dict[str, Any]:
    """The least healthy entities of an `entity_type`, or the latest insights of an `entity_id`."""
    if "entity_id" in event:
        found = db.repository(insights).pattern(
            "latest_insights", {"entity_id": event["entity_id"]}, limit=LATEST
        )
        return {"insights": [one.model_dump(mode="json") for one in found]}
    entities = db.repository(metrics).pattern(
        "entities_by_health",
        EntityType(event["entity_type"]),
        sort=Metrics.health_score < UNHEALTHY,
    )
    return {"entities": [one.model_dump(mode="json") for one in entities]}
