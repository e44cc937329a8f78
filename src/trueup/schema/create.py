"""create_tables: missing tables are created; existing tables are compared and never changed.

inspect ──► a table differs ──────────────────────────► schema-mismatch, nothing was sent
   ▲    └─► something is missing ──► send every step ─┬─► all were ours: done
   └──────────────── pause ◄── others were faster ────┘
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from ..errors import ErrorCode, NeedsOperator, Place
from ..model.description.tables import TableDescription
from ..operations.operation import Operation, Request, send, sleep
from .changes import AddTable, Change, ChangePart, SetFact, SetTtl
from .diff import diff_table
from .engine import LiveTable, Progress, SchemaEngine, Step, pauses
from .tables import TableSchema

MOST_LOOKS = 500


def create_tables(engine: SchemaEngine, tables: Sequence[TableDescription]) -> Operation[None]:
    """Create the missing tables, and wait until all are usable; a second call changes nothing.

    Facts that only the engine knows are set on creation, and not compared afterwards. An expiry or
    a recovery that is declared and off is enabled: whoever created the table was interrupted.

    Raises NeedsOperator (schema-mismatch) if an existing table differs, DeadlineExceeded if a table
    does not become usable within the time of the call.
    """
    schemas = {table.name: engine.declared(table) for table in tables}
    for pause_s in islice(pauses(), MOST_LOOKS):
        live = yield from engine.inspect(
            [schema.name for schema in schemas.values()], all_facts=False
        )
        steps = engine.render(_missing(engine, schemas, live))
        done = True
        for step in steps:
            done &= yield from _perform(step, engine.rules.engine)
        if done and all(table.is_usable for table in live.values()):
            return
        yield from sleep(pause_s)
    raise _stuck(Place(engine.rules.engine, table=", ".join(schemas)))


def _perform(step: Step, engine: str) -> Operation[bool]:
    """Perform a step to its end. Replies whether it is done; if not, others were faster."""
    for pause_s in islice(pauses(), MOST_LOOKS):
        progress = yield from send(step.request)
        if progress.is_done or progress.is_late:
            return not progress.is_late
        yield from sleep(pause_s)
    raise _stuck(Place(engine, table=step.table))


def _stuck(where: Place) -> NeedsOperator:
    return NeedsOperator(
        "the tables do not become active",
        where=where,
        code=ErrorCode.ENGINE_FAILED,
        fix="look at the tables in the console of the database, or at the health of its service",
    )


def first_request(
    engine: SchemaEngine, tables: Sequence[TableDescription]
) -> Request[Progress] | None:
    """The first request of `create_tables` on an empty database; None without tables."""
    steps = engine.render([AddTable(engine.declared(table)) for table in tables])
    return steps[0].request if steps else None


def differs(name: str, where: Place, differences: Sequence[object]) -> NeedsOperator:
    """The error for a table that differs from its declaration. name: its physical name."""
    return NeedsOperator(
        f"the table {name!r} is there and differs from its declaration: "
        + "; ".join(map(str, differences)),
        where=where,
        code=ErrorCode.SCHEMA_MISMATCH,
        fix="use the declaration that the table was made from, or another name; nothing was "
        "changed",
    )


def _missing(
    engine: SchemaEngine, schemas: Mapping[str, TableSchema], live: Mapping[str, LiveTable]
) -> list[Change]:
    """The tables to create, and the expiry to enable. Refuses every other difference."""
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
    changes = list(diff_table(schema, live.schema))
    completing = [change for change in changes if not live.is_whole and _completes(change)]
    others = [change for change in changes if not isinstance(change, SetFact | ChangePart)]
    if all(change in completing for change in others):
        return completing
    raise differs(schema.name, where, others)


def _completes(change: Change) -> bool:
    """Whether a change enables what cannot be set when a table is created, so that it is missing
    if that was interrupted: the expiry, and what is off until it is enabled, like recovery."""
    match change:
        case SetTtl(before=None):
            return True
        case SetFact(before={"enabled": False}):
            return True
        case _:
            return False
