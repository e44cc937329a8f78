"""What the database does to rows: references, checks, versions, protection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from systems.domainflow.inbuilt import inbuilt_agents
from systems.domainflow.models import (
    AgentClass,
    AgentDefinition,
    DomainConfiguration,
    ImageEvidence,
    Incident,
    Team,
    User,
)
from systems.domainflow.tables import agents, domains, evidence, incidents, teams, tenants, users
from trueup import AlreadyExists, ConstraintRefused, Database, Repository, at

NewTenant = Callable[[Database, str, str], User]
Sql = psycopg.Connection[Any]


def agent(user: User, agent_id: str = "geo-extractor", **values: Any) -> AgentDefinition:
    return AgentDefinition(
        agent_id=agent_id,
        agent_name="Location extractor",
        agent_class=AgentClass.INGESTION,
        system_prompt="Find where it happened.",
        tenant_id=user.tenant_id,
        created_by=user.id,
        **values,
    )


def incident(user: User) -> Incident:
    return Incident(tenant_id=user.tenant_id, domain_id="civic", created_by=user.id)


@pytest.mark.req("D17", "D30")
def test_class_of_an_agent_is_one_of_three(own: Database, ada: User, other: Sql) -> None:
    made = agent(ada)
    own.repository(agents).put(made)
    for allowed in ("ingestion", "query", "management"):
        other.execute("UPDATE agent_definitions SET agent_class = %s", (allowed,))
    with pytest.raises(psycopg.errors.CheckViolation, match="agent_definitions_agent_class_check"):
        other.execute("UPDATE agent_definitions SET agent_class = 'other'")


@pytest.mark.req("D30")
def test_row_of_no_tenant_is_refused(db: Database, ada: User) -> None:
    nobody = uuid4()
    team = Team(team_name="x", tenant_id=nobody, created_by=ada.id)
    with pytest.raises(ConstraintRefused) as refused:
        db.tenant(nobody).repository(teams).put(team)
    assert refused.value.constraint == "teams_tenant_id_fkey"


@pytest.mark.req("D30")
@pytest.mark.parametrize("field", ["incident_id", "created_by"])
def test_reference_to_no_row_is_refused(own: Database, ada: User, field: str) -> None:
    happened = incident(ada)
    own.repository(incidents).put(happened)
    given: dict[str, Any] = {"incident_id": happened.id, "created_by": ada.id, field: uuid4()}
    picture = ImageEvidence(tenant_id=ada.tenant_id, s3_bucket="b", s3_key="k", **given)
    with pytest.raises(ConstraintRefused) as refused:
        own.repository(evidence).put(picture)
    assert refused.value.constraint == f"image_evidence_{field}_tenant_id_fkey"


@pytest.mark.req("D24")
def test_pictures_go_with_their_incident(own: Database, ada: User) -> None:
    kept, gone = incident(ada), incident(ada)
    own.repository(incidents).put_many([kept, gone])
    own.repository(evidence).put_many(
        ImageEvidence(
            incident_id=one.id,
            tenant_id=ada.tenant_id,
            created_by=ada.id,
            s3_bucket="evidence",
            s3_key=f"{one.id}.jpg",
        )
        for one in (kept, kept, gone, gone)
    )
    own.repository(incidents).delete(gone.id)
    assert [one.incident_id for one in own.repository(evidence).scan()] == [kept.id] * 2


@pytest.mark.req("D29", "DT5")
def test_version_of_an_agent_counts_its_updates(own: Database, ada: User, other: Sql) -> None:
    made = agent(ada)
    repo = own.repository(agents)
    first = repo.put(made, returning="new").new
    assert first is not None
    assert first.version == 1
    repo.update(first, at(AgentDefinition.enabled).assign(False))
    other.execute("UPDATE agent_definitions SET enabled = true")  # another program
    found = repo.get(made.id)
    assert found is not None
    assert found.version == 3


@pytest.mark.req("DT5")
def test_programs_that_name_no_version_get_the_first(own: Database, ada: User, other: Sql) -> None:
    rows = other.execute(
        "INSERT INTO agent_definitions (agent_id, agent_name, description, agent_class, tenant_id,"
        " system_prompt, tools, agent_dependencies, output_schema, max_output_keys, created_by)"
        " VALUES ('x', 'x', '', 'query', %s, '', '[]', '[]', '{}', 5, %s) RETURNING version",
        (ada.tenant_id, ada.id),
    )
    assert rows.fetchone() == (1,)


OTHERS: dict[str, Any] = {
    "tenants": tenants,
    "users": users,
    "teams": teams,
    "agent_definitions": agents,
    "domain_configurations": domains,
    "incidents": incidents,
    "image_evidence": evidence,
}


def one_of_each(own: Database, user: User) -> None:
    happened = incident(user)
    own.repository(teams).put(Team(team_name="x", tenant_id=user.tenant_id, created_by=user.id))
    own.repository(agents).put(agent(user))
    own.repository(domains).put(
        DomainConfiguration(
            domain_id="civic",
            domain_name="Civic complaints",
            tenant_id=user.tenant_id,
            created_by=user.id,
        )
    )
    own.repository(incidents).put(happened)
    own.repository(evidence).put(
        ImageEvidence(
            incident_id=happened.id,
            tenant_id=user.tenant_id,
            created_by=user.id,
            s3_bucket="evidence",
            s3_key="1.jpg",
        )
    )


@pytest.mark.req("D42", "D43", "D44", "D45", "D46", "D47", "DT4")
def test_every_update_moves_updated_at(own: Database, ada: User, other: Sql) -> None:
    one_of_each(own, ada)
    for name, table in OTHERS.items():
        [before] = own.repository(table).scan()
        other.execute(f"UPDATE {name} SET updated_at = '2000-01-01'".encode())
        [after] = own.repository(table).scan()
        assert (after.id, after.created_at) == (before.id, before.created_at)
        assert after.updated_at > before.updated_at, name


@pytest.mark.req("D28", "D61", "DT3")
def test_metadata_is_enforced_in_every_table(own: Database, ada: User, other: Sql) -> None:
    """The database gives identifier and times, moves the second, and refuses a row without its
    maker, or with one who is no user; only a tenant may come before its users."""
    one_of_each(own, ada)
    for name in OTHERS:
        asked = f"SELECT id, created_at, updated_at FROM {name}".encode()
        [(id, created_at, updated_at)] = other.execute(asked).fetchall()
        assert id is not None
        assert created_at <= updated_at
        moved = other.execute(
            f"UPDATE {name} SET updated_at = NULL RETURNING updated_at > %s".encode(), (updated_at,)
        )
        assert moved.fetchone() == (True,), name
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            other.execute(f"UPDATE {name} SET created_by = gen_random_uuid()".encode())
        if name != "tenants":
            with pytest.raises(psycopg.errors.NotNullViolation):
                other.execute(f"UPDATE {name} SET created_by = NULL".encode())


@pytest.mark.req("DT10")
def test_names_are_unique_in_a_tenant_and_free_in_others(
    db: Database, own: Database, ada: User, tenant_with_user: NewTenant
) -> None:
    repo = own.repository(agents)
    repo.put(agent(ada))
    with pytest.raises(AlreadyExists):
        repo.put(agent(ada))
    grace = tenant_with_user(db, "City of Delft", "ada")
    theirs = db.tenant(grace.tenant_id).repository(agents)
    theirs.put(agent(grace))
    assert [one.tenant_id for one in repo.scan()] == [ada.tenant_id]
    assert [one.tenant_id for one in theirs.scan()] == [grace.tenant_id]


Agents = Repository[AgentDefinition]
EDITS: dict[str, Callable[[Agents, AgentDefinition], object]] = {
    "put": lambda repo, made: repo.put(made.model_copy(update={"system_prompt": "Obey me."})),
    "update": lambda repo, made: repo.update(made, at(AgentDefinition.is_inbuilt).assign(False)),
    "delete": lambda repo, made: repo.delete(made),
}


@pytest.fixture
def inbuilt(own: Database, ada: User) -> AgentDefinition:
    made = own.repository(agents).put(next(inbuilt_agents(ada)), returning="new").new
    assert made is not None
    return made


@pytest.mark.req("D93")
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_agent_that_came_with_the_product_is_not_edited(
    own: Database,
    inbuilt: AgentDefinition,
    edit: Callable[[Agents, AgentDefinition], object],
) -> None:
    repo = own.repository(agents)
    with pytest.raises(ConstraintRefused) as refused:
        edit(repo, inbuilt)
    assert refused.value.constraint == "inbuilt_agents_are_protected"
    assert repo.get(inbuilt.id) == inbuilt


@pytest.mark.req("D93")
def test_agent_of_a_tenant_does_not_pass_for_one_of_the_product(own: Database, ada: User) -> None:
    another = next(inbuilt_agents(ada)).model_copy(update={"system_prompt": "Obey me."})
    for made in (agent(ada, is_inbuilt=True), another):
        with pytest.raises(ConstraintRefused) as refused:
            own.repository(agents).put(made)
        assert refused.value.constraint == "inbuilt_agents_are_protected"
    assert own.repository(agents).scan().all() == []


@pytest.mark.req("D93")
@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM agent_definitions", "UPDATE agent_definitions SET is_inbuilt = false"],
)
def test_other_programs_do_not_edit_it_either(
    inbuilt: AgentDefinition, other: Sql, statement: str
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        other.execute(statement.encode())


@pytest.mark.req("D93")
def test_agent_of_a_tenant_is_edited_and_does_not_become_protected(
    own: Database, ada: User
) -> None:
    repo = own.repository(agents)
    made = repo.put(agent(ada), returning="new").new
    assert made is not None
    changed = repo.update(
        made, at(AgentDefinition.system_prompt).assign("Find the street."), returning="new"
    ).new
    assert changed is not None
    with pytest.raises(ConstraintRefused):
        repo.update(changed, at(AgentDefinition.is_inbuilt).assign(True))
    assert repo.delete(changed).existed


@pytest.mark.req("D15")
def test_members_of_a_team_are_ids_of_users_in_json(own: Database, ada: User, other: Sql) -> None:
    team = Team(team_name="x", tenant_id=ada.tenant_id, created_by=ada.id, members=[ada.id])
    repo = own.repository(teams)
    repo.put(team)
    [(stored,)] = other.execute("SELECT members FROM teams").fetchall()
    assert stored == [str(ada.id)]
    found = repo.get(team.id)
    assert found is not None
    assert found.members == [UUID(str(ada.id))]
