"""Both stores in one service: reports and chats in DynamoDB, by the agents of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

import trueup
from systems.domainflow.chats import ChatService, NotThere
from systems.domainflow.models import AgentDefinition
from systems.domainflow.seeds import DOMAIN, id_of, seed
from systems.domainflow.storage import JobStatus, messages, query_jobs, reports, sessions, storage
from trueup import Database

NOW = datetime.now(UTC).replace(microsecond=0)
CITY, OTHER = id_of("Utrecht"), id_of("Delft")


@pytest.fixture(params=["sqlite", "dynamodb"])
def stored(request: pytest.FixtureRequest) -> Iterator[Database]:
    url, names = "sqlite://", "{table}"
    if request.param == "dynamodb":
        url, names = request.getfixturevalue("dynamodb_url"), f"d{uuid4().hex[:8]}-{{table}}"
    with trueup.connect(url, storage, table_names=names) as opened:
        opened.create_tables()
        yield opened


def chats(db: Database, stored: Database, tenant: Any = CITY) -> ChatService:
    return ChatService(db, stored, tenant, lambda: NOW)


def answer(agent: AgentDefinition, text: str, needed: dict[str, Any]) -> str:
    return f"{agent.agent_id} of {text}" + (f" after {', '.join(needed)}" if needed else "")


@pytest.mark.req("D56", "D57", "D58", "D59", "D60")
def test_one_service_keeps_structure_in_one_store_and_documents_in_the_other(
    db: Database, stored: Database
) -> None:
    seed(db)
    city = chats(db, stored)
    report = city.take_in(DOMAIN, "A pothole", answer)
    assert report.extracted["severity-agent"] == "severity-agent of A pothole after entity-agent"
    assert city.latest(DOMAIN, 5) == [report]
    chat = city.begin(id_of("Utrecht", "ada"), DOMAIN)
    job = city.ask(chat.session_id, "Why?", answer)
    assert (job.status, job.agents[-1]) == (JobStatus.DONE, "why-agent")
    assert stored.repository(query_jobs).pattern("job", CITY, job.job_id).all() == [job]
    city.ask(chat.session_id, "When?", answer)
    said = city.chat(chat.session_id)
    assert [(one.number, one.role) for one in said] == [
        (1, "user"),
        (2, "assistant"),
        (3, "user"),
        (4, "assistant"),
    ]
    assert len(stored.repository(reports).scan().all()) == 1
    assert len(stored.repository(sessions).scan().all()) == 1
    assert len(stored.repository(messages).scan().all()) == 4


def test_tenants_are_apart_in_both_stores(db: Database, stored: Database) -> None:
    seed(db)
    city, other = chats(db, stored), chats(db, stored, OTHER)
    chat = city.begin(id_of("Utrecht", "ada"), DOMAIN)
    city.ask(chat.session_id, "Why?", answer)
    city.take_in(DOMAIN, "A pothole", answer)
    assert other.latest(DOMAIN, 5) == []
    assert other.chat(chat.session_id) == []
    with pytest.raises(NotThere):
        other.ask(chat.session_id, "Why?", answer)
    with pytest.raises(NotThere):
        other.begin(id_of("Utrecht", "ada"), DOMAIN)
    with pytest.raises(NotThere):
        city.take_in("nothing", "A pothole", answer)
