"""A server refuses the tables that break a rule of CreateTable, but for its known deviations."""

from __future__ import annotations

import os
import time
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings

from tests.property.created_tables import IndexSpec, TableSpec, broken_rules
from tests.property.drawn_tables import KINDS as DRAWN_KINDS
from tests.property.drawn_tables import table_specs
from trueup.engines.connect import find_driver
from trueup.engines.dynamodb.requests.replies import request_of
from trueup.operations.operation import send
from trueup.operations.run import run
from trueup.testing.cleanup import drop_tables
from trueup.testing.suite.harness.deviations import Deviations

LETTERS = tuple("abcdefgh")
LONG = "m" * 256
KINDS = dict.fromkeys([*LETTERS, LONG], "S")
MANY = tuple(f"p{number:02d}" for number in range(21))


@dataclass(frozen=True)
class RefusedTable:
    """A table that breaks one rule. name: of the case; `{}` in the table's stands for a prefix."""

    name: str
    spec: TableSpec

    def named(self, prefix: str) -> TableSpec:
        return replace(self.spec, name=self.spec.name.format(prefix))


def case(
    name: str, *indexes: IndexSpec, table: str = "{}", key: str = "a", sort: str | None = None
) -> RefusedTable:
    return RefusedTable(name, TableSpec(table, key, sort, indexes))


def few(count: int, *given: Any, **options: Any) -> tuple[IndexSpec, ...]:
    return tuple(IndexSpec(f"Index{number}", *given, **options) for number in range(count))


CASES = [
    case("table name of 256 characters", table="{}" + "x" * 230),
    case("table name with a colon", table="{}:x"),
    case("index name of 2 characters", IndexSpec("xy", ("b",))),
    case("index name with a space", IndexSpec("By b", ("b",))),
    case("two indexes of one name", *few(1, ("b",)), *few(1, ("c",))),
    case("21 indexes", *few(21, ("b",))),
    case("6 local indexes", *few(6, ("a",), ("c",), is_local=True), sort="b"),
    case("local index without a sort key of the table", *few(1, ("a",), ("b",), is_local=True)),
    case(
        "local index of two sort attributes", *few(1, ("a",), ("b", "c"), is_local=True), sort="d"
    ),
    case("local index of another partition", *few(1, ("b",), ("c",), is_local=True), sort="d"),
    case("5 partition attributes", *few(1, LETTERS[:5])),
    case("5 sort attributes", *few(1, ("a",), LETTERS[1:6])),
    case("partition key that is the sort key", sort="a"),
    case("index of one attribute twice", *few(1, ("b",), ("b",))),
    case("key name of 256 bytes", key=LONG),
    case("21 projected attributes", *few(1, ("b",), projected=MANY)),
    case("120 projected attributes", *few(6, ("b",), projected=MANY[:20])),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_server_refuses_what_the_rules_refuse(
    case: RefusedTable, dynamodb_url: str, deviations: Deviations, request: pytest.FixtureRequest
) -> None:
    server, behaviour = os.environ.get("DYNAMODB_SERVER", "ministack"), request.function.__name__
    known = deviations.find(server, behaviour, case.name)
    if known is not None:
        reason = f"{known.reason} ({known.source})"
        request.node.add_marker(pytest.mark.xfail(reason=reason, strict=True))
    prefix = f"trueup-refused-{uuid4().hex[:12]}"
    body = case.named(prefix).body(KINDS)
    assert broken_rules(body) != []
    try:
        assert created(dynamodb_url, body) == 400
    finally:
        drop_tables(dynamodb_url, prefix)


def is_accepted(spec: TableSpec) -> bool:
    return broken_rules(spec.body(DRAWN_KINDS)) == []


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(spec=table_specs().filter(is_accepted))
def test_server_makes_what_the_rules_accept(dynamodb_url: str, spec: TableSpec) -> None:
    prefix = f"trueup-drawn-{uuid4().hex[:12]}"
    body = replace(spec, name=prefix).body(DRAWN_KINDS)
    try:
        assert created(dynamodb_url, body) == 200
    finally:
        drop_tables(dynamodb_url, prefix)


def created(url: str, body: dict[str, Any]) -> int:
    """The status that CreateTable replies with."""
    driver, address = find_driver(url)
    asked = request_of("CreateTable", "Refused", body, lambda reply: reply.status)
    with closing(driver.open_wire(address, 30)) as wire:
        status: int = run(send(asked), wire, time.monotonic() + 30)
    return status
