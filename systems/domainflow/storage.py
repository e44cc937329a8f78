"""What domainflow keeps in DynamoDB, beside PostgreSQL: reports, chats, and jobs that answer.

The document names the four tables and says what each is for; keys and fields are chosen here. Keys
begin with the tenant, so that a query reads what is one tenant's; messages go with their chat.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from trueup import AccessPattern, ExpiresAt, Index, Layer, Model, Table, WholeSeconds, kept

from .models import Json

KEPT = kept(days=30, after="created_at")
"""How long the result of a question is kept."""


class JobStatus(StrEnum):
    """How far a question is answered."""

    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


class Report(Model):
    """A report as it came in, with what the agents of ingestion made of it."""

    tenant_id: UUID = Field(description="whose report it is")
    report_id: UUID = Field(description="the identifier of the report")
    domain_id: str = Field(description="the domain of PostgreSQL that it belongs to")
    received_at: WholeSeconds = Field(description="when it came in")
    text: str = Field(description="what was reported")
    extracted: Json = Field(default={}, description="by agent, what it found")


class ChatSession(Model):
    """A chat of a user."""

    tenant_id: UUID = Field(description="whose chat it is")
    session_id: UUID = Field(description="the identifier of the chat")
    user_id: UUID = Field(description="the user of PostgreSQL who asks")
    domain_id: str = Field(description="the domain that it is about")
    started_at: WholeSeconds = Field(description="when it began")


class Message(Model):
    """A message of a chat."""

    session_id: UUID = Field(description="the chat")
    number: int = Field(ge=1, description="its place in the chat")
    role: str = Field(description="`user` or `assistant`")
    text: str = Field(description="what was said")
    sent_at: WholeSeconds = Field(description="when it was said")


class QueryJob(Model):
    """A question that agents answer, with what each found."""

    tenant_id: UUID = Field(description="whose question it is")
    job_id: UUID = Field(description="the identifier of the question")
    session_id: UUID = Field(description="the chat that it was asked in")
    question: str = Field(description="what was asked")
    agents: list[str] = Field(description="the agents of PostgreSQL that answer, in order")
    status: JobStatus = Field(default=JobStatus.QUEUED, description="how far it is")
    results: dict[str, Any] = Field(default={}, description="by agent, its output")
    created_at: WholeSeconds = Field(description="when it was asked")
    expires_at: Annotated[ExpiresAt, KEPT] = Field(description="when it is deleted")


reports = Table(
    "Reports",
    Report,
    description="Documents of high volume: every report as it came in",
    partition="tenant_id",
    sort="report_id",
    indexes=[
        Index(
            "by_domain",
            partition=["tenant_id", "domain_id"],
            sort="received_at",
            description="The reports of a domain, by time",
        )
    ],
    patterns=[
        AccessPattern("report", by=("tenant_id", "report_id"), description="One report"),
        AccessPattern(
            "reports_of_domain",
            index="by_domain",
            sorted_by="received_at",
            order="descending",
            description="The latest reports of a domain",
        ),
    ],
)

sessions = Table(
    "Sessions",
    ChatSession,
    description="Chats: who asks about which domain",
    partition="tenant_id",
    sort="session_id",
    patterns=[
        AccessPattern("session", by=("tenant_id", "session_id"), description="One chat"),
        AccessPattern("sessions_of_tenant", description="All chats of a tenant"),
    ],
)

messages = Table(
    "Messages",
    Message,
    description="What was said in chats",
    partition="session_id",
    sort="number",
    patterns=[
        AccessPattern(
            "messages_of_session", sorted_by="number", description="A chat from its beginning"
        )
    ],
)

query_jobs = Table(
    "QueryJobs",
    QueryJob,
    description="Questions and the results of the agents that answered",
    partition="tenant_id",
    sort="job_id",
    ttl="expires_at",
    patterns=[
        AccessPattern("job", by=("tenant_id", "job_id"), description="One question"),
        AccessPattern("jobs_of_tenant", description="The questions of a tenant"),
    ],
)

storage = Layer(
    "domainflow-storage", target="dynamodb", tables=[reports, sessions, messages, query_jobs]
)
