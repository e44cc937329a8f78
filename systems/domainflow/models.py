"""What domainflow stores: tenants, users, teams, agents, playbooks, incidents and their pictures.

Names and types are those of the schema document; the README says where they differ, and which
columns the document counts but does not name.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

from trueup import Model, Version
from trueup.geo import Point

Json = dict[str, Any]
Name = Annotated[str, Field(min_length=1, max_length=255)]
Count = Annotated[int, Field(ge=1)]


class AgentClass(StrEnum):
    """When an agent runs: while reports come in, when somebody asks, or to look after others."""

    INGESTION = "ingestion"
    QUERY = "query"
    MANAGEMENT = "management"


AGENT_CLASSES = {
    AgentClass.INGESTION: "runs while reports come in, and finds out what is in them",
    AgentClass.QUERY: "runs when somebody asks, and answers from what was found out",
    AgentClass.MANAGEMENT: "runs for reports that are taken in, and says who looks after them",
}
"""What each class is for."""


class Playbook(BaseModel):
    """Which agents of a class run for a domain."""

    model_config = ConfigDict(frozen=True)

    agents: list[str] = Field(
        default=[],
        description="the agents that run, by agent_id, in order: each after those that it needs",
    )


def playbook(of: str) -> str:
    """What is said of a playbook's column, which tells the structure of its JSON."""
    fields = "; ".join(
        f"{one}: {field.description}" for one, field in Playbook.model_fields.items()
    )
    return f"the playbook {of}, an object. {fields}"


class Tenant(Model):
    """An organisation. Its rows in every other table are its own."""

    id: UUID = Field(default_factory=uuid4, description="the identifier of the tenant")
    tenant_name: Name = Field(description="what it is called", examples=["City of Utrecht"])
    created_at: datetime | None = Field(default=None, description="when it was made")
    updated_at: datetime | None = Field(default=None, description="the last update")
    created_by: UUID | None = Field(
        default=None, description="the user who made it; empty for one that came before its users"
    )


class User(Model):
    """An account, which Cognito holds. The first of a tenant was made by itself."""

    id: UUID = Field(default_factory=uuid4, description="the identifier of the user")
    username: Name = Field(description="unique in the tenant", examples=["ada"])
    email: Name = Field(description="unique in the tenant", examples=["ada@example.com"])
    cognito_sub: Name = Field(
        description="the subject of the account in Cognito, unique everywhere",
        examples=["6f1c7a52-0d3c-4b8e-9c55-2f1f0c9a7b10"],
    )
    tenant_id: UUID = Field(description="whose user it is")
    created_at: datetime | None = Field(default=None, description="when it was made")
    updated_at: datetime | None = Field(default=None, description="the last update")
    created_by: UUID = Field(description="the user who made it")


class Team(Model):
    """Users who work together."""

    id: UUID = Field(default_factory=uuid4, description="the identifier of the team")
    team_name: Name = Field(description="what it is called", examples=["Night shift"])
    tenant_id: UUID = Field(description="whose team it is")
    members: list[UUID] = Field(default=[], description="the identifiers of its users")
    created_at: datetime | None = Field(default=None, description="when it was made")
    updated_at: datetime | None = Field(default=None, description="the last update")
    created_by: UUID = Field(description="the user who made it")


class AgentDefinition(Model):
    """An agent of any of the three classes."""

    id: UUID = Field(default_factory=uuid4, description="the identifier of the row")
    agent_id: Name = Field(
        description="names it in playbooks; unique in the tenant", examples=["geo-extractor"]
    )
    agent_name: Name = Field(description="what people call it", examples=["Location extractor"])
    description: str = Field(default="", description="what it does")
    agent_class: AgentClass = Field(
        description="when it runs. "
        + "; ".join(f"{one}: {said}" for one, said in AGENT_CLASSES.items())
    )
    tenant_id: UUID = Field(description="whose agent it is")
    system_prompt: str = Field(description="what the model is told")
    tools: list[str] = Field(default=[], description="the tools that it may call")
    agent_dependencies: list[str] = Field(
        default=[], description="the agents whose output it reads, by agent_id"
    )
    output_schema: Json = Field(default={}, description="the JSON schema of its output")
    max_output_keys: Count = Field(default=5, description="how many keys its output has at most")
    enabled: bool = Field(default=True, description="whether it runs")
    is_inbuilt: bool = Field(default=False, description="whether it came with the product")
    version: Version = Field(default=0, description="counts its updates")
    created_at: datetime | None = Field(default=None, description="when it was made")
    updated_at: datetime | None = Field(default=None, description="the last update")
    created_by: UUID = Field(description="the user who made it")


class DomainConfiguration(Model):
    """A domain of reports, with a playbook for each class of agents."""

    id: UUID = Field(default_factory=uuid4, description="the identifier of the row")
    domain_id: Name = Field(
        description="names it in incidents; unique in the tenant", examples=["civic-complaints"]
    )
    domain_name: Name = Field(description="what people call it", examples=["Civic complaints"])
    description: str = Field(default="", description="what it is for")
    tenant_id: UUID = Field(description="whose domain it is")
    ingestion_playbook: Playbook = Field(
        default=Playbook(),
        description=playbook("of ingestion"),
        examples=[{"agents": ["geo-agent", "temporal-agent", "entity-agent"]}],
    )
    query_playbook: Playbook = Field(
        default=Playbook(),
        description=playbook("of questions"),
        examples=[{"agents": ["when-agent", "where-agent"]}],
    )
    management_playbook: Playbook = Field(
        default=Playbook(),
        description=playbook("of management"),
        examples=[{"agents": ["assign-agent"]}],
    )
    created_at: datetime | None = Field(default=None, description="when it was made")
    updated_at: datetime | None = Field(default=None, description="the last update")
    created_by: UUID = Field(description="the user who made it")


class Incident(Model):
    """Something that happened somewhere. The table is kept for programs that still write it."""

    id: UUID = Field(default_factory=uuid4, description="the identifier of the incident")
    tenant_id: UUID = Field(description="whose incident it is")
    domain_id: Name = Field(description="the domain it belongs to", examples=["civic-complaints"])
    location: Point | None = Field(default=None, description="where it happened, in WGS 84")
    structured_data: Json = Field(default={}, description="what the agents found out")
    created_at: datetime | None = Field(default=None, description="when it was reported")
    updated_at: datetime | None = Field(default=None, description="the last update")
    created_by: UUID = Field(description="the user who reported it")


class ImageEvidence(Model):
    """A picture of an incident, in S3. It goes with its incident."""

    id: UUID = Field(default_factory=uuid4, description="the identifier of the picture")
    incident_id: UUID = Field(description="what it shows")
    tenant_id: UUID = Field(description="whose picture it is")
    s3_bucket: Name = Field(description="the bucket of the object", examples=["evidence"])
    s3_key: Annotated[str, Field(min_length=1, max_length=1024)] = Field(
        description="the key of the object", examples=["2026/05/04/pothole.jpg"]
    )
    created_at: datetime | None = Field(default=None, description="when it was added")
    updated_at: datetime | None = Field(default=None, description="the last update")
    created_by: UUID = Field(description="the user who added it")
