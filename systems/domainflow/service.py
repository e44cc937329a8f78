"""What domainflow does for one tenant: its agents, its domains, and what happened where."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from trueup import Database, Session, at
from trueup.geo import Point

from .dependencies import running_order
from .inbuilt import inbuilt_agents
from .models import AgentClass, AgentDefinition, ImageEvidence, Incident, Tenant, User
from .tables import agents, evidence, incidents, tenants, users


def create_tenant(db: Database, tenant_name: str, username: str, email: str, sub: str) -> User:
    """A new tenant with its first user, who made itself, and the agents of the product; all of it
    or nothing. sub: of the user's account in Cognito."""
    tenant = Tenant(tenant_name=tenant_name)
    id = uuid4()
    user = User(
        id=id,
        username=username,
        email=email,
        cognito_sub=sub,
        tenant_id=tenant.id,
        created_by=id,
    )
    with db.tenant(tenant.id).session() as session:
        session.repository(tenants).create(tenant)
        session.repository(users).create(user)
        session.repository(agents).put_many(inbuilt_agents(user))
        session.repository(tenants).update(tenant.id, at(Tenant.created_by).assign(user.id))
    return user


class TenantService:
    """The rows of one tenant. The database shows it no others, whatever is asked."""

    def __init__(self, db: Database, tenant_id: UUID) -> None:
        own = db.tenant(tenant_id)
        self._db = own
        self._tenant_id = tenant_id
        self._agents = own.repository(agents)
        self._incidents = own.repository(incidents)
        self._evidence = own.repository(evidence)

    def agents_of(self, agent_class: AgentClass) -> list[AgentDefinition]:
        """The agents of a class that run."""
        return self._agents.pattern(
            "agents_of_class",
            self._tenant_id,
            agent_class,
            filter=AgentDefinition.enabled == True,  # noqa: E712 - a condition
        ).all()

    def define(self, agent: AgentDefinition) -> None:
        """Store an agent, new or changed, if all agents of the tenant can run with it.

        Raises UnusableDependencies. Two agents that are stored at the same time, each needing the
        other, are kept apart: the second is tried anew, and sees the first.
        """

        def store(session: Session) -> None:
            repository = session.repository(agents)
            others = repository.pattern("agents_of_tenant", self._tenant_id).all()
            running_order([*(one for one in others if one.id != agent.id), agent])
            repository.put(agent)

        self._db.run_in_session(store)

    def report(self, incident: Incident, *pictures: ImageEvidence) -> None:
        """Store an incident and its pictures."""
        self._incidents.put(incident)
        self._evidence.put_many(pictures)

    def near(self, place: Point, metres: float, **data: Any) -> list[Incident]:
        """The incidents that happened at most so far from a place.

        data: what their structured data includes, such as `severity="high"`.
        """
        near = at(Incident.location).within(place, metres=metres)
        condition = near & at(Incident.structured_data).includes(data) if data else near
        return self._incidents.scan(filter=condition).all()

    def with_data(self, **data: Any) -> list[Incident]:
        """The incidents whose structured data includes this."""
        return self._incidents.scan(filter=at(Incident.structured_data).includes(data)).all()

    def pictures(self, incident_id: UUID) -> list[ImageEvidence]:
        """The pictures of an incident."""
        return self._evidence.pattern("evidence_of_incident", incident_id).all()

    def delete(self, incident_id: UUID) -> None:
        """Delete an incident, and its pictures with it."""
        self._incidents.delete(incident_id)
