"""An example of every access pattern, asked as the first city: for the demo and the tests."""

from __future__ import annotations

from ..answers import Examples
from .models import AgentClass
from .seeds import DOMAIN, id_of, sample_agents, sample_domains, sample_evidence

CITY = id_of("Utrecht")
_AGENT, _DOMAIN, _PICTURE = (
    next(sample_agents()),
    next(sample_domains()),
    next(sample_evidence()),
)

EXAMPLES: Examples = {
    ("agent_definitions", "agent"): (_AGENT.id,),
    ("agent_definitions", "agents_of_class"): (CITY, AgentClass.INGESTION),
    ("agent_definitions", "agents_of_tenant"): (CITY,),
    ("domain_configurations", "domain"): (_DOMAIN.id,),
    ("domain_configurations", "domains_of_tenant"): (CITY,),
    ("incidents", "incident"): (_PICTURE.incident_id,),
    ("incidents", "incidents_of_domain"): (CITY, DOMAIN),
    ("image_evidence", "evidence_of_incident"): (_PICTURE.incident_id,),
    ("image_evidence", "evidence_of_tenant"): (CITY,),
}
