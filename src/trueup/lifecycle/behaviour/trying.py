"""Behaviour: what live tables do, as findings beside those of their facts."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from ...engines.open_tables import OpenTables
from ...errors import Place, UnsupportedByEngine
from ...model.declarations.table import Table
from ...schema.behaviour import TryingEngine
from ...schema.severity import Severity
from ...schema.tables import TableSchema
from ...schema.verify import Finding
from .questions import questions_of

TIME_S = 600.0
"""For all attempts together: a thousand of them take some seconds beside the server."""


def try_tables(opened: OpenTables, declared: Iterable[TableSchema]) -> list[Finding]:
    """What the live tables among the declared do. Raises UnsupportedByEngine."""
    engine = opened.open_layer.engine
    if not isinstance(engine, TryingEngine):
        raise UnsupportedByEngine(
            "these tables have no behaviour to try: constraints and triggers are those of "
            "relational tables on PostgreSQL",
            where=Place(engine.rules.engine, note="--behaviour"),
            fix="leave --behaviour out",
        )
    schemas = {schema.name: schema for schema in declared}
    tables = [one for one in opened.open_layer.layer.tables if _is_tried(opened, one, schemas)]
    questions = [one for table in tables for one in questions_of(opened, table)]
    found = opened.runner.run_until(
        time.monotonic() + TIME_S,
        engine.try_behaviour([table.name for table in tables], questions),
        "verify",
    )
    return [
        Finding(name, difference, schemas[name].source, "", Severity.HIGH)
        for name, differences in found.items()
        for difference in differences
    ]


def _is_tried(opened: OpenTables, table: Table[Any], schemas: Iterable[str]) -> bool:
    description = opened.open_layer.layer.describe(table)
    is_wanted = opened.open_layer.engine.name_of(description) in schemas
    return is_wanted and description.relational is not None
