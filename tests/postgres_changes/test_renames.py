"""Other names: what stays, what follows, and what is refused since it may be one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.postgres_changes.bringing import ALL, bring, opened, planned
from tests.postgres_changes.cases import RENAMES, on
from tests.postgres_changes.databases import dumped, new_database
from tests.postgres_changes.schemas import SHOP
from trueup.schema.changes import RenamePart
from trueup.schema.hazard import HazardCode
from trueup.testing.postgres import PostgresServer

ROWS = """INSERT INTO people VALUES (md5('1')::uuid, 'n', 'm', 3, 'a');
INSERT INTO orders (id, person, status, weight, tags, data, version)
SELECT md5('o' || n)::uuid, md5('1')::uuid, s::order_status, n, '{}', '{}', 0
FROM unnest(ARRAY['new', 'paid', 'sent']) WITH ORDINALITY a (s, n)"""


@pytest.fixture(scope="module")
def template(postgres_server: PostgresServer) -> Iterator[str]:
    """A shop with some rows."""
    with new_database(postgres_server) as name:
        bring(postgres_server, name, SHOP)
        with psycopg.connect(postgres_server.as_superuser(name)) as connection:
            connection.execute(ROWS.encode())
        yield name


@pytest.fixture
def database(postgres_server: PostgresServer, template: str) -> Iterator[str]:
    with new_database(postgres_server, template) as name:
        yield name


@pytest.fixture
def other(postgres_server: PostgresServer, database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres_server.as_superuser(database), autocommit=True) as connection:
        yield connection


@pytest.mark.case("P13", "P14")
def test_enum_type_and_labels_are_renamed_and_no_row_is_touched(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    [case] = [one for one in RENAMES if one.name == "a column, its enum type and two labels"]
    before = other.execute("SELECT id, xmin::text, ctid::text FROM orders").fetchall()
    plan = bring(postgres_server, database, case.after)
    assert [str(one.change) for one in plan.changes if isinstance(one.change, RenamePart)] == [
        "column status is declared as state",
        "type order_status is declared as order_state",
        "label paid of order_state is declared as settled",
        "label sent of order_state is declared as gone",
    ]
    assert other.execute("SELECT id, xmin::text, ctid::text FROM orders").fetchall() == before
    select = "SELECT state::text FROM orders ORDER BY orders.state"
    assert other.execute(select).fetchall() == [("new",), ("settled",), ("gone",)]
    assert case.home is not None
    bring(postgres_server, database, case.home)
    select = "SELECT status::text FROM orders ORDER BY orders.status"
    assert other.execute(select).fetchall() == [("new",), ("paid",), ("sent",)]


@pytest.mark.case("P15")
def test_column_that_is_dropped_beside_a_new_one_of_its_type_is_refused(
    postgres_server: PostgresServer, database: str, other: psycopg.Connection[Any]
) -> None:
    after = on(
        SHOP, "orders", lambda shape: shape.without("note").field("remark", str | None, None)
    )
    with opened(postgres_server, database, after) as tables:
        plan, _ = planned(tables)
        [blocked] = plan.blocked(ALL)
        [hazard] = blocked.blocked_by(ALL)
        assert hazard.code is HazardCode.PERHAPS_RENAMED
        assert 'renamed_from={"remark": "note"}' in hazard.text
        assert "without --prune first" in hazard.text
        plan, _ = planned(tables, ())
        [added] = plan.changes
        assert [one.code for one in added.hazards] == [HazardCode.PERHAPS_RENAMED]
        assert not plan.blocked()
    bring(postgres_server, database, after, ())
    bring(postgres_server, database, after)
    found = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'orders'::regclass "
    assert other.execute(f"{found} AND attname = 'note'".encode()).fetchall() == [(0,)]


def test_live_column_of_a_former_name_is_a_finding(
    postgres_server: PostgresServer, database: str
) -> None:
    [case] = [one for one in RENAMES if one.name == "a column with its constraint"]
    before = dumped(postgres_server, database)
    with opened(postgres_server, database, case.after) as tables:
        _, live = planned(tables)
        found = live["people"].schema
    assert found.former == {
        ("columns", "mail"): "email",
        ("constraints", "people_mail_key"): "people_email_key",
    }
    assert found.facts["undeclared"] == [
        "column email, which is declared as mail",
        "constraint people_email_key, which is declared as people_mail_key",
    ]
    assert dumped(postgres_server, database) == before
