"""Plans tried on a shadow: what their statements lock, read and write there."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.postgres_changes.bringing import bring, opened, planned
from tests.postgres_changes.cases import on
from tests.postgres_changes.databases import new_database
from tests.postgres_changes.schemas import SHOP
from tests.postgres_changes.shapes import Shape, Shapes
from trueup import NeedsOperator
from trueup.observation.forecasts import Changing, Forecast, PlanObserved, forecast
from trueup.observation.plans import observe
from trueup.relational import Check, SqlIndex, Unique
from trueup.schema.hazard import HazardCode
from trueup.testing.postgres import OWNER, USER, PostgresServer

LIVE_ROWS = 1_200_000


def _many(orders: Shape) -> Shape:
    return (
        orders.field("number", int, 0)
        .field("version", str, "")
        .without("tags")
        .set(unique=[Unique("number")])
        .also("checks", Check("orders_grown", "total > 0"))
        .also("indexes", SqlIndex("orders_note", ["note"]))
        .no("checks", "orders_light")
        .no("indexes", "orders_newest")
    )


MANY = on(SHOP, "orders", _many)


@pytest.fixture(scope="module")
def server(postgres_server: PostgresServer | None) -> PostgresServer:
    if postgres_server is None:
        pytest.skip("POSTGRES_URL names a server, on which the tests make no roles")
    _as_superuser(postgres_server, "", f"ALTER ROLE {USER} CREATEDB")
    return postgres_server


@pytest.fixture(scope="module")
def shop(server: PostgresServer) -> Iterator[str]:
    with new_database(server) as name:
        bring(server, name, SHOP)
        yield name


@pytest.fixture(scope="module")
def found(server: PostgresServer, shop: str) -> tuple[PlanObserved, list[str]]:
    """What was seen of MANY."""
    found, names = tried(server, shop, MANY)
    assert {one.why_not for one in found.changes} == {""}
    return found, names


@pytest.fixture(scope="module")
def seen(found: tuple[PlanObserved, list[str]]) -> dict[str, Forecast]:
    """The same by change, for tables of LIVE_ROWS."""
    plan, names = found
    rows = dict.fromkeys(plan.rows, LIVE_ROWS)
    made = [forecast(one, rows) for one in plan.changes]
    return dict(zip(names, made, strict=True))


def tried(
    server: PostgresServer, database: str, shapes: Shapes, shadow_url: str = ""
) -> tuple[PlanObserved, list[str]]:
    """What was seen of the plan, and its changes."""
    with opened(server, database, shapes) as tables:
        plan, live = planned(tables)
        render = tables.open_layer.engine.render
        changes = [Changing(render(one.steps, live)) for one in plan.changes]
        found = observe(url_of(server, database), shadow_url, changes)
        return found, [one.change.what for one in plan.changes]  # type: ignore[union-attr] # parts


def url_of(server: PostgresServer, database: str) -> str:
    return server.url.replace("/trueup?", f"/{database}?")


def _as_superuser(server: PostgresServer, database: str, sql: str) -> list[tuple[object, ...]]:
    url = server.as_superuser(database) if database else server.as_superuser()
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(sql.encode())
        return cursor.fetchall() if cursor.description else []


def test_index_is_seen_to_be_built_beside_writes(seen: dict[str, Forecast]) -> None:
    found = seen["index orders_note"]
    [hold] = found.holds
    assert (hold.table, hold.lock, hold.is_read) == ("orders", "SHARE UPDATE EXCLUSIVE", True)
    assert [one.code for one in found.hazards] == [HazardCode.TABLE_SCAN]
    assert hold.held_ms is not None
    assert hold.rows == LIVE_ROWS


def test_plain_form_is_seen_to_hold_writes_up(seen: dict[str, Forecast]) -> None:
    for name in ("index orders_note", "constraint orders_number_key", "constraint orders_grown"):
        found = seen[name]
        [plain] = [one for one in found.plain if one.table == "orders"]
        assert plain.writes_wait, name
        assert plain.is_read, name
        assert not [one for one in found.holds if one.is_read and one.writes_wait], name
        assert "writes would wait" in found.spared, name


def test_a_change_that_writes_a_table_anew_is_seen_to(seen: dict[str, Forecast]) -> None:
    found = seen["column version"]
    [hold] = [one for one in found.holds if one.is_rewritten]
    assert (hold.lock, hold.reads_wait) == ("ACCESS EXCLUSIVE", True)
    assert "orders_pkey" in hold.rebuilt
    assert HazardCode.TABLE_REWRITE in [one.code for one in found.hazards]


def test_a_change_of_a_moment_is_no_hazard(seen: dict[str, Forecast]) -> None:
    found = seen["column tags"]
    assert [one.lock for one in found.holds] == ["ACCESS EXCLUSIVE"]
    assert found.hazards == []


def test_time_grows_with_the_rows_of_the_live_table(
    found: tuple[PlanObserved, list[str]],
) -> None:
    plan, names = found
    of_index = plan.changes[names.index("index orders_note")]
    few, many = (forecast(of_index, {"orders": rows}).holds[0] for rows in (10_000, 10_000_000))
    assert few.held_ms is not None
    assert many.held_ms is not None
    assert many.held_ms > 100 * few.held_ms


def _with_index(orders: Shape) -> Shape:
    return orders.also("indexes", SqlIndex("orders_note", ["note"]))


@pytest.mark.case("P62")
def test_no_shadow_is_left(server: PostgresServer, seen: dict[str, Forecast]) -> None:
    assert seen
    select = "SELECT datname FROM pg_database WHERE datname LIKE 'trueup_shadow%'"
    assert _as_superuser(server, "", select) == []


@pytest.mark.case("P62")
def test_without_the_right_to_create_databases_one_sentence_says_what_to_do(
    server: PostgresServer, shop: str
) -> None:
    poor = server.url_of(OWNER, shop)
    with pytest.raises(NeedsOperator, match="may not create the shadow database") as caught:
        observe(poor, "", [])
    assert "CREATEDB" in caught.value.fix


def test_a_table_that_cannot_be_copied_is_unknown(server: PostgresServer) -> None:
    """Here a column of a type whose extension the shadow's role may not create."""
    with new_database(server) as database:
        bring(server, database, SHOP)
        _as_superuser(server, database, "CREATE EXTENSION file_fdw")
        _as_superuser(
            server,
            database,
            "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw; "
            "CREATE FUNCTION hidden() RETURNS integer LANGUAGE internal AS 'pg_backend_pid'; "
            "ALTER TABLE orders ADD COLUMN pid integer DEFAULT hidden()",
        )
        found, _ = tried(server, database, on(SHOP, "orders", _with_index))
    said = {one.why_not for one in found.changes}
    assert said == {"the shadow is not like the live tables, because of table public.orders"}


def test_an_empty_database_that_is_named_is_the_shadow_and_empty_again(
    server: PostgresServer, shop: str
) -> None:
    extra = on(SHOP, "orders", lambda one: one.field("extra", str | None, None))
    with new_database(server) as empty:
        found, _ = tried(server, shop, extra, url_of(server, empty))
        [change] = found.changes
        assert change.why_not == ""
        left = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        assert _as_superuser(server, empty, f"{left} AND relkind = 'r'") == []


def test_rows_in_the_way_leave_what_empty_tables_show(server: PostgresServer, shop: str) -> None:
    """A required column without a default is added to empty tables only."""
    found, names = tried(server, shop, on(SHOP, "orders", lambda one: one.field("needed", int)))
    [change] = found.changes
    assert names == ["column needed"]
    assert [dict(one.locks) for one in change.steps[0] if one.locks] == [
        {"orders": "ACCESS EXCLUSIVE"}
    ]
