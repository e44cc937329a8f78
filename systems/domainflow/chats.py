"""Services over both stores: who asks and which agents answer is in PostgreSQL; what is said, and
what they find, is in DynamoDB."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from trueup import Database, at

from .dependencies import running_order
from .models import AgentClass, AgentDefinition
from .service import TenantService
from .storage import (
    KEPT,
    ChatSession,
    JobStatus,
    Message,
    QueryJob,
    Report,
    messages,
    query_jobs,
    reports,
    sessions,
)
from .tables import domains, users

Agent = Callable[[AgentDefinition, str, dict[str, Any]], Any]
"""What runs an agent: its definition, the text, and the outputs of those that it needs."""


class NotThere(LookupError):
    """A user or a domain is not one of the tenant's."""


class ChatService:
    """Reports and chats of one tenant.

    structured: the database of PostgreSQL. storage: that of DynamoDB. now: the clock.
    """

    def __init__(
        self, structured: Database, storage: Database, tenant_id: UUID, now: Callable[[], datetime]
    ) -> None:
        own = structured.tenant(tenant_id)
        self._tenant_id = tenant_id
        self._now = now
        self._service = TenantService(structured, tenant_id)
        self._users = own.repository(users)
        self._domains = own.repository(domains)
        self._reports = storage.repository(reports)
        self._sessions = storage.repository(sessions)
        self._messages = storage.repository(messages)
        self._jobs = storage.repository(query_jobs)

    def take_in(self, domain_id: str, text: str, run: Agent) -> Report:
        """Store a report, with what the agents of ingestion find. Raises NotThere."""
        self._require_domain(domain_id)
        found = self._run(AgentClass.INGESTION, text, run)
        report = Report(
            tenant_id=self._tenant_id,
            report_id=uuid4(),
            domain_id=domain_id,
            received_at=self._now(),
            text=text,
            extracted=found,
        )
        self._reports.put(report)
        return report

    def latest(self, domain_id: str, limit: int) -> list[Report]:
        """The latest reports of a domain."""
        found = self._reports.pattern("reports_of_domain", self._tenant_id, domain_id, limit=limit)
        return found.all()

    def begin(self, user_id: UUID, domain_id: str) -> ChatSession:
        """A new chat of a user of the tenant. Raises NotThere."""
        self._require_domain(domain_id)
        if not self._users.exists(user_id):
            raise NotThere("the tenant has no such user")
        chat = ChatSession(
            tenant_id=self._tenant_id,
            session_id=uuid4(),
            user_id=user_id,
            domain_id=domain_id,
            started_at=self._now(),
        )
        self._sessions.put(chat)
        return chat

    def ask(self, session_id: UUID, question: str, run: Agent) -> QueryJob:
        """Ask in a chat of the tenant: the question, the outputs, and the answer are kept.
        Raises NotThere."""
        if not self._sessions.exists(self._tenant_id, session_id):
            raise NotThere("the tenant has no such chat")
        job = QueryJob(
            tenant_id=self._tenant_id,
            job_id=uuid4(),
            session_id=session_id,
            question=question,
            agents=running_order(self._service.agents_of(AgentClass.QUERY)),
            created_at=self._now(),
            expires_at=KEPT.until(self._now()),
        )
        self._jobs.put(job)
        found = self._run(AgentClass.QUERY, question, run)
        self._jobs.update(
            (self._tenant_id, job.job_id),
            at(QueryJob.status).assign(JobStatus.DONE),
            at(QueryJob.results).assign(found),
        )
        said = self._messages.pattern("messages_of_session", session_id).all()
        answer = "; ".join(str(found[agent]) for agent in job.agents)
        for number, (role, text) in enumerate(
            [("user", question), ("assistant", answer)], start=len(said) + 1
        ):
            self._messages.create(
                Message(
                    session_id=session_id,
                    number=number,
                    role=role,
                    text=text,
                    sent_at=self._now(),
                )
            )
        return job.model_copy(update={"status": JobStatus.DONE, "results": found})

    def chat(self, session_id: UUID) -> list[Message]:
        """What was said in a chat of the tenant, from its beginning; nothing of another's."""
        if not self._sessions.exists(self._tenant_id, session_id):
            return []
        return self._messages.pattern("messages_of_session", session_id).all()

    def _require_domain(self, domain_id: str) -> None:
        found = self._domains.pattern("domains_of_tenant", self._tenant_id).all()
        if domain_id not in {one.domain_id for one in found}:
            raise NotThere("the tenant has no such domain")

    def _run(self, kind: AgentClass, text: str, run: Agent) -> dict[str, Any]:
        """Run the agents of a class, each after those that it needs."""
        agents = {one.agent_id: one for one in self._service.agents_of(kind)}
        found: dict[str, Any] = {}
        for agent_id in running_order(agents.values()):
            agent = agents[agent_id]
            found[agent_id] = run(
                agent, text, {one: found[one] for one in agent.agent_dependencies}
            )
        return found
