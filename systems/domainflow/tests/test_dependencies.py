"""Agents need each other without a cycle, whoever stores them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from systems.domainflow.dependencies import UnusableDependencies, running_order
from systems.domainflow.inbuilt import inbuilt_agents
from systems.domainflow.models import AgentClass, AgentDefinition, User
from systems.domainflow.service import TenantService
from trueup import Database


def agent(user: User, name: str, *needs: str) -> AgentDefinition:
    return AgentDefinition(
        agent_id=name,
        agent_name=name,
        agent_class=AgentClass.QUERY,
        tenant_id=user.tenant_id,
        system_prompt="Answer.",
        agent_dependencies=list(needs),
        created_by=user.id,
    )


@pytest.mark.req("D92")
def test_agents_run_after_those_that_they_need(db: Database, ada: User) -> None:
    service = TenantService(db, ada.tenant_id)
    service.define(agent(ada, "a"))
    service.define(agent(ada, "b", "a"))
    service.define(agent(ada, "c", "a", "b"))
    assert running_order(service.agents_of(AgentClass.QUERY)) == ["a", "b", "c"]


@pytest.mark.req("D92")
def test_cycle_is_refused_and_named(db: Database, ada: User) -> None:
    service = TenantService(db, ada.tenant_id)
    first = agent(ada, "a")
    service.define(first)
    service.define(agent(ada, "b", "a"))
    service.define(agent(ada, "c", "b"))
    with pytest.raises(UnusableDependencies, match="wait for each other") as refused:
        service.define(first.model_copy(update={"agent_dependencies": ["c"]}))
    cycle = refused.value.agent_ids
    assert cycle[0] == cycle[-1]
    assert set(cycle) == {"a", "b", "c"}
    needs = {"a": "c", "b": "a", "c": "b"}
    assert all(needs[one] == other for one, other in pairwise(cycle))
    stored = {one.agent_id: one for one in service.agents_of(AgentClass.QUERY)}
    assert stored["a"].agent_dependencies == []


def test_agent_that_needs_itself_or_nobody_is_refused(db: Database, ada: User) -> None:
    service = TenantService(db, ada.tenant_id)
    for needs in ("a", "nobody"):
        with pytest.raises(UnusableDependencies, match=needs):
            service.define(agent(ada, "a", needs))
    assert service.agents_of(AgentClass.QUERY) == []


def test_agents_of_the_product_can_run(ada: User) -> None:
    assert len(running_order(inbuilt_agents(ada))) == 7
