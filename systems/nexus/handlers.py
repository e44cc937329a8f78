"""What the functions of nexus do when AWS calls them; `tables.py` declares what they may.

Each handler reads its event, asks the repositories, and answers with JSON. They are deployed with
this folder's `pyproject.toml`, and open the stage that the variable TRUEUP_STAGE names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import trueup
from trueup import Database

from .models import ENRICHMENT_RETENTION, ControlEnrichment
from .tables import controls, enrichments, mappings

Event = Mapping[str, Any]


@cache
def database() -> Database:
    """The stage's database, opened at the first call and kept, as AWS keeps the process."""
    return trueup.open_stage()


def enrich(event: Event, _context: object) -> dict[str, Any]:
    """NexusEnrichmentAgentLambda: keeps what the agent wrote about a control."""
    return enriched(database(), event, datetime.now(UTC))


def orchestrate(event: Event, _context: object) -> dict[str, Any]:
    """NexusScienceOrchestratorLambda: what is known of a control, in both directions."""
    return orchestrated(database(), event)


def enriched(db: Database, event: Event, now: datetime) -> dict[str, Any]:
    """Store an enrichment; the same event once more replaces it by itself.

    event: `control_key`, `enriched_text`, `enrichment_version`, and `enrichment_data` if there is
        any. Raises LookupError if there is no such control.
    """
    key = event["control_key"]
    control = db.repository(controls).pattern("control_by_key", key).first()
    if control is None:
        raise LookupError(f"there is no control {key} to enrich")
    item = ControlEnrichment(
        control_key=key,
        framework_key=control.framework_key,
        original_text=control.statement,
        enriched_text=event["enriched_text"],
        enrichment_data=event.get("enrichment_data", {}),
        enrichment_version=event["enrichment_version"],
        created_at=now,
        expires_at=ENRICHMENT_RETENTION.until(now),
    )
    db.repository(enrichments).put(item)
    return {"control_key": key, "expires_at": item.expires_at and item.expires_at.isoformat()}


def orchestrated(db: Database, event: Event) -> dict[str, Any]:
    """The enrichment of a control, if it has one, and the controls that it maps to or from."""
    key = event["control_key"]
    enrichment = db.repository(enrichments).get(key)
    repository = db.repository(mappings)
    return {
        "control_key": key,
        "enriched_text": enrichment.enriched_text if enrichment else None,
        "maps_to": [one.mapped_control_key for one in repository.pattern("mappings_from", key)],
        "mapped_from": [one.control_key for one in repository.pattern("mappings_to", key)],
    }
