"""Each rule of declarations finds its mistake, and nothing where the mistake is not made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from pydantic import Field

from tests.checks.test_relational_design import MISTAKES as RELATIONAL
from trueup import (
    AccessPattern,
    DynamoDB,
    ExpiresAt,
    Index,
    Layer,
    Model,
    Table,
    WholeSeconds,
    composed,
)
from trueup.checks.design.layer import RULES, design_problems
from trueup.model.declarations.functions import Function
from trueup.model.declarations.scaling import Scaling

NOW = datetime(2026, 11, 27, tzinfo=UTC)
Status = Literal["open", "closed"]


class Event(Model):
    id: str
    status: Status = "open"
    sort: str = "x"
    day: str = "monday"
    at: WholeSeconds
    exact: datetime
    updated_at: datetime
    by_second: str = composed("{at}")
    told_apart: str = composed("{at}#{sort}")
    of_status: str = composed("status#{status}")


class Typed(Model):
    id: str
    event_type: str


class Kept(Model):
    id: str
    until: ExpiresAt = Field(examples=[1_600_000_000])


class KeptLonger(Model):
    id: str
    until: ExpiresAt = Field(examples=[4_000_000_000])


class Plain(Model):
    id: str
    ttl: int


def codes(*tables: Table[Any], target: Any = "dynamodb", **settings: Any) -> list[str]:
    layer = Layer("notes", target=target, tables=tables, **settings)
    return [problem.code for problem in design_problems(layer, NOW)]


def events(*indexes: Index, sort: str | None = None, **settings: Any) -> Table[Event]:
    settings.setdefault(
        "patterns", [AccessPattern(f"by_{one.name}", index=one.name) for one in indexes]
    )
    return Table("Events", Event, partition="id", sort=sort, indexes=indexes, **settings)


OF_TYPE = [AccessPattern("of_type", index="ByType")]
LOCAL = [AccessPattern("of_day", index="Local", needs=["id"])]
BY_DAY = AccessPattern("days", index="ByDay", needs=["id"])
MISTAKES: dict[str, Callable[[], list[str]]] = {
    "D001 index": lambda: codes(events(Index("ByStatus", partition="status"))),
    "D001 composed": lambda: codes(events(Index("ByStatus", partition="of_status"))),
    "D001 table": lambda: codes(Table("Events", Event, partition="status", sort="id")),
    "D002": lambda: codes(events(sort="at")),
    "D002 composed": lambda: codes(events(sort="by_second")),
    "D003": lambda: codes(
        events(
            Index("ByKind", partition="sort"),
            patterns=[AccessPattern("kinds", index="ByKind", needs=["day"])],
        )
    ),
    "D004": lambda: codes(
        events(
            Index("Local", "id", "day", projection="keys", local=True), sort="sort", patterns=LOCAL
        )
    ),
    "D005": lambda: codes(
        events(Index("Local", "id", "day", local=True), sort="sort", patterns=LOCAL)
    ),
    "D006 prefix": lambda: codes(
        events(Index("ByKind", "sort"), Index("ByKindAndDay", "sort", "day"))
    ),
    "D006 same": lambda: codes(
        events(Index("ByKind", "sort", "day"), Index("Again", "sort", "day"))
    ),
    "D006 table": lambda: codes(events(Index("ById", "id", "day"), sort="day")),
    "D007": lambda: codes(events(Index("ByKind", "sort"), patterns=[])),
    "D008": lambda: codes(events(Index("Latest", "sort", "updated_at"))),
    "D009": lambda: codes(Table("Kept", Kept, partition="id")),
    "D010": lambda: codes(Table("Plain", Plain, partition="id")),
    "D011": lambda: codes(
        events(dynamodb=DynamoDB(billing="provisioned", read_units=1, write_units=1))
    ),
    "D012": lambda: codes(events(dynamodb=DynamoDB(pitr_days=0))),
    "D013": lambda: with_function(events(stream="NEW_IMAGE")),
    "D014": lambda: with_function(
        events(Index("ByKind", "sort"), patterns=[AccessPattern("kinds", index="ByKind")])
    ),
    "D017": lambda: codes(
        Table(
            "Typed",
            Typed,
            partition="id",
            indexes=[Index("ByType", "event_type")],
            patterns=OF_TYPE,
        )
    ),
}
FINE: dict[str, Callable[[], list[str]]] = {
    "D001 shards": lambda: codes(events(Index("ByStatus", "status", shards=10))),
    "D001 more": lambda: codes(events(Index("ByStatus", ["status", "sort"]))),
    "D002 fractions": lambda: codes(events(sort="exact")),
    "D002 told apart": lambda: codes(events(sort="told_apart")),
    "D003 all needed": lambda: codes(events(Index("ByKind", "sort"))),
    "D006 holds less": lambda: codes(
        events(
            Index("ByKind", "sort"),
            Index("ByDay", "sort", "day", projection="keys"),
            patterns=[AccessPattern("kinds", index="ByKind"), BY_DAY],
        )
    ),
    "D007 asked by a function": lambda: queried(events(Index("ByKind", "sort"), patterns=[])),
    "D009 future": lambda: codes(Table("Kept", KeptLonger, partition="id")),
    "D011 scaling": lambda: codes(
        events(
            dynamodb=DynamoDB(
                billing="provisioned",
                read_units=1,
                write_units=1,
                scaling=Scaling(least=1, most=10),
            )
        )
    ),
    "D013 no functions": lambda: codes(events(stream="NEW_IMAGE")),
    "D014 by its key": lambda: with_function(events(patterns=[AccessPattern("one", by="id")])),
    "another target": lambda: codes(events(Index("ByStatus", "status")), target="postgres"),
}


def with_function(table: Table[Any]) -> list[str]:
    used = Function("use", handler="app:use", reads=[table.get])
    return codes(table, functions=[used])


def queried(table: Table[Any]) -> list[str]:
    used = Function("use", handler="app:use", reads=[table.query("ByKind")])
    return codes(table, functions=[used])


@pytest.mark.parametrize("case", MISTAKES)
def test_mistake_is_found_alone(case: str) -> None:
    assert MISTAKES[case]() == [case[:4]]


@pytest.mark.parametrize("case", FINE)
def test_what_is_fine_gives_no_finding(case: str) -> None:
    assert FINE[case]() == []


def test_every_rule_has_a_mistake() -> None:
    assert {rule.code for rule in RULES} == {case[:4] for case in (*MISTAKES, *RELATIONAL)}


def test_problem_stands_where_the_table_is_declared() -> None:
    table = Table("Plain", Plain, partition="id")
    (problem,) = design_problems(Layer("notes", target="dynamodb", tables=[table]), NOW)
    assert f"{problem.file}:{problem.line}" == table.declared_at
    assert problem.of == "Plain"
