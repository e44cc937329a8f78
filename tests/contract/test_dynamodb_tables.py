"""Tables on a server of DynamoDB's protocol: made as declared, read back, and changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from trueup import DynamoDB, ExpiresAt, Index, Layer, Model, Table
from trueup.engines.connect import find_driver, new_engine
from trueup.operations.operation import Operation, send
from trueup.operations.run import Wire, run
from trueup.resilience import Retries, RetryPolicy
from trueup.schema.changes import Change, SetFact
from trueup.schema.create import create_tables
from trueup.schema.diff import diff_table
from trueup.schema.engine import SchemaEngine
from trueup.schema.tables import TableSchema
from trueup.testing.cleanup import drop_tables


class Job(Model):
    id: str
    state: str
    priority: int = 0
    expires_at: ExpiresAt | None = None
    expiry: int = 0


class Tables:
    """Tables that are declared, made and changed under names of one test."""

    def __init__(self, url: str, prefix: str) -> None:
        self.driver, self.address = find_driver(url)
        self.prefix = prefix
        self.wire: Wire = self.driver.open_wire(self.address, 30)
        self.retries = Retries(RetryPolicy.STANDARD)

    def perform(self, operation: Operation[Any]) -> Any:
        return run(self.retries(operation), self.wire, time.monotonic() + 30)

    def declare(self, **options: Any) -> tuple[SchemaEngine, TableSchema]:
        layer = Layer("x", target="dynamodb", tables=[Table("Jobs", Job, **options)])
        engine = new_engine(self.driver, layer, self.prefix + "{table}", RetryPolicy.STANDARD)
        self.tables = [layer.describe(table) for table in layer.tables]
        declared = engine.declared(self.tables[0])
        protected = bool(declared.facts["deletion_protection"])
        return engine, replace(declared, facts={**declared.facts, "deletion_protection": protected})

    def create(self, **options: Any) -> tuple[SchemaEngine, TableSchema]:
        engine, declared = self.declare(**options)
        self.perform(create_tables(engine, self.tables))
        return engine, declared

    def make(self, engine: SchemaEngine, changes: Sequence[Change]) -> None:
        """Make the changes, without the hour between changes of the expiry."""
        for step in engine.render(changes):
            while not self.perform(send(step.request)).is_done:
                pass

    def live(self, engine: SchemaEngine) -> TableSchema:
        (found,) = self.perform(engine.inspect([self.prefix + "Jobs"])).values()
        schema: TableSchema = found.schema
        return schema


@pytest.fixture
def tables(dynamodb_url: str) -> Iterator[Tables]:
    prefix = f"trueup-tables-{uuid4().hex[:12]}-"
    opened = Tables(dynamodb_url, prefix)
    with closing(opened.wire):
        yield opened
    drop_tables(dynamodb_url, prefix)


POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "111122223333"},
        "Action": "dynamodb:GetItem",
    },
}


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"pitr_days": 0},
        {"max_read_request_units": 50},
        {"max_read_request_units": 50, "max_write_request_units": 20},
        {"billing": "provisioned", "read_units": 5, "write_units": 2},
        {"table_class": "infrequent_access"},
        {"encryption": "aws_managed"},
        {"tags": {"team": "shop"}},
        {"contributor_insights": "throttled_keys"},
        {"contributor_insights": "off"},
        {"resource_policy": POLICY},
        {"resource_policy": {}},
    ],
    ids=str,
)
def test_declared_facts_are_read_back(tables: Tables, settings: dict[str, Any]) -> None:
    indexes = [Index("ByState", partition="state")]
    engine, declared = tables.create(partition="id", indexes=indexes, dynamodb=DynamoDB(**settings))
    assert list(map(str, diff_table(declared, tables.live(engine)))) == []


def test_protected_table_is_not_dropped_before_the_protection_is(tables: Tables) -> None:
    facts = DynamoDB(deletion_protection=True)
    engine, declared = tables.create(partition="id", dynamodb=facts)
    assert tables.live(engine).facts["deletion_protection"] is True
    tables.make(engine, [SetFact(declared, "deletion_protection", True, False)])
    assert tables.live(engine).facts["deletion_protection"] is False


BEFORE: dict[str, Any] = {
    "partition": "id",
    "ttl": "expires_at",
    "indexes": [Index("ByState", partition="state"), Index("Old", partition="priority")],
}
CHANGES: dict[str, Callable[[TableSchema], TableSchema]] = {
    "expiry": lambda table: replace(table, ttl=None),
    "stream": lambda table: replace(table, stream="NEW_IMAGE"),
    "indexes": lambda table: replace(
        table,
        indexes={
            "ByState": replace(table.indexes["ByState"], sort=table.indexes["Old"].partition),
            "New": replace(table.indexes["Old"], name="New", projection=frozenset()),
        },
    ),
    "facts": lambda table: replace(
        table,
        facts={
            **table.facts,
            "billing": {"mode": "provisioned", "read_units": 5, "write_units": 2},
            "table_class": "infrequent_access",
            "encryption": {"type": "kms"},
            "pitr": {"enabled": False},
        },
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changes_lead_to_what_is_wanted_and_back(tables: Tables, change: str) -> None:
    engine, declared = tables.create(**BEFORE)
    wanted = CHANGES[change](declared)
    for goal in (wanted, declared):
        changes = list(diff_table(goal, tables.live(engine)))
        assert changes
        tables.make(engine, changes)
        assert list(map(str, diff_table(goal, tables.live(engine)))) == []
