"""Changes of tables as steps. Each request of a step is one transaction, which can be repeated."""

import math
import shlex
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from ....errors import Place
from ....operations.operation import Request, as_it_is
from ....schema.changes import (
    AddIndex,
    AddTable,
    Change,
    ChangeIndex,
    DropIndex,
    DropTable,
    SetFact,
    SetTtl,
)
from ....schema.create import differs
from ....schema.engine import LiveTable, Progress, Step, shown_names
from ....schema.tables import IndexSchema, TableSchema
from ..layout import MEMORY, ORDINARY, description
from ..payload import Script, Statement, Transaction
from ..record import CREATE
from .dropping import backup_path, drop_table
from .expiry import set_expiry
from .indexes import drop_index, make_index
from .statements import create_statements, index_statement

Work = Callable[[sqlite3.Connection], Progress]

_ITEMS_PER_S = 20_000
"""How many items of some hundred bytes are read and filled in a second."""

_IS_THERE = "SELECT 1 FROM sqlite_schema WHERE type <> 'index' AND name COLLATE NOCASE IN"


def render(changes: Sequence[Change], live: Mapping[str, LiveTable]) -> list[Step]:
    """The steps that make the changes, in order. Tables that follow each other are made together.

    Raises NeedsOperator (schema-mismatch) for a change that a file cannot have.
    """
    steps: list[Step] = []
    for is_new, some in groupby(changes, lambda change: isinstance(change, AddTable)):
        if is_new:
            steps.append(_create([change.schema for change in some]))
        else:
            steps += [_step_of(change, live.get(change.schema.name)) for change in some]
    return steps


def _create(tables: Sequence[TableSchema]) -> Step:
    """One script, which does nothing if another process has created one of the tables meanwhile."""
    names = tuple(table.name for table in tables)
    among = ", ".join("?" * len(names))
    made = Statement(f"{_IS_THERE} ({among})", names)
    body = [statement for table in tables for statement in _create_and_note(table)]

    def decode(has_run: bool) -> Progress:
        return Progress(is_late=not has_run)

    request = Request("CreateTables", "", Script(tuple(body), made), decode)
    return Step(f"create {shown_names(names)}", names[0], request)


def _create_and_note(table: TableSchema) -> Iterator[Statement]:
    yield from map(Statement, create_statements(table))
    yield Statement(CREATE, (table.name, description(table)))


def _step_of(change: Change, live: LiveTable | None) -> Step:
    name = change.schema.name
    match change:
        case DropTable():
            return _drop(change)
        case DropIndex(_, index):
            return _drop_index(name, index)
        case AddIndex(_, index) | ChangeIndex(_, _, index):
            # An index that is not finished has no key. To change one into it is to drop it.
            return _make_index(change, index, live) if index.partition else _drop_index(name, index)
        case SetFact(schema, "form", _, after, index_name) if after == ORDINARY and index_name:
            return _make_index(change, schema.indexes[index_name], live)
        case SetTtl(_, _, after):
            said = f"expire items of {name} by {after}" if after else f"expire no items of {name}"
            return _step(
                said, name, "SetTtl", lambda c: set_expiry(c, name, after), estimate=_reads(live)
            )
        case _:
            raise differs(name, Place("sqlite", table=name), [change])


def _drop(change: DropTable) -> Step:
    name, backup, file = change.schema.name, change.backup, change.schema.source
    said = f"drop {name} and its items"
    if backup and file == MEMORY:
        said = f"{said}; there is no copy of a database in memory"
    elif backup:
        copy = backup_path(file, backup)
        restore = f"mv {shlex.quote(str(copy))} {shlex.quote(file)}"
        said = (
            f"copy the file to {copy}, then {said}; restore all its tables, while nobody has it "
            f"open, by: {restore}"
        )
    return _step(said, name, "DropTable", lambda c: drop_table(c, name, backup))


def _drop_index(table: str, index: IndexSchema) -> Step:
    said = f"drop the index {index.name} of {table}"
    return _step(said, table, "DropIndex", lambda c: drop_index(c, table, index.name))


def _make_index(change: Change, index: IndexSchema, live: LiveTable | None) -> Step:
    table = change.schema
    return _step(
        f"create the index {index.name} of {table.name}",
        table.name,
        "CreateIndex",
        lambda c: make_index(c, table.name, index),
        [Statement(index_statement(table, index))],
        _reads(live),
    )


def _reads(live: LiveTable | None) -> str:
    """What it takes to fill columns of the rows that are there."""
    if live is None or live.items is None:
        return "every item is read, a batch in each transaction"
    seconds = math.ceil(live.items / _ITEMS_PER_S)
    return f"{live.items:,} items are read, a batch in each transaction: about {seconds} s"


def _step(
    comment: str,
    table: str,
    action: str,
    work: Work,
    statements: Sequence[Statement] = (),
    estimate: str = "",
) -> Step:
    payload = Transaction(lambda: tuple(statements), work)
    return Step(comment, table, Request(action, "", payload, as_it_is), estimate=estimate)
