"""What a tenant asks: its agents by class, and incidents by place and by what is in them."""

from __future__ import annotations

import pytest

from systems.domainflow.models import AgentClass, Incident
from systems.domainflow.seeds import SQUARES, id_of, sample_evidence, seed
from systems.domainflow.service import TenantService
from trueup import Database
from trueup.geo import Point

SQUARE = SQUARES["Utrecht"]


@pytest.fixture
def city(db: Database) -> TenantService:
    seed(db)
    return TenantService(db, id_of("Utrecht"))


@pytest.mark.parametrize(
    ("agent_class", "ids"),
    [
        (AgentClass.INGESTION, {"geo-agent", "temporal-agent", "entity-agent", "severity-agent"}),
        (AgentClass.QUERY, {"when-agent", "where-agent", "why-agent"}),
        (AgentClass.MANAGEMENT, {"assign-agent"}),
    ],
)
def test_agents_are_found_by_tenant_and_class(
    city: TenantService, agent_class: AgentClass, ids: set[str]
) -> None:
    found = city.agents_of(agent_class)
    assert {agent.agent_id for agent in found} == ids
    assert {agent.tenant_id for agent in found} == {id_of("Utrecht")}


def latitudes(found: list[Incident]) -> list[float]:
    return sorted(one.location.latitude for one in found if one.location is not None)


@pytest.mark.parametrize(
    ("metres", "count"), [(0, 1), (500, 1), (1_001, 1), (1_002, 2), (50_000, 12)]
)
def test_incidents_are_found_within_a_distance(
    city: TenantService, metres: float, count: int
) -> None:
    found = latitudes(city.near(SQUARE, metres))
    assert len(found) == count
    assert found == [round(SQUARE.latitude + 0.009 * step, 6) for step in range(count)]


def test_incident_without_a_place_is_near_nothing(db: Database, city: TenantService) -> None:
    [there] = city.near(SQUARE, 0)
    city.report(there.model_copy(update={"location": None}))
    assert city.near(SQUARE, 0) == []


def test_distances_are_metres_also_beyond_the_antimeridian(city: TenantService) -> None:
    [there] = city.near(SQUARE, 0)
    city.report(there.model_copy(update={"location": Point(longitude=179.999, latitude=0)}))
    assert len(city.near(Point(longitude=-179.999, latitude=0), 300)) == 1
    assert city.near(Point(longitude=-179.999, latitude=0), 200) == []


def test_incidents_are_found_by_what_their_data_includes(city: TenantService) -> None:
    assert len(city.with_data(category="pothole")) == 4
    assert len(city.with_data(category="pothole", severity="high")) == 1
    assert len(city.with_data(seen_by=[{"kind": "phone"}])) == 12
    assert city.with_data(seen_by=[{"kind": "camera"}]) == []
    assert [len(city.near(SQUARE, 3_500, severity=one)) for one in ("high", "low")] == [1, 3]


def test_pictures_go_with_their_incident(city: TenantService) -> None:
    incident = next(sample_evidence()).incident_id
    assert len(city.pictures(incident)) == 2
    city.delete(incident)
    assert city.pictures(incident) == []
