"""Tenants see, change and count their own rows only, in every table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from systems.domainflow.models import Team, Tenant
from systems.domainflow.seeds import ALL, id_of, seed
from systems.domainflow.service import create_tenant
from systems.domainflow.tables import agents, evidence, incidents, layer, teams, tenants, users
from trueup import AlreadyExists, ConstraintRefused, Database, InvalidCall, at

Sql = psycopg.Connection[Any]
OURS, THEIRS = id_of("Utrecht"), id_of("Delft")
TABLES = [pytest.param(table, id=table.name) for table in layer.tables]


@pytest.fixture(autouse=True)
def _seeded(db: Database) -> None:
    seed(db)


def whose(row: Any) -> Any:
    return row.id if isinstance(row, Tenant) else row.tenant_id


def rows_of(table: Any, tenant: Any) -> Iterator[Any]:
    return (row for _, one, items in ALL if one is table for row in items() if whose(row) == tenant)


@pytest.mark.req("D84", "DT10")
@pytest.mark.parametrize("table", TABLES)
def test_tenant_sees_its_own_rows_and_no_others(db: Database, table: Any) -> None:
    for tenant in (OURS, THEIRS):
        found = db.tenant(tenant).repository(table).scan().all()
        assert {row.id for row in found} == {row.id for row in rows_of(table, tenant)}
        assert found


@pytest.mark.req("D84", "DT10")
@pytest.mark.parametrize("table", TABLES)
def test_tenant_reaches_no_row_of_another_by_its_key(db: Database, table: Any) -> None:
    repo = db.tenant(OURS).repository(table)
    theirs: Any = next(rows_of(table, THEIRS))
    assert repo.get(theirs.id) is None
    assert not repo.exists(theirs.id)
    with pytest.raises(InvalidCall) as refused:
        repo.put(theirs)
    assert refused.value.code.value == "other-tenant"


@pytest.mark.req("D84", "DT10")
@pytest.mark.parametrize("table", TABLES)
def test_other_programs_are_bound_too(sql: Sql, table: Any) -> None:
    sql.execute("SELECT set_config('trueup.tenant', %s, false)", (str(OURS),))
    column = "id" if table is tenants else "tenant_id"
    rows = sql.execute(f"SELECT DISTINCT {column} FROM {table.name}".encode()).fetchall()
    assert rows == [(OURS,)]
    assert (
        sql.execute(f"DELETE FROM {table.name} WHERE {column} = %s".encode(), (THEIRS,)).rowcount
        == 0
    )


@pytest.mark.req("D84", "DT10")
@pytest.mark.parametrize("table", TABLES)
def test_other_programs_write_no_row_of_another_tenant(sql: Sql, table: Any) -> None:
    """Neither a new one nor one that moves there: the policy looks at what is written, too."""
    sql.execute("SELECT set_config('trueup.tenant', %s, false)", (str(OURS),))
    column = "id" if table is tenants else "tenant_id"
    theirs = uuid4() if table is tenants else THEIRS
    open_ = "NOT is_inbuilt" if table is agents else "true"  # others may not change at all
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql.execute(f"UPDATE {table.name} SET {column} = %s WHERE {open_}".encode(), (theirs,))
    copied = (
        f"INSERT INTO {table.name} SELECT (jsonb_populate_record(ours, jsonb_build_object("
        f"'id', gen_random_uuid(), '{column}', %s::uuid))).* FROM {table.name} ours LIMIT 1"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sql.execute(copied.encode(), (theirs,))


@pytest.mark.req("DT10")
@pytest.mark.parametrize("table", TABLES)
def test_without_a_tenant_there_is_an_error_and_no_empty_answer(
    db: Database, sql: Sql, table: Any
) -> None:
    with pytest.raises(InvalidCall) as refused:
        db.repository(table).scan().all()
    assert refused.value.code.value == "tenant-required"
    with pytest.raises(psycopg.Error):
        sql.execute(f"SELECT * FROM {table.name}".encode())


def test_new_tenant_has_a_user_and_the_agents_of_the_product(db: Database) -> None:
    user = create_tenant(db, "City of Gouda", "ada", "ada@example.com", "sub-of-ada")
    own = db.tenant(user.tenant_id)
    [tenant] = own.repository(tenants).scan()
    assert tenant.created_by == user.id
    assert [one.created_by for one in own.repository(users).scan()] == [user.id]
    found = own.repository(agents).scan().all()
    assert len(found) == 7
    assert all(agent.is_inbuilt for agent in found)


def test_tenant_whose_user_is_refused_is_not_made(db: Database, sql: Sql) -> None:
    known = str(id_of("Utrecht", "ada"))  # an account has one user, whatever its tenant
    with pytest.raises(AlreadyExists):
        create_tenant(db, "City of Gouda", "ada", "ada@example.com", known)
    sql.execute("ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY")  # the owner sees all
    names = sql.execute("SELECT tenant_name FROM tenants ORDER BY 1").fetchall()
    assert names == [("City of Delft",), ("City of Utrecht",)]


@pytest.mark.req("DT10")
def test_tenant_refers_to_rows_of_its_own_alone(db: Database) -> None:
    ours, theirs = db.tenant(OURS), db.tenant(THEIRS)
    [their_user] = rows_of(users, THEIRS)
    incident = next(rows_of(incidents, THEIRS))
    picture = next(rows_of(evidence, OURS))
    stolen = {"id": uuid4(), "incident_id": incident.id}
    team = Team(team_name="x", tenant_id=OURS, created_by=their_user.id)
    refused: list[tuple[Callable[[], object], str]] = [
        (
            lambda: ours.repository(evidence).put(picture.model_copy(update=stolen)),
            "image_evidence_incident_id_tenant_id_fkey",
        ),
        (lambda: ours.repository(teams).put(team), "teams_created_by_tenant_id_fkey"),
        (
            lambda: ours.repository(tenants).update(
                OURS, at(Tenant.created_by).assign(their_user.id)
            ),
            "tenants_created_by_id_fkey",
        ),
    ]
    for call, constraint in refused:
        with pytest.raises(ConstraintRefused) as refusal:
            call()
        assert refusal.value.constraint == constraint
    before = ours.repository(evidence).scan().all()
    assert theirs.repository(incidents).delete(incident.id).existed
    assert ours.repository(evidence).scan().all() == before
