"""Each design of the cookbook, as boto3 wrote it: read, asked, changed, and read by boto3 again."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from examples.cookbook.design import Design, Item, fill
from trueup import Database, connect
from trueup.testing.cleanup import drop_tables

ANSWERS: dict[str, dict[str, list[Any]]] = {
    "users_and_orders": {
        "a user and the orders": ["ada@example.com", "o1", "o2"],
        "the latest order of a user": ["o2"],
        "an order and its items": ["i1"],
    },
    "tickets": {
        "a ticket and its notes": ["open", "it is broken", "it is mended"],
        "the open tickets of an agent": ["t1"],
        "the notes since a day": ["it is mended"],
    },
    "chat": {
        "the latest two messages": ["tea?", "hi"],
        "the messages of a day": ["hello", "hi"],
        "the rooms of a user": ["cake", "tea"],
        "the members of a room": ["ada", "bo"],
    },
    "leaderboard": {
        "the best two": ["ada 1400", "cy 1250"],
        "how many are better than 1200": [2],
        "the games of a player": ["chess", "go"],
    },
    "game_store": {
        "a player and all things": [100, "potion", "sword"],
        "the things whose names begin so": ["potion"],
    },
    "time_series": {
        "a device's day": ["9.5", "21", "17.25"],
        "the latest": ["17.25"],
        "when it was warm": ["12:00:00"],
    },
    "graph": {
        "an invoice and its bills": ["2026-05-01", "Bill-1", "Bill-2"],
        "the invoices of a bill": ["Invoice-1", "Invoice-2"],
    },
    "billing": {
        "a month by service": ["disk 5", "mail 2"],
        "all since a month": ["5 disk", "5 mail", "6 mail"],
        "the plan of a tenant": ["team"],
    },
}


@pytest.fixture(params=list(ANSWERS))
def name(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def design(name: str) -> Design:
    found: Design = import_module(f"examples.cookbook.{name}").DESIGN
    return found


def test_design_answers_its_questions_on_sqlite(name: str, design: Design) -> None:
    with connect("sqlite://", design.layer) as db:
        fill(db, design)
        assert design.ask(db) == ANSWERS[name]


@pytest.fixture
def client(dynamodb_url: str, design: Design) -> Iterator[Any]:
    """boto3's client; the table of the design is empty, and goes in the end."""
    where = urlsplit(dynamodb_url)
    endpoint = f"http://{where.hostname}:{where.port}"
    client = boto3.client("dynamodb", region_name="us-east-1", endpoint_url=endpoint)
    drop_tables(dynamodb_url, design.table.name)
    with connect(dynamodb_url, design.layer) as db:
        db.create_tables()
    yield client
    drop_tables(dynamodb_url, design.table.name)


def stored(client: Any, design: Design) -> dict[str, Item]:
    """All items as boto3 reads them, with sets in order, by their keys."""
    found = client.scan(TableName=design.table.name, ConsistentRead=True)["Items"]
    for item in found:
        for value in item.values():
            for kind in ("SS", "NS"):
                if kind in value:
                    value[kind] = sorted(value[kind])
    return {key_of(item, design): item for item in found}


def key_of(item: Item, design: Design) -> str:
    table = design.table
    return "|".join(str(item[name]) for name in (table.partition, table.sort) if name)


def test_items_of_boto3_are_read_asked_changed_and_read_by_boto3(
    name: str, design: Design, client: Any, dynamodb_url: str
) -> None:
    for item in design.items:
        client.put_item(TableName=design.table.name, Item=item)
    before = stored(client, design)
    with connect(dynamodb_url, design.layer) as db:
        assert design.ask(db) == ANSWERS[name]
        _write_back(db, design)
        assert stored(client, design) == before, "what was not changed is the same, byte for byte"
        design.change(db)
    after = stored(client, design)
    changed = key_of(design.changed, design)
    assert after[changed] == design.changed
    assert {key: after[key] for key in before if key != changed} == {
        key: item for key, item in before.items() if key != changed
    }


def _write_back(db: Database, design: Design) -> None:
    """Put every item again, as it was read."""
    repo = db.repository(design.table)
    items = repo.scan().all()
    assert len(items) == len(design.items)
    repo.put_many(items)
    for item in design.items:
        assert design.table.to_item(design.table.from_item(item)) == item
