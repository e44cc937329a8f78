"""create_tables: what is missing is made, what is there is compared and never changed.

inspect ──► a table differs ──────────────────────────► schema-mismatch, nothing was sent
   ▲    └─► something is missing ──► send every step ─┬─► all were ours: done
   └──────────────── pause ◄── others were faster ────┘
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..errors import ErrorCode, NeedsOperator, Place
from ..model.description.tables import TableDescription
from ..operations.operation import Operation, Request, send, sleep
from .changes import AddTable, Change, SetFact, SetTtl
from .diff import diff_table
from .engine import LiveTable, SchemaEngine
from .tables import TableSchema

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
"""Pauses between looks at tables that are being made: doubling, up to this."""

MOST_LOOKS = 500


def create_tables(engine: SchemaEngine, tables: Sequence[TableDescription]) -> Operation[None]:
    """Create the tables that are missing, and wait until all can be used; twice changes nothing.

    Facts that only the engine knows are set when a table is made, and not compared afterwards.

    Raises NeedsOperator (schema-mismatch) if a table is there and differs, DeadlineExceeded if
    one cannot be used within the time of the call.
    """
    schemas = {table.name: engine.declared(table) for table in tables}
    for pause_s in pauses():
        live = yield from engine.inspect([schema.name for schema in schemas.values()])
        steps = engine.render(_missing(engine, schemas, live))
        done = True
        for step in steps:
            done &= yield from send(step.request)
        if done and all(table.is_usable for table in live.values()):
            return
        yield from sleep(pause_s)
    raise NeedsOperator(
        "the tables do not become active",
        where=Place(engine.rules.engine, table=", ".join(schemas)),
        code=ErrorCode.ENGINE_FAILED,
        fix="look at the tables in the console of the database, or at the health of its service",
    )


def first_request(engine: SchemaEngine, tables: Sequence[TableDescription]) -> Request[bool] | None:
    """The first request that changes something if no table is there; None without tables."""
    steps = engine.render([AddTable(engine.declared(table)) for table in tables])
    return steps[0].request if steps else None


def differs(name: str, where: Place, differences: Sequence[object]) -> NeedsOperator:
    """The error for a table that is not as declared. name: what it is called in the database."""
    return NeedsOperator(
        f"the table {name!r} is there and differs from its declaration: "
        + "; ".join(map(str, differences)),
        where=where,
        code=ErrorCode.SCHEMA_MISMATCH,
        fix="use the declaration that the table was made from, or another name; nothing was "
        "changed",
    )


def pauses() -> Iterator[float]:
    """The seconds between looks at a table that is being made, as many as there may be."""
    pause_s = FIRST_PAUSE_S
    for _ in range(MOST_LOOKS):
        yield pause_s
        pause_s = min(LONGEST_PAUSE_S, pause_s * 2)


def _missing(
    engine: SchemaEngine, schemas: Mapping[str, TableSchema], live: Mapping[str, LiveTable]
) -> list[Change]:
    """The tables to make, and the expiry to switch on. Refuses every other difference."""
    changes: list[Change] = []
    for table, schema in schemas.items():
        found = live.get(schema.name)
        if found is None:
            changes.append(AddTable(schema))
        elif found.is_usable:
            changes += _to_complete(Place(engine.rules.engine, table=table), schema, found)
    return changes


def _to_complete(where: Place, schema: TableSchema, live: LiveTable) -> list[Change]:
    if live.problem:
        raise differs(schema.name, where, [live.problem])
    found: list[Change] = [
        change for change in diff_table(schema, live.schema) if not isinstance(change, SetFact)
    ]
    if all(isinstance(change, SetTtl) and change.before is None for change in found):
        return found
    raise differs(schema.name, where, found)
