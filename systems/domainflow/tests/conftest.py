"""All seven tables in a schema of the test's own, and a tenant with its first user."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

import trueup
from systems.domainflow.models import Tenant, User
from systems.domainflow.tables import layer, tenants, users
from trueup import Database

NewTenant = Callable[[Database, str, str], User]


@pytest.fixture
def db(schema_url: str) -> Iterator[Database]:
    with trueup.connect(schema_url, layer) as opened:
        opened.create_tables()
        yield opened


@pytest.fixture
def tenant_with_user() -> NewTenant:
    """Makes a tenant and its first user, without agents."""

    def make(db: Database, tenant_name: str, username: str) -> User:
        tenant, id = Tenant(tenant_name=tenant_name), uuid4()
        user = User(
            id=id,
            username=username,
            email=f"{username}@example.com",
            cognito_sub=str(id),
            tenant_id=tenant.id,
            created_by=id,
        )
        own = db.tenant(tenant.id)
        own.repository(tenants).put(tenant)
        own.repository(users).put(user)
        return user

    return make


@pytest.fixture
def ada(db: Database, tenant_with_user: NewTenant) -> User:
    """The first user of a tenant."""
    return tenant_with_user(db, "City of Utrecht", "ada")


@pytest.fixture
def own(db: Database, ada: User) -> Database:
    """The rows of that tenant."""
    return db.tenant(ada.tenant_id)


@pytest.fixture
def other(sql: psycopg.Connection[Any], ada: User) -> psycopg.Connection[Any]:
    """Another program, which works for the tenant."""
    sql.execute("SELECT set_config('trueup.tenant', %s, false)", (str(ada.tenant_id),))
    return sql
