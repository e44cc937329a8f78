"""Brings a database to a declaration, as `trueup apply` does, and says what that took."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from tests.postgres_changes.shapes import Shapes, layer_of
from trueup.engines.open_tables import OpenTables, open_tables
from trueup.operations.operation import send
from trueup.schema.engine import LiveTable, Step
from trueup.schema.hazard import Allowance
from trueup.schema.plan import Plan, make_plan
from trueup.schema.tables import TableSchema
from trueup.testing.postgres import PostgresServer

_LOSES = re.compile(r"\bTRUNCATE\b|\bDROP\b.*(?<!ON DELETE )(?<!ON UPDATE )\bCASCADE\b")
"""What no plan ever says."""

ALL = frozenset({Allowance.PRUNE, Allowance.DATA_LOSS})


@contextmanager
def opened(server: PostgresServer, database: str, shapes: Shapes) -> Iterator[OpenTables]:
    """The tables of these shapes in a database."""
    url = server.url.replace("/trueup?", f"/{database}?")
    with open_tables(url, layer_of(shapes)) as tables:
        yield tables


def planned(
    tables: OpenTables, allowed: Collection[Allowance] = ALL, others: Collection[str] = ()
) -> tuple[Plan, Mapping[str, LiveTable]]:
    """The plan, and the live tables. others: tables that are no longer declared."""
    engine = tables.open_layer.engine
    declared = _declared(tables)
    live = tables.runner.run(engine.inspect([*declared, *others]), "inspect")
    return make_plan(declared, live, owned={*declared, *others}, allowed=allowed), live


def _declared(tables: OpenTables) -> dict[str, TableSchema]:
    engine = tables.open_layer.engine
    found = [engine.declared(table) for table in tables.open_layer.tables]
    return {schema.name: schema for schema in found}


def perform(tables: OpenTables, step: Step) -> None:
    """Send a step's request until it is done."""
    while not (progress := tables.runner.run(send(step.request), "apply")).is_done:
        assert not progress.is_late


def bring(
    server: PostgresServer,
    database: str,
    shapes: Shapes,
    allowed: Collection[Allowance] = ALL,
    others: Collection[str] = (),
) -> Plan:
    """Make the database as declared; the plan that did it. No second plan has changes."""
    with opened(server, database, shapes) as tables:
        plan, live = planned(tables, allowed, others)
        blocked = plan.blocked(allowed)
        assert not blocked, blocked
        for step in tables.open_layer.engine.render(plan.steps, live):
            assert not any(map(_LOSES.search, step.statements))
            perform(tables, step)
        again, _ = planned(tables, allowed)
        assert not (rest := [str(one.change) for one in again.changes]), rest
        return plan
