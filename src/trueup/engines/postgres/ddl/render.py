"""Changes of tables as steps. Tables are created and dropped; all else is refused by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from ....errors import ErrorCode, NeedsOperator, Place, UnsupportedByEngine
from ....operations.operation import Request
from ....schema.changes import AddTable, Change, DropTable
from ....schema.engine import DONE, LiveTable, Progress, Step, shown_names
from ....schema.tables import TableSchema
from ..inspect import SCHEMA
from ..names import quote
from ..payload import Rows, Statement, Steps, Transaction
from .relational import part
from .statements import create_statements

_LOCK = Statement("SELECT pg_advisory_xact_lock(hashtextextended('trueup: create tables', 0))")
"""Of two processes that create tables, one waits for the other: in PostgreSQL, IF NOT EXISTS does
not keep them apart. The lock ends with its transaction, so that poolers can hold it too.

Source: https://www.postgresql.org/docs/15/explicit-locking.html#ADVISORY-LOCKS
"""

_IS_THERE = f"SELECT 1 FROM pg_class WHERE relnamespace = {SCHEMA} AND relname = ANY ($1::text[])"


_NOT_AVAILABLE = """SELECT name FROM unnest($1::text[]) AS wanted (name)
WHERE name NOT IN (SELECT name::text FROM pg_available_extensions) ORDER BY name"""


def render(changes: Sequence[Change], live: Mapping[str, LiveTable]) -> list[Step]:
    """The steps that make the changes, in order. Tables that follow each other are made together,
    and dropped together, since they may refer to each other.

    Raises NeedsOperator (schema-mismatch) for a change that this engine cannot make.
    """
    steps: list[Step] = []
    for kind, some in groupby(changes, type):
        group = list(some)
        if kind is AddTable:
            steps.append(_create([change.schema for change in group]))
        elif kind is DropTable and not any(map(_has_backup, group)):
            steps.append(_drop([change.schema.name for change in group], live))
        else:
            raise _refused(group[0])
    return steps


def _has_backup(change: Change) -> bool:
    return isinstance(change, DropTable) and bool(change.backup)


def _create(tables: Sequence[TableSchema]) -> Step:
    """One transaction, which does nothing if another process has created one of the tables."""
    names = [table.name for table in tables]
    made = Statement(_IS_THERE, (names,))
    wanted = sorted({name for table in tables for name in part(table, "extensions")})
    missing = Statement(_NOT_AVAILABLE, (wanted,))
    body = [Statement(sql) for sql in create_statements(tables)]

    def work() -> Steps[Progress]:
        yield _LOCK
        there = yield made
        if there:
            return Progress(is_late=True)
        if wanted:
            _require_available((yield missing))
        for statement in body:  # noqa: UP028 - `yield from` would send rows to an iterator
            yield statement
        return DONE

    payload = Transaction(lambda: (_LOCK, made, *body), work)
    request = Request("CreateTables", "", payload, _as_it_is)
    return Step(f"create {shown_names(names)}", names[0], request)


def _require_available(missing: Rows) -> None:
    if missing:
        named = ", ".join(name for (name,) in missing)
        raise UnsupportedByEngine(
            f"this PostgreSQL does not have the extensions that the tables need: {named}",
            where=Place("postgres"),
            fix="install them on the server (the package of PostGIS is postgresql-15-postgis-3 on "
            "Debian), or use a server that has them",
        )


def _refused(change: Change) -> NeedsOperator:
    return NeedsOperator(
        f"tables on PostgreSQL are created and dropped, and not changed: {change}",
        where=Place("postgres", table=change.schema.name),
        code=ErrorCode.SCHEMA_MISMATCH,
        fix="make the change in SQL, then verify the table",
    )


def _drop(names: Sequence[str], live: Mapping[str, LiveTable]) -> Step:
    statement = Statement(f"DROP TABLE IF EXISTS {', '.join(map(quote, names))}")

    def work() -> Steps[Progress]:
        yield statement
        return DONE

    payload = Transaction(lambda: (statement,), work)
    counts = [live[name].items for name in names if name in live]
    known = [count for count in counts if count is not None]
    whose = "its" if len(names) == 1 else "their"
    return Step(
        f"drop {shown_names(names)} and {whose} items",
        names[0],
        Request("DropTable", "", payload, _as_it_is),
        estimate=f"about {sum(known):,} items" if known else "",
    )


def _as_it_is(progress: Progress) -> Progress:
    return progress
