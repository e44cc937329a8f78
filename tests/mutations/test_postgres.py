"""Whatever others do to tables on PostgreSQL is found, and only that; what else they do is not."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from uuid import UUID

import psycopg
import pytest

from tests.mutations.mutation import unexplained
from tests.mutations.postgres import CLEAN, MUTATIONS, SHAPES, SqlMutation
from tests.postgres_changes.bringing import bring
from tests.postgres_changes.databases import new_database
from tests.postgres_changes.shapes import layer_of
from tests.soak import share
from trueup import Layer, Model, Relational, Table, connect
from trueup.cli.exit_codes import ExitCode
from trueup.cli.verify import exit_code
from trueup.engines.open_tables import open_tables
from trueup.lifecycle.accepted import NOTHING
from trueup.lifecycle.declared import declared_tables
from trueup.lifecycle.verification import look_at, verify_tables
from trueup.schema.hazard import Allowance
from trueup.schema.severity import Severity
from trueup.schema.verify import Finding
from trueup.testing.postgres import USER, PostgresServer

LAYER = layer_of(SHAPES)


@pytest.fixture(scope="module")
def template(postgres_server: PostgresServer) -> Iterator[str]:
    with new_database(postgres_server) as name:
        bring(postgres_server, name, SHAPES)
        yield name


@pytest.fixture
def database(postgres_server: PostgresServer, template: str) -> Iterator[str]:
    with new_database(postgres_server, template) as name:
        yield name


def verified(
    server: PostgresServer, database: str, layer: Layer = LAYER
) -> tuple[list[Finding], ExitCode]:
    """What `trueup verify` finds that does not agree, and the code that it ends with."""
    with open_tables(server.url_of(USER, database), layer) as tables:
        declared = declared_tables(tables.open_layer, [], protect=False)
        found = verify_tables(declared, look_at(tables), NOTHING, tables.open_layer.engine)
    findings = [one for one in found.findings if one.verdict != "agrees"]
    return findings, exit_code(found, Severity.LOW)


def execute(server: PostgresServer, database: str, sql: str, role: str = "") -> None:
    """Each statement alone, as the superuser or as a role; the catalogue may be written to."""
    statements = [sql] if "$$" in sql else sql.split(";")
    with psycopg.connect(server.as_superuser(database), autocommit=True) as connection:
        connection.execute("SET allow_system_table_mods = on")
        if role:
            connection.execute(f"SET ROLE {role}".encode())
        for statement in statements:
            connection.execute(statement.replace("{database}", database).encode())


def group_of(mutation: SqlMutation) -> str:
    return mutation.group


SHARED = share(MUTATIONS, group_of)


@pytest.mark.soak
@pytest.mark.parametrize("mutation", SHARED, ids=str)
def test_mutation_is_found_and_mended(
    postgres_server: PostgresServer, database: str, mutation: SqlMutation
) -> None:
    role = "" if mutation.by_superuser else USER
    execute(postgres_server, database, mutation.sql, role)
    found, code = verified(postgres_server, database)
    assert code == ExitCode.CHANGES
    assert {one.verdict for one in found} == {"differs"}
    paths = [".".join((one.table, *one.difference.path)) for one in found]
    assert unexplained(mutation.paths, paths) == ([], [])
    assert max(one.severity for one in found) == mutation.severity
    if not mutation.left:
        bring(postgres_server, database, SHAPES, frozenset(Allowance))
        assert verified(postgres_server, database) == ([], ExitCode.DONE)


@pytest.mark.soak
@pytest.mark.parametrize("name", share(list(CLEAN)))
def test_what_is_no_difference_is_not_found(
    postgres_server: PostgresServer, database: str, name: str
) -> None:
    execute(postgres_server, database, CLEAN[name])
    assert verified(postgres_server, database) == ([], ExitCode.DONE)


def test_there_are_as_many_as_promised() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS) >= 60
    assert len(CLEAN) >= 20


class State(Enum):
    NEW = "new"
    PAID = "paid"


class Order(Model):
    id: UUID
    state: State


ORDERS = Table("orders", Order, partition="id", relational=Relational(enums={"state": "states"}))


@pytest.mark.case("P18")
def test_labels_that_are_the_names_of_members_are_found_and_both_lists_named(
    postgres_server: PostgresServer,
) -> None:
    layer = Layer("shop", target="postgres", tables=[ORDERS])
    with new_database(postgres_server) as name:
        with connect(postgres_server.url_of(USER, name), layer) as db:
            db.create_tables()
            db.repository(ORDERS).put(Order(id=UUID(int=1), state=State.PAID))
        with psycopg.connect(postgres_server.as_superuser(name), autocommit=True) as connection:
            stored = connection.execute("SELECT state::text FROM orders").fetchall()
            assert stored == [(State.PAID.value,)]
            for member in State:
                sql = f"ALTER TYPE states RENAME VALUE '{member.value}' TO '{member.name}'"
                connection.execute(sql.encode())
        [finding], code = verified(postgres_server, name, layer)
    assert code == ExitCode.CHANGES
    assert finding.difference.path == ("types", "states")
    assert finding.difference.declared == ["new", "paid"]
    assert finding.difference.found == ["NEW", "PAID"]
