"""Where domainflow stores it: seven tables, what the database refuses in them, their questions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from trueup import AccessPattern, Index, Layer, Relational, Table
from trueup.relational import (
    CountUpdates,
    IndexColumn,
    ReferenceAction,
    References,
    SqlIndex,
    SqlObject,
    TouchOnUpdate,
    Unique,
)

from .hosting import INFRASTRUCTURE, INITIALISE
from .inbuilt import agents_in_sql
from .models import (
    AgentDefinition,
    DomainConfiguration,
    ImageEvidence,
    Incident,
    Team,
    Tenant,
    User,
)
from .storage import storage

SQL = Path(__file__).parent / "sql"
TENANT = References("tenant_id", "tenants")
OWN = Unique(["id", "tenant_id"])
"""What rows of the same tenant refer to: references see the rows of all tenants."""


def same_tenant(field: str, table: str, on_delete: ReferenceAction = "no action") -> References:
    """A reference to a row of the same tenant."""
    return References([field, "tenant_id"], table, to=["id", "tenant_id"], on_delete=on_delete)


CREATOR = same_tenant("created_by", "users")
METADATA: Mapping[str, str] = {
    "id": "gen_random_uuid()",
    "created_at": "now()",
    "updated_at": "now()",
}
"""What the database gives to every row."""


def touched(table: str) -> TouchOnUpdate:
    """The trigger that moves `updated_at`; all tables share its function."""
    return TouchOnUpdate(
        "updated_at",
        trigger=f"update_{table}_updated_at",
        function="update_updated_at_column",
    )


# trueup: accept D015, tenants are few, and read at once; the service deletes no users
tenants = Table(
    "tenants",
    Tenant,
    description="Organisations that share the database and see nothing of each other",
    partition="id",
    relational=Relational(
        tenant="id",
        defaults=METADATA,
        references=[References(["created_by", "id"], "users", to=["id", "tenant_id"])],
        triggers=[touched("tenants")],
    ),
)

# trueup: accept D015, created_by has no index in the document; the service deletes no users
users = Table(
    "users",
    User,
    description="Accounts of people, linked to Cognito",
    partition="id",
    relational=Relational(
        tenant="tenant_id",
        defaults=METADATA,
        unique=[
            Unique(["tenant_id", "username"]),
            Unique(["tenant_id", "email"]),
            Unique("cognito_sub"),
            OWN,
        ],
        references=[TENANT, CREATOR],
        triggers=[touched("users")],
    ),
)

# trueup: accept D015, teams have no index in the document; the service deletes no users or tenants
# trueup: accept D106, the document keeps the members in a list: who is deleted stays in it
teams = Table(
    "teams",
    Team,
    description="Groups of users",
    partition="id",
    relational=Relational(
        tenant="tenant_id",
        types={"members": "jsonb"},
        defaults=METADATA,
        references=[TENANT, CREATOR],
        triggers=[touched("teams")],
    ),
)

# trueup: accept D015, created_by has no index in the document; the service deletes no users
# trueup: accept D101, the document asks for idx_agents_tenant by its name
# trueup: accept D102, the document asks for idx_agents_enabled by its name
agents = Table(
    "agent_definitions",
    AgentDefinition,
    description="Agents of all three classes",
    partition="id",
    indexes=[
        Index(
            "idx_agents_tenant_class",
            partition=["tenant_id", "agent_class"],
            description="The agents of a class",
        ),
        Index("idx_agents_tenant", partition="tenant_id", description="The agents of a tenant"),
    ],
    patterns=[
        AccessPattern("agent", by="id", description="One agent"),
        AccessPattern(
            "agents_of_class",
            index="idx_agents_tenant_class",
            description="The agents of a tenant that have a class",
        ),
        AccessPattern(
            "agents_of_tenant", index="idx_agents_tenant", description="All agents of a tenant"
        ),
    ],
    relational=Relational(
        tenant="tenant_id",
        types={
            "tools": "jsonb",
            "agent_dependencies": "jsonb",
            "max_output_keys": "integer",
            "version": "integer",
        },
        defaults={**METADATA, "enabled": "true", "is_inbuilt": "false", "version": "1"},
        unique=[Unique(["tenant_id", "agent_id"])],
        references=[TENANT, CREATOR],
        indexes=[SqlIndex("idx_agents_enabled", ["enabled"])],
        triggers=[touched("agent_definitions"), CountUpdates("version")],
        objects=[
            SqlObject(
                "function",
                "protect_inbuilt_agents()",
                (SQL / "protect_inbuilt_agents.sql")
                .read_text()
                .replace("INBUILT_AGENTS", agents_in_sql()),
            ),
            SqlObject(
                "trigger",
                "inbuilt_agents_are_protected",
                (SQL / "inbuilt_agents_are_protected.sql").read_text(),
            ),
        ],
    ),
)

# trueup: accept D015, created_by has no index in the document; the service deletes no users
# trueup: accept D101, the document asks for idx_domains_tenant by its name
domains = Table(
    "domain_configurations",
    DomainConfiguration,
    description="Domains of reports, with their playbooks",
    partition="id",
    indexes=[
        Index("idx_domains_tenant", partition="tenant_id", description="The domains of a tenant")
    ],
    patterns=[
        AccessPattern("domain", by="id", description="One domain"),
        AccessPattern(
            "domains_of_tenant", index="idx_domains_tenant", description="All domains of a tenant"
        ),
    ],
    relational=Relational(
        tenant="tenant_id",
        defaults=METADATA,
        unique=[Unique(["tenant_id", "domain_id"])],
        references=[TENANT, CREATOR],
        triggers=[touched("domain_configurations")],
    ),
)

# trueup: accept D015, created_by has no index in the document; the service deletes no users
incidents = Table(
    "incidents",
    Incident,
    description="Incidents and where they happened, for programs that still use this table",
    partition="id",
    indexes=[
        Index(
            "idx_incidents_tenant_domain",
            partition=["tenant_id", "domain_id"],
            description="The incidents of a domain",
        )
    ],
    patterns=[
        AccessPattern("incident", by="id", description="One incident"),
        AccessPattern(
            "incidents_of_domain",
            index="idx_incidents_tenant_domain",
            description="The incidents of a domain of a tenant",
        ),
    ],
    relational=Relational(
        tenant="tenant_id",
        extensions=["postgis"],
        defaults=METADATA,
        unique=[OWN],
        references=[TENANT, CREATOR],
        indexes=[
            SqlIndex("idx_incidents_created_at", [IndexColumn("created_at", descending=True)]),
            SqlIndex("idx_incidents_structured_data", ["structured_data"], method="gin"),
            SqlIndex("idx_incidents_location", ["location"], method="gist"),
        ],
        triggers=[touched("incidents")],
    ),
)

# trueup: accept D015, created_by has no index in the document; the service deletes no users
evidence = Table(
    "image_evidence",
    ImageEvidence,
    description="Where in S3 the pictures of incidents are",
    partition="id",
    indexes=[
        Index(
            "idx_image_evidence_incident",
            partition="incident_id",
            description="The pictures of an incident",
        ),
        Index(
            "idx_image_evidence_tenant",
            partition="tenant_id",
            description="The pictures of a tenant",
        ),
    ],
    patterns=[
        AccessPattern(
            "evidence_of_incident",
            index="idx_image_evidence_incident",
            description="The pictures of an incident",
        ),
        AccessPattern(
            "evidence_of_tenant",
            index="idx_image_evidence_tenant",
            description="All pictures of a tenant",
        ),
    ],
    relational=Relational(
        tenant="tenant_id",
        defaults=METADATA,
        references=[same_tenant("incident_id", "incidents", on_delete="cascade"), TENANT, CREATOR],
        triggers=[touched("image_evidence")],
    ),
)

_ELSEWHERE = "; ".join(f"`{one.name}` ({one.description})" for one in storage.tables)
DESCRIPTION = f"""
Every table has the standard metadata: `id` (a UUID that the database makes), `created_at` and
`updated_at` (the database sets them, the second at each update by a trigger), and `created_by`, the
user who made the row.

Not here but in DynamoDB are {_ELSEWHERE}.
"""

layer = Layer(
    "domainflow",
    description=DESCRIPTION,
    target="postgres",
    tables=[tenants, users, teams, agents, domains, incidents, evidence],
    functions=[INITIALISE],
    infrastructure=INFRASTRUCTURE,
)
