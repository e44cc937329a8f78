"""What must be short has a bounded time, and what reads rows has not."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.postgres_changes.bringing import bring, opened, perform, planned
from tests.postgres_changes.cases import on
from tests.postgres_changes.databases import new_database
from tests.postgres_changes.schemas import SHOP
from trueup import NeedsOperator
from trueup.engines.open_tables import OpenTables
from trueup.engines.postgres.ddl.changing import running
from trueup.engines.postgres.errors import Stage
from trueup.engines.postgres.payload import Single, Statement
from trueup.operations.operation import Request, as_it_is, send
from trueup.relational import Check
from trueup.schema.engine import Step
from trueup.testing.postgres import PostgresServer

SLOW = """CREATE FUNCTION linger() RETURNS event_trigger LANGUAGE plpgsql AS
'BEGIN IF current_query() LIKE ''%orders_grown%'' THEN PERFORM pg_sleep(0.4); END IF; END';
CREATE EVENT TRIGGER lingers ON ddl_command_start EXECUTE FUNCTION linger()"""
TIMEOUTS = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
CHECKED = on(SHOP, "orders", lambda one: one.also("checks", Check("orders_grown", "total > 0")))


@pytest.fixture
def slow(
    postgres_server: PostgresServer | None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[PostgresServer, str]]:
    """A database in which each change takes longer than a moment."""
    if postgres_server is None:
        pytest.skip("POSTGRES_URL names a server, on which the tests make no databases")
    with new_database(postgres_server) as name:
        bring(postgres_server, name, SHOP)
        url = postgres_server.as_superuser(name)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(SLOW)
        moment = Statement("SET LOCAL statement_timeout = '100ms'")
        monkeypatch.setattr(running, "MOMENT", moment)
        yield postgres_server, name


@pytest.mark.case("P22")
def test_only_what_changes_the_catalogue_alone_has_a_bounded_time(
    slow: tuple[PostgresServer, str],
) -> None:
    with opened(*slow, CHECKED) as tables:
        before = timeouts_of(tables)
        plan, live = planned(tables)
        said, proved = tables.open_layer.engine.render(plan.steps, live)
        with pytest.raises(NeedsOperator, match="took longer than 10 s") as caught:
            perform(tables, said)
        assert "goes on from there" in caught.value.fix
        assert timeouts_of(tables) == before
        assert _bounds(said) == ["lock_timeout", "statement_timeout"]
        assert _bounds(proved) == ["lock_timeout"]
    with opened(*slow, CHECKED) as tables, pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "MOMENT", Statement("SET LOCAL statement_timeout = '9s'"))
        plan, live = planned(tables)
        said, _ = tables.open_layer.engine.render(plan.steps, live)
        perform(tables, said)
    with opened(*slow, CHECKED) as tables:
        plan, live = planned(tables)
        [proved] = tables.open_layer.engine.render(plan.steps, live)
        perform(tables, proved)  # it has all the time it needs
        assert timeouts_of(tables) == before


def timeouts_of(tables: OpenTables) -> object:
    ask = Request("Ask", "", Single(TIMEOUTS, (), Stage.NOTHING), as_it_is)
    return tables.runner.run(send(ask), "ask")


def _bounds(step: Step) -> list[str]:
    return [sql.split()[2] for sql in step.settings]
