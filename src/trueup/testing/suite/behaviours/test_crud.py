"""Create, read, update, delete: on every table of the suite, for all kinds of keys."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ....errors import AlreadyExists
from ....expressions import Change, at
from ....model import Model, Table
from ....model.description.check import describe
from ....operations import ANY_VERSION
from ....operations.plans.writes import VersionGiven
from ..harness.contract import Contract
from ..harness.refusals import refused
from ..tables import (
    ACCOUNTS,
    DOCUMENTS,
    EVENTS,
    FREE,
    ORDERS,
    PEOPLE,
    SESSIONS,
    SHARED,
    TEXTS,
    TILES,
    Account,
    Document,
    Event,
    FreeForm,
    Invoice,
    Order,
    Person,
    Session,
    Text,
    Tile,
)

_LATER = datetime(2099, 1, 1, tzinfo=UTC)
ROWS: list[tuple[Table[Any], Model, Change, dict[str, Any]]] = [
    (PEOPLE, Person(id="a"), at(Person.name).assign("x"), {"name": "x"}),
    (TEXTS, Text(group="g", key="k"), at(Text.n).add(1), {"n": 1}),
    (
        SESSIONS,
        Session(user="u", session="s"),
        at(Session.expires_at).assign(_LATER),
        {"expires_at": _LATER},
    ),
    (
        DOCUMENTS,
        Document(id="a", title="1"),
        at(Document.title).assign("2"),
        {"title": "2", "edition": 2},
    ),
    (
        ORDERS,
        Order(customer="c", number=1),
        at(Order.status).assign("paid"),
        {"status": "paid", "status_key": "paid#2026-01-01"},
    ),
    (EVENTS, Event(id="a", kind="k", at=1), at(Event.at).subtract(3), {"at": -2}),
    (TILES, Tile(id=1), at(Tile.h).assign(b"\xff"), {"h": b"\xff"}),
    (ACCOUNTS, Account(id="a", email="e"), at(Account.email).assign("f"), {"email": "f"}),
    (SHARED, Invoice(owner="o", key="k"), at(Invoice.amount).add(2), {"amount": 2}),
    (FREE, FreeForm(pk="a"), at(FreeForm.n).assign(Decimal("0.5")), {"n": Decimal("0.5")}),
]


@pytest.mark.req("N54", "N55", "N77")
@pytest.mark.parametrize(
    ("table", "item", "change", "expected"), ROWS, ids=[row[0].name for row in ROWS]
)
@pytest.mark.every_wire
async def test_item_of_every_table_is_created_read_changed_and_deleted(
    contract: Contract, table: Table[Any], item: Model, change: Change, expected: dict[str, Any]
) -> None:
    repository: Any = await contract.repository(table)
    is_versioned = describe(table).version is not None
    version: VersionGiven = ANY_VERSION if is_versioned else None
    created = await repository.create(item, returning="new")
    with refused(AlreadyExists):
        await repository.create(item)
    assert await repository.get(item) == created.new
    await repository.update(item, change, version=1 if is_versioned else None)
    changed = created.new.model_copy(update=expected)
    assert await repository.scan().all() == [changed]
    assert (await repository.delete(item, version=version)).existed
    assert await repository.scan().all() == []
