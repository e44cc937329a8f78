"""The agents of the product, and two cities, are planted once."""

from __future__ import annotations

import pytest

from systems.domainflow.models import AgentDefinition
from systems.domainflow.seeds import id_of, seeds
from systems.domainflow.tables import agents, layer
from trueup import Database
from trueup.engines.open_tables import open_tables
from trueup.seeds.declaration import seeds_of_stage
from trueup.seeds.plant import Planted, plant


def planted(url: str, *names: str) -> list[Planted]:
    with open_tables(url, layer) as tables:
        return [plant(tables, seed) for seed in seeds_of_stage(seeds, "dev", names)]


@pytest.mark.req("D90", "D93")
def test_agents_of_the_product_are_planted_once_and_protected(
    db: Database, schema_url: str
) -> None:
    first, again = planted(schema_url), planted(schema_url)
    assert [(one.table, one.created, one.rejected) for one in first] == [
        ("tenants", 2, []),
        ("users", 2, []),
        ("agent_definitions", 14, []),
        ("agent_definitions", 2, []),
        ("teams", 2, []),
        ("domain_configurations", 2, []),
        ("incidents", 24, []),
        ("image_evidence", 12, []),
    ]
    assert [(one.written, one.rejected) for one in again] == [(0, [])] * 8
    own = db.tenant(id_of("Utrecht")).repository(agents)
    inbuilt = own.scan(filter=AgentDefinition.is_inbuilt == True).all()  # noqa: E712 - a condition
    assert len(inbuilt) == 7
    assert {agent.version for agent in inbuilt} == {1}
