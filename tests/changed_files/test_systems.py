"""The tables of reference systems in a file: applied, verified, and changed with their items."""

from __future__ import annotations

from pathlib import Path

import pytest

import trueup
from systems.iops.models import EntityType, Insight, Metrics, insights, metrics
from systems.iops.models import layer as iops
from systems.iops.seeds import SEEDED_AT, all_insights, all_metrics, seed
from systems.nexus.tables import layer as nexus
from tests.changed_files.files import declared
from tests.lifecycle.places import Place
from trueup import Database, Layer, Model, Table
from trueup.lifecycle.apply import apply
from trueup.lifecycle.inspection import Intent
from trueup.lifecycle.verification import look_at, verify_tables

NOW = SEEDED_AT.timestamp
BEFORE = Layer(
    "iops",
    target="dynamodb",
    tables=[
        Table(metrics.name, Metrics, partition="entity_id", sort="entity_type"),
        Table(insights.name, Insight, partition="pk", sort="sk", ttl="ttl"),
    ],
)
"""The same tables before they had indexes."""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(f"sqlite:///{tmp_path}/system.db", "beta-")


def carry_out(place: Place, layer: Layer) -> list[str]:
    """Apply a layer, and verify it; the steps."""
    with place.opened(layer) as target:
        done = apply(target, Intent())
        found = verify_tables(declared(target.opened), look_at(target.opened))
        assert found.differing() == found.unknown == []
        assert found.present == found.declared
        paths = {one.difference.path[-1] for one in found.findings}
        assert paths <= {"partition", "sort", "form", "ttl"}  # what a file keeps
        return list(done.done)


@pytest.mark.case("S12")
@pytest.mark.parametrize("layer", [nexus, iops], ids=lambda layer: layer.name)
def test_systems_are_applied_and_verified(place: Place, layer: Layer) -> None:
    assert len(carry_out(place, layer)) == 1
    assert carry_out(place, layer) == []


@pytest.mark.req("IT9")
@pytest.mark.case("S7")
def test_table_that_is_there_is_changed_and_keeps_its_items(place: Place) -> None:
    """It is not deleted to get on, as the document advises."""
    carry_out(place, BEFORE)
    with opened(place, BEFORE) as db:
        db.repository(BEFORE.tables[0]).put_many(all_metrics())
        db.repository(BEFORE.tables[1]).put_many(all_insights())
    steps = carry_out(place, iops)
    assert len(steps) == 4
    assert all(step.startswith("create the index") for step in steps)
    with opened(place, iops) as db, trueup.connect("sqlite://", iops, clock=NOW) as fresh:
        fresh.create_tables()
        seed(fresh)
        assert answers(db) == answers(fresh)


def opened(place: Place, layer: Layer) -> Database:
    return trueup.connect(place.url, layer, table_names="beta-{table}", clock=NOW)


def answers(db: Database) -> list[list[Model]]:
    """Every item, and what the indexes answer."""
    students = db.repository(metrics).pattern("entities_by_health", EntityType.STUDENT).all()
    recent = db.repository(metrics).pattern("recently_updated", EntityType.STUDENT).all()
    churn = db.repository(insights).query("churn_risk", index="RiskScoreIndex").all()
    everything = [*db.repository(metrics).scan(), *db.repository(insights).scan()]
    assert students
    assert churn
    return [sorted(everything, key=repr), students, recent, churn]
