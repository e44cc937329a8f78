"""Two cities with their people, agents, domains, and incidents around two squares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from trueup import Database, Seed, Table
from trueup.geo import Point

from .inbuilt import inbuilt_agents
from .models import (
    AgentClass,
    AgentDefinition,
    DomainConfiguration,
    ImageEvidence,
    Incident,
    Playbook,
    Team,
    Tenant,
    User,
)
from .tables import agents, domains, evidence, incidents, teams, tenants, users

SQUARES = {
    "Utrecht": Point(longitude=5.1214, latitude=52.0907),
    "Delft": Point(longitude=4.3593, latitude=52.0117),
}
"""The middle of each city: incidents lie to the north of it, in steps of a kilometre."""

DOMAIN = "civic-complaints"
_DEGREES_A_KILOMETRE = 0.009
_CATEGORIES = ("pothole", "street light", "litter")


def id_of(*names: str) -> UUID:
    """The same identifier for the same names."""
    return uuid5(NAMESPACE_URL, "/".join(("https://domainflow.example.com", *names)))


def sample_tenants() -> Iterator[Tenant]:
    """The cities, whose users come later."""
    for city in SQUARES:
        yield Tenant(id=id_of(city), tenant_name=f"City of {city}")


def sample_users() -> Iterator[User]:
    """A user of each city; both are called ada."""
    for city in SQUARES:
        id = id_of(city, "ada")
        yield User(
            id=id,
            username="ada",
            email="ada@example.com",
            cognito_sub=str(id),
            tenant_id=id_of(city),
            created_by=id,
        )


def all_inbuilt() -> Iterator[AgentDefinition]:
    """The agents of the product, of both cities."""
    for user in sample_users():
        yield from inbuilt_agents(user)


def sample_agents() -> Iterator[AgentDefinition]:
    """An agent that each city made itself."""
    for user in sample_users():
        yield AgentDefinition(
            id=uuid5(user.tenant_id, "severity-agent"),
            agent_id="severity-agent",
            agent_name="Severity",
            agent_class=AgentClass.INGESTION,
            tenant_id=user.tenant_id,
            system_prompt="Say how bad it is.",
            agent_dependencies=["entity-agent"],
            created_by=user.id,
        )


def sample_teams() -> Iterator[Team]:
    """A team of each city."""
    for user in sample_users():
        yield Team(
            id=uuid5(user.tenant_id, "roads"),
            team_name="Roads",
            tenant_id=user.tenant_id,
            members=[user.id],
            created_by=user.id,
        )


def sample_domains() -> Iterator[DomainConfiguration]:
    """The domain of complaints, of each city."""
    for user in sample_users():
        yield DomainConfiguration(
            id=uuid5(user.tenant_id, DOMAIN),
            domain_id=DOMAIN,
            domain_name="Civic complaints",
            tenant_id=user.tenant_id,
            ingestion_playbook=Playbook(agents=["geo-agent", "temporal-agent", "entity-agent"]),
            query_playbook=Playbook(agents=["when-agent", "where-agent", "why-agent"]),
            management_playbook=Playbook(agents=["assign-agent"]),
            created_by=user.id,
        )


def sample_incidents() -> Iterator[Incident]:
    """Twelve of each city, from its square to eleven kilometres north of it."""
    for city, user in zip(SQUARES, sample_users(), strict=True):
        for kilometres in range(12):
            yield Incident(
                id=uuid5(user.tenant_id, f"incident {kilometres}"),
                tenant_id=user.tenant_id,
                domain_id=DOMAIN,
                location=_north_of(SQUARES[city], kilometres),
                structured_data={
                    "category": _CATEGORIES[kilometres % 3],
                    "severity": "low" if kilometres % 4 else "high",
                    "seen_by": [{"kind": "phone"}],
                },
                created_by=user.id,
            )


def _north_of(place: Point, kilometres: int) -> Point:
    latitude = place.latitude + kilometres * _DEGREES_A_KILOMETRE
    return Point(longitude=place.longitude, latitude=round(latitude, 6))


def sample_evidence() -> Iterator[ImageEvidence]:
    """Two pictures of each incident that is bad."""
    for incident in sample_incidents():
        if incident.structured_data["severity"] != "high":
            continue
        for number in (1, 2):
            yield ImageEvidence(
                id=uuid5(incident.id, str(number)),
                incident_id=incident.id,
                tenant_id=incident.tenant_id,
                s3_bucket="evidence",
                s3_key=f"{incident.id}/{number}.jpg",
                created_by=incident.created_by,
            )


ALL: tuple[tuple[str, Table[Any], Callable[[], Iterator[Any]]], ...] = (
    ("sample", tenants, sample_tenants),
    ("sample", users, sample_users),
    ("inbuilt", agents, all_inbuilt),
    ("sample", agents, sample_agents),
    ("sample", teams, sample_teams),
    ("sample", domains, sample_domains),
    ("sample", incidents, sample_incidents),
    ("sample", evidence, sample_evidence),
)
"""Set, table and items, in an order in which each row finds what it refers to."""


def _seeds() -> Iterator[Seed[Any]]:
    for name, table, items in ALL:
        yield Seed(name, table, list(items()), stages=("dev", "beta"))


seeds = tuple(_seeds())


def seed(db: Database) -> None:
    """Fill all tables, which must be new, as each city in turn."""
    for tenant in sample_tenants():
        own = db.tenant(tenant.id)
        for _, table, items in ALL:
            ours = [item for item in items() if tenant.id in (item.id, _tenant_of(item))]
            own.repository(table).put_many(ours)


def _tenant_of(item: object) -> object:
    return getattr(item, "tenant_id", None)
