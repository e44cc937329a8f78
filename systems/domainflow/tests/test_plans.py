"""Searches by place and by JSON use their indexes, on 100,000 incidents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

import trueup
from systems.domainflow.models import Incident
from systems.domainflow.seeds import SQUARES, id_of, seed
from systems.domainflow.tables import incidents, layer
from systems.dumps import server_15
from trueup import Condition, at
from trueup.testing.postgres import create_database

CITY = id_of("Utrecht")
README = (Path(__file__).parents[1] / "README.md").read_text()
MANY = """INSERT INTO incidents (tenant_id, domain_id, location, structured_data, created_by)
SELECT %s, 'civic-complaints', ST_Point(4 + n %% 317 / 100.0, 51 + n / 100000.0)::geography,
jsonb_build_object('case', n), %s FROM generate_series(1, 100000) n"""

PLACE = at(Incident.location).within(SQUARES["Utrecht"], metres=500)
DATA = at(Incident.structured_data).includes({"case": 4711})
SEARCHES = [
    pytest.param(PLACE, "idx_incidents_location", id="place"),
    pytest.param(DATA, "idx_incidents_structured_data", id="data"),
]


@pytest.fixture(scope="module")
def conninfo() -> Iterator[tuple[str, str]]:
    """A filled database: its URL for an ordinary role, and what a superuser connects with."""
    with server_15() as server:
        url = create_database(server, "plans", ["postgis"])
        superuser = server.as_superuser("plans")
        with trueup.connect(url, layer) as db:
            db.create_tables()
            seed(db)
        with psycopg.connect(superuser, autocommit=True) as connection:
            connection.execute(MANY, (CITY, id_of("Utrecht", "ada")))
            connection.execute("ANALYZE incidents")
        yield url, superuser


def explained(
    connection: psycopg.Connection[Any], url: str, tenant: UUID, condition: Condition
) -> str:
    """How the server executes a search."""
    with trueup.connect(url, layer) as db:
        request = db.tenant(tenant).repository(incidents).requests.scan(filter=condition)
    payload: Any = request.payload
    with psycopg.RawCursor(connection) as cursor:
        cursor.execute(f"EXPLAIN {payload.sql}".encode(), payload.parameters)
        return "\n".join(line for (line,) in cursor)


@pytest.mark.req("D48")
@pytest.mark.parametrize(("condition", "index"), SEARCHES)
def test_search_uses_its_index(conninfo: tuple[str, str], condition: Condition, index: str) -> None:
    url, superuser = conninfo
    with psycopg.connect(superuser, autocommit=True) as connection:  # no policy binds it
        assert index in explained(connection, url, CITY, condition)


@pytest.mark.req("D48")
@pytest.mark.parametrize(("condition", "index"), SEARCHES)
def test_search_of_a_tenant_uses_it_if_the_functions_are_said_to_be_harmless(
    conninfo: tuple[str, str], condition: Condition, index: str
) -> None:
    url, superuser = conninfo
    [statements] = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SET SESSION AUTHORIZATION trueup")
        connection.execute("SELECT set_config('trueup.tenant', %s, false)", (str(CITY),))
        assert index not in explained(connection, url, CITY, condition)
        connection.execute("RESET SESSION AUTHORIZATION")
        connection.execute(statements.encode())
        connection.execute("SET SESSION AUTHORIZATION trueup")
        assert index in explained(connection, url, CITY, condition)
        connection.execute("RESET SESSION AUTHORIZATION")
        connection.execute(statements.replace("LEAKPROOF", "NOT LEAKPROOF").encode())
