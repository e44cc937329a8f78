"""create_tables decides with values: what is missing is rendered, what differs is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

import trueup
from trueup import InvalidCall, Layer, NeedsOperator
from trueup.errors import ErrorCode
from trueup.operations import Rules, Sleep
from trueup.operations.operation import Operation, Request
from trueup.schema.changes import AddTable, Change, SetTtl
from trueup.schema.create import MOST_LOOKS, create_tables
from trueup.schema.engine import LiveTable, Progress, Step
from trueup.schema.tables import AttributeSchema, TableSchema
from trueup.testing.suite.harness.refusals import refused

ORDERS = TableSchema("orders", (AttributeSchema("id", "S"),), ttl="expires")
USERS = replace(ORDERS, name="users", ttl=None)


class Looks:
    """An engine that finds, look after look, what it was given."""

    rules = Rules("looks")

    def __init__(self, *looks: Mapping[str, LiveTable], makes: bool = True) -> None:
        self.looks = list(looks)
        self.makes = makes
        self.rendered: list[list[Change]] = []

    def declared(self, table: TableSchema) -> TableSchema:
        return table

    inspects_at_once = False

    def inspect(
        self, names: Sequence[str], *, all_facts: bool = True
    ) -> Operation[Mapping[str, LiveTable]]:
        yield from ()
        return self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]

    def render(self, changes: Sequence[Change]) -> list[Step]:
        self.rendered.append(list(changes))
        late = Progress(is_late=not self.makes)
        return [Step(str(one), "", Request("Make", "", None, lambda _: late)) for one in changes]

    def create(self, *tables: TableSchema) -> int:
        """Make the tables. The number of pauses."""
        engine: Any = self
        declared: Any = tables
        operation = create_tables(engine, declared)
        pauses = 0
        try:
            effect = next(operation)
            while True:
                pauses += isinstance(effect, Sleep)
                reply = effect.decode(None) if isinstance(effect, Request) else None
                effect = operation.send(reply)
        except StopIteration:
            return pauses


def live(*tables: TableSchema, **options: Any) -> dict[str, LiveTable]:
    return {table.name: LiveTable(table, **options) for table in tables}


def test_what_is_missing_is_made_at_once() -> None:
    engine = Looks(live(USERS))
    assert engine.create(ORDERS, USERS) == 0
    assert engine.rendered == [[AddTable(ORDERS)]]


def test_what_is_there_as_declared_is_left_alone() -> None:
    engine = Looks(live(ORDERS, USERS))
    assert engine.create(ORDERS, USERS) == 0
    assert engine.rendered == [[]]


def test_expiry_that_is_off_is_switched_on() -> None:
    engine = Looks(live(replace(ORDERS, ttl=None)))
    engine.create(ORDERS)
    assert engine.rendered == [[SetTtl(ORDERS, None, "expires")]]


def test_facts_are_not_compared() -> None:
    engine = Looks(live(replace(ORDERS, facts={"days": 1})))
    engine.create(replace(ORDERS, facts={"days": 2}))
    assert engine.rendered == [[]]


@pytest.mark.parametrize("ttl", [None, "other"])
def test_table_that_differs_is_refused_before_anything_is_made(ttl: str | None) -> None:
    engine = Looks(live(replace(ORDERS, ttl="another")))
    with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
        engine.create(USERS, replace(ORDERS, ttl=ttl))
    assert refusal.says("the table 'orders' is there and differs")
    assert engine.rendered == []


def test_table_with_a_problem_is_refused() -> None:
    with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
        Looks(live(ORDERS, problem="it was not made by Trueup")).create(ORDERS)
    assert refusal.says("it was not made by Trueup")


def test_table_that_others_make_is_waited_for_and_then_compared() -> None:
    unfinished = live(replace(ORDERS, ttl=None), is_usable=False)
    engine = Looks(unfinished, unfinished, live(ORDERS))
    assert engine.create(ORDERS) == 2
    assert engine.rendered == [[], [], []]


def test_table_that_others_made_meanwhile_is_compared() -> None:
    engine = Looks({}, live(replace(ORDERS, ttl="other")), makes=False)
    with pytest.raises(NeedsOperator, match="differs"):
        engine.create(ORDERS)


def test_looks_have_an_end() -> None:
    engine = Looks(live(ORDERS, is_usable=False))
    with refused(ErrorCode.ENGINE_FAILED):
        engine.create(ORDERS)
    assert len(engine.rendered) == MOST_LOOKS


@pytest.mark.parametrize("url", ["sqlite://", "dynamodb://eu-west-1"])
def test_layer_without_tables_has_nothing_to_show(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    layer = Layer("empty", target="dynamodb", tables=[])
    with trueup.connect(url, layer) as db:
        db.create_tables()
        with pytest.raises(InvalidCall, match="the layer 'empty' has no tables"):
            db.requests.create_tables()
