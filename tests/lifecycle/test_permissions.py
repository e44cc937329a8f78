"""The permissions that doctor looks for are those of the requests that the commands send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from trueup import (
    DynamoDB,
    ExpiresAt,
    Index,
    Layer,
    Model,
    RequestEvent,
    RequestStarted,
    Seed,
    Table,
    Version,
    expires_in,
)
from trueup.engines.dynamodb.permissions import NEEDS
from trueup.engines.open_tables import OpenTables, open_tables
from trueup.lifecycle.apply import apply
from trueup.lifecycle.inspection import Intent, Target
from trueup.lifecycle.queries import ask
from trueup.lifecycle.questions import Wanted
from trueup.lifecycle.state.records import Scope
from trueup.lifecycle.state.store import Store
from trueup.seeds.plant import plant
from trueup.testing.cleanup import drop_tables


class Order(Model):
    id: str
    status: str = "open"
    version: Version = 0
    until: ExpiresAt | None = None


ORDERS = Table(
    "Orders",
    Order,
    partition="id",
    indexes=[Index("ByStatus", partition="status")],
    dynamodb=DynamoDB(pitr_days=7, tags={"team": "shop"}),
)
LAYER = Layer("shop", target="dynamodb", tables=[ORDERS])
STATE = "a transaction's actions are permitted one by one"


@pytest.fixture
def names() -> str:
    return f"trueup-needs-{uuid4().hex[:8]}-{{table}}"


@pytest.fixture
def tables(dynamodb_url: str, names: str) -> Iterator[OpenTables]:
    with open_tables(dynamodb_url, LAYER, table_names=names) as tables:
        yield tables
    drop_tables(dynamodb_url, names.partition("{")[0])


def sent(tables: OpenTables, act: Callable[[], object]) -> set[str]:
    """The actions that are asked of DynamoDB meanwhile, as policies name them."""
    seen: set[str] = set()

    def note(event: RequestEvent) -> None:
        if isinstance(event, RequestStarted):
            seen.add(f"dynamodb:{event.action}")

    tables.runner.subscribers.add(note)
    act()
    tables.runner.subscribers.remove(note)
    return seen


def needed(command: str) -> set[str]:
    (need,) = (need for need in NEEDS if need.command == command)
    return {*need.on_tables, *need.on_indexes, *need.on_state}


def test_every_request_of_a_command_is_among_its_needs(tables: OpenTables, names: str) -> None:
    state = Store(tables, names.format(table="state"))
    target = Target(tables, state, Scope("shop", "dev"))
    applied = sent(tables, lambda: apply(target, Intent()))
    assert applied - {"dynamodb:TransactWriteItems"} <= needed("apply"), STATE
    seed = Seed("demo", ORDERS, [Order(id="1"), Order(id="2", until=expires_in(days=1))])
    assert sent(tables, lambda: plant(tables, seed)) <= needed("seed")
    physical = names.format(table="Orders")
    inspect = tables.open_layer.engine.inspect
    assert sent(tables, lambda: tables.runner.run(inspect([physical]), "verify")) <= needed(
        "plan, verify"
    )
    wanted = [Wanted(["id=1"]), Wanted(["id=1", "status!=x"]), Wanted(["status=open"], "ByStatus")]

    def ask_all() -> None:
        for one in wanted:
            list(ask(tables, ORDERS, one))

    assert sent(tables, ask_all) == needed("query")
