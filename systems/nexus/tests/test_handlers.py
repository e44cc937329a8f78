"""The functions of nexus do what they declare, over the tables of the system."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from systems.nexus import handlers
from systems.nexus.models import ControlEnrichment, ControlMapping
from systems.nexus.seeds import SEEDED_AT, controls, mappings
from systems.nexus.tables import controls as controls_table
from systems.nexus.tables import enrichments, functions
from systems.nexus.tables import mappings as mappings_table
from trueup import Database
from trueup.testing.recording import recorded

CONTROL = next(controls())
WRITER, READER = functions
EVENT = {
    "control_key": CONTROL.control_key,
    "enriched_text": "In other words",
    "enrichment_version": "2",
    "enrichment_data": {"family": "Access Control"},
}


def enriched(db: Database, event: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What the writer answers; the test fails if it calls more than it declares."""
    with recorded(db, WRITER):
        return handlers.enriched(db, event, now)


def orchestrated(db: Database, event: Mapping[str, Any]) -> dict[str, Any]:
    """What the reader answers, likewise."""
    with recorded(db, READER):
        return handlers.orchestrated(db, event)


@pytest.fixture
def stored(empty: Database) -> Database:
    """A database with one control."""
    empty.repository(controls_table).create(CONTROL)
    return empty


def test_agent_keeps_what_it_wrote_beside_the_original(stored: Database) -> None:
    now = datetime(2055, 6, 2, tzinfo=UTC)
    told = enriched(stored, EVENT, now)
    assert told == {"control_key": CONTROL.control_key, "expires_at": "2055-11-29T00:00:00+00:00"}
    assert stored.repository(enrichments).get(CONTROL.control_key) == ControlEnrichment(
        control_key=CONTROL.control_key,
        framework_key=CONTROL.framework_key,
        original_text=CONTROL.statement,
        enriched_text="In other words",
        enrichment_data={"family": "Access Control"},
        enrichment_version="2",
        created_at=now,
        expires_at=now + timedelta(days=180),
    )


def test_agent_that_is_called_twice_leaves_one_enrichment(stored: Database) -> None:
    for _ in range(2):
        enriched(stored, EVENT, SEEDED_AT)
    assert len(stored.repository(enrichments).scan().all()) == 1


def test_agent_enriches_no_control_that_is_not_there(empty: Database) -> None:
    with pytest.raises(LookupError, match="no control"):
        enriched(empty, EVENT, SEEDED_AT)


def test_orchestrator_tells_both_directions(stored: Database) -> None:
    mapping: ControlMapping = next(mappings())
    stored.repository(mappings_table).create(mapping)
    told = orchestrated(stored, {"control_key": mapping.control_key})
    assert told["maps_to"] == [mapping.mapped_control_key]
    assert (told["mapped_from"], told["enriched_text"]) == ([], None)
    back = orchestrated(stored, {"control_key": mapping.mapped_control_key})
    assert back["mapped_from"] == [mapping.control_key]


def test_orchestrator_finds_what_the_agent_wrote(stored: Database) -> None:
    enriched(stored, EVENT, SEEDED_AT)
    told = orchestrated(stored, {"control_key": CONTROL.control_key})
    assert told["enriched_text"] == "In other words"


def test_handlers_open_the_stage_of_their_variables(
    stored: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """As AWS calls them: an event and a context, nothing else."""
    monkeypatch.setenv("TRUEUP_LAYER", "systems.nexus.tables:layer")
    monkeypatch.setenv("TRUEUP_URL", f"sqlite:///{tmp_path}/own.db")
    handlers.database.cache_clear()
    try:
        assert handlers.enrich(EVENT, None)["control_key"] == CONTROL.control_key
        told = handlers.orchestrate({"control_key": CONTROL.control_key}, None)
        assert told["enriched_text"] == "In other words"
        handlers.database().close()
    finally:
        handlers.database.cache_clear()
