"""What is there already is not taken for what was declared."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

import trueup
from systems.domainflow import handlers
from systems.domainflow.tables import layer
from systems.dumps import server_15
from trueup import NeedsOperator
from trueup.testing.postgres import create_database


@pytest.mark.req("DT2")
def test_older_table_that_lacks_columns_is_no_success(
    schema_url: str, sql: psycopg.Connection[Any]
) -> None:
    sql.execute("CREATE TABLE teams (id uuid PRIMARY KEY, tenant_id uuid NOT NULL)")
    with trueup.connect(schema_url, layer) as db, pytest.raises(NeedsOperator) as refused:
        db.create_tables()
    assert "teams" in str(refused.value)


@pytest.mark.req("D2")
def test_database_without_postgis_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a role that may: on RDS one of `rds_superuser`, as the user of the secret is."""
    with server_15() as server:
        url = create_database(server, "bare")
        with psycopg.connect(server.as_superuser("bare"), autocommit=True) as sql:
            sql.execute("ALTER ROLE trueup SUPERUSER")
            asked = "SELECT extname::text FROM pg_extension WHERE extname <> 'plpgsql'"
            assert sql.execute(asked).fetchall() == []
            monkeypatch.setenv(handlers.URL, url)
            for _ in range(2):
                assert handlers.initialise({}, None)["statusCode"] == 200
            assert sql.execute(asked).fetchall() == [("postgis",)]
