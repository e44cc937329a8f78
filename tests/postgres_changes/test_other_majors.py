"""PostgreSQL 16 and 18, each with its own pg_dump: the same changes, and what only they have."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from tests.postgres_changes.bringing import opened, planned
from tests.postgres_changes.cases import CASES, Case, on
from tests.postgres_changes.matrix import WHEEL, Matrix, majors_of
from tests.postgres_changes.schemas import SHOP
from tests.postgres_changes.test_observed import tried
from tests.soak import share
from trueup.relational import SqlIndex
from trueup.schema.plan import Plan
from trueup.testing.postgres import USER, PostgresServer, running_postgres
from trueup.testing.postgres_programs import embedded_programs

pytestmark = pytest.mark.server

SHARE: list[Case] = share([one for one in CASES if WHEEL[0] in majors_of(one)])


@pytest.fixture(scope="module", params=WHEEL)
def major(request: pytest.FixtureRequest) -> int:
    found: int = request.param
    return found


@pytest.fixture(scope="module")
def matrix(major: int) -> Iterator[Matrix]:
    programs = embedded_programs(major)
    with running_postgres(programs=programs) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", server.password)
        with Matrix(server, extensions=(), programs=programs) as made:
            yield made


@pytest.mark.soak
@pytest.mark.parametrize("case", SHARE, ids=[f"{one.group}: {one.name}" for one in SHARE])
def test_change_makes_what_a_new_database_has(matrix: Matrix, case: Case) -> None:
    matrix.check(case)


def plan_after(matrix: Matrix, *sql: str) -> Plan:
    """The plan for the shop after somebody else changed it."""
    with matrix.copied(SHOP) as name:
        with psycopg.connect(matrix.server.as_superuser(name), autocommit=True) as other:
            for one in sql:
                other.execute(one.encode())
        with opened(matrix.server, name, SHOP) as tables:
            return planned(tables)[0]


def test_plan_is_observed_on_a_shadow_of_its_own_major_alone(
    matrix: Matrix, postgres_server: PostgresServer | None
) -> None:
    after = on(SHOP, "orders", lambda one: one.also("indexes", SqlIndex("orders_note", ["note"])))
    assert postgres_server is not None, "the matrix makes databases: unset POSTGRES_URL"
    visitor = f"visitor_{uuid4().hex[:8]}"
    with psycopg.connect(postgres_server.as_superuser(), autocommit=True) as other:
        password = matrix.server.password
        other.execute(f"CREATE ROLE {visitor} LOGIN PASSWORD '{password}'".encode())
    with psycopg.connect(matrix.server.as_superuser(), autocommit=True) as own:
        own.execute(f"ALTER ROLE {USER} CREATEDB".encode())
    with matrix.copied(SHOP) as name:
        found, _ = tried(matrix.server, name, after)
        [change] = found.changes
        [[seen]] = change.steps
        assert dict(seen.locks) == {"orders": "SHARE UPDATE EXCLUSIVE"}
        assert seen.reads == ("orders",)
        unknown, _ = tried(matrix.server, name, after, postgres_server.url_of(visitor))
    [why_not] = [one.why_not for one in unknown.changes]
    assert why_not.startswith("the shadow is PostgreSQL 15, the live database 1")


@pytest.mark.case("P2")
def test_constraints_that_say_not_null_are_no_noise(matrix: Matrix, major: int) -> None:
    assert plan_after(matrix).changes == ()
    if major < 18:  # before, NOT NULL has no name
        return
    named = "SELECT count(*) FROM pg_constraint WHERE contype = 'n'"
    with (
        matrix.copied(SHOP) as name,
        psycopg.connect(matrix.server.as_superuser(name)) as other,
    ):
        row = other.execute(named.encode()).fetchone()
        assert row is not None
        assert row[0] > 3
    assert (
        plan_after(
            matrix,
            "ALTER TABLE people RENAME CONSTRAINT people_name_not_null TO by_hand",
            "ALTER TABLE people ALTER COLUMN email DROP NOT NULL",
            "ALTER TABLE people ADD CONSTRAINT mail_given NOT NULL email",
            "ALTER TABLE people RENAME CONSTRAINT people_id_not_null TO key_given",
        ).changes
        == ()
    )


def test_what_only_a_later_major_has_is_seen(matrix: Matrix, major: int) -> None:
    if major < 18:
        return
    computed = plan_after(
        matrix,
        'ALTER TABLE orders DROP COLUMN "double"',
        'ALTER TABLE orders ADD COLUMN "double" bigint GENERATED ALWAYS AS (weight * 2) VIRTUAL',
    )
    assert [str(one.change) for one in computed.changes] != []
    loose = plan_after(
        matrix,
        "ALTER TABLE people DROP CONSTRAINT people_grown",
        "ALTER TABLE people ADD CONSTRAINT people_grown CHECK (age >= 0) NOT ENFORCED",
    )
    assert ["people_grown" in str(one.change) for one in loose.changes] == [True]
