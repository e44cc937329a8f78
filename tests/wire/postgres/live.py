"""What a live PostgreSQL says: of tables, beside their declarations, and of how it reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg

from trueup import Layer
from trueup.engines.connect import find_driver, new_engine
from trueup.engines.open_tables import open_tables
from trueup.schema.facts import Difference, compared
from trueup.schema.tables import tree


def differences(url: str, layer: Layer, names: str) -> list[Difference]:
    """What `verify` compares and finds different, or not known."""
    driver, _ = find_driver(url)
    engine = new_engine(driver, layer, names, None)
    declared = [engine.declared(layer.describe(table)) for table in layer.tables]
    with open_tables(url, layer, table_names=names) as opened:
        live = opened.runner.run(engine.inspect([one.name for one in declared]), "inspect")
    return [
        one
        for schema in declared
        for one in compared(tree(schema), tree(live[schema.name].schema))
        if not one.agrees
    ]


def explained(connection: psycopg.Connection[Any], payload: Any) -> str:
    """How the server executes a SELECT of ours, with its parameters."""
    with psycopg.RawCursor(connection) as cursor:
        cursor.execute(f"EXPLAIN {payload.sql}".encode(), payload.parameters)
        return "\n".join(line for (line,) in cursor.fetchall())


def node_types(connection: psycopg.Connection[Any], payload: Any) -> list[str]:
    """The steps in which the server executes a SELECT of ours, such as `Index Scan`."""
    with psycopg.RawCursor(connection) as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {payload.sql}".encode(), payload.parameters)
        [[[plan]]] = cursor.fetchall()
    return list(_types(plan["Plan"]))


def _types(node: Any) -> Iterator[str]:
    yield node["Node Type"]
    for inner in node.get("Plans", ()):
        yield from _types(inner)
