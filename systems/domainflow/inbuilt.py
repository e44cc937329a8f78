"""The agents that come with the product: each tenant has them, and none can edit them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import uuid5

from .models import AgentClass, AgentDefinition, User

_AGENTS = (
    (AgentClass.INGESTION, "geo-agent", "Place", "Find where it happened.", ("geocode",), ()),
    (AgentClass.INGESTION, "temporal-agent", "Time", "Find when it happened.", (), ()),
    (AgentClass.INGESTION, "entity-agent", "Entities", "Find who and what is named.", (), ()),
    (AgentClass.QUERY, "when-agent", "When", "Answer when.", ("search",), ()),
    (AgentClass.QUERY, "where-agent", "Where", "Answer where.", ("search", "map"), ()),
    (AgentClass.QUERY, "why-agent", "Why", "Say why.", (), ("when-agent", "where-agent")),
    (AgentClass.MANAGEMENT, "assign-agent", "Assignment", "Choose a team.", ("teams",), ()),
)


def inbuilt_agents(user: User) -> Iterator[AgentDefinition]:
    """The agents of the product for the tenant of a user, who is called their maker."""
    for agent_class, agent_id, name, prompt, tools, needs in _AGENTS:
        yield AgentDefinition(
            id=uuid5(user.tenant_id, agent_id),
            agent_id=agent_id,
            agent_name=name,
            description=f"{prompt[:-1]}, from the text of a report.",
            agent_class=agent_class,
            tenant_id=user.tenant_id,
            system_prompt=prompt,
            tools=list(tools),
            agent_dependencies=list(needs),
            output_schema={"type": "object", "maxProperties": 5},
            is_inbuilt=True,
            created_by=user.id,
        )


def agents_in_sql() -> str:
    """The agents as rows of SQL, by what they are told and may call."""
    return ", ".join(
        f"('{agent_id}', '{agent_class}', '{prompt}', '{json.dumps(tools)}'::jsonb)"
        for agent_class, agent_id, _, prompt, tools, _ in _AGENTS
    )
