"""Indexes: built beside reads and writes, and exchanged when they are whole.

An interrupted build leaves an index that is not valid: it is dropped, and built again.
Source: https://www.postgresql.org/docs/15/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .....errors import ErrorCode, NeedsOperator, Place
from .....schema.changes import ChangePart
from .....schema.engine import DONE, LiveTable, Progress, Step
from .....schema.tables import IndexSchema, TableSchema
from ...payload import Statement, Steps, ask
from ...tables.layout import index_name
from ...values.names import SCHEMA, new_name, quote
from ..declared_sql import Declares
from ..statements import create_index
from .effects import Form, estimate
from .refusals import tried
from .running import alone, in_transaction

Live = Mapping[str, LiveTable]

_STATE = f"""SELECT x.indisvalid, EXISTS (SELECT FROM pg_stat_progress_create_index p
WHERE p.index_relid = i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
WHERE i.relnamespace = {SCHEMA} AND i.relname = $1"""


def of_index(change: ChangePart, live: Live) -> Iterator[Step]:
    """The steps of a change of an index among the facts."""
    schema, name, before, after = change.schema, change.path[-1], change.before, change.after
    if after is None:
        yield _drop(schema, name, live)
    elif before is None or before == f"{after} INVALID":
        yield built(schema, name, str(after), live)
    else:
        yield from _exchanged(schema, name, [str(after)], live)


def add_index(schema: TableSchema, index: IndexSchema, live: Live) -> Step:
    """The step that makes an index of queries."""
    made, described = (one.sql for one in create_index(schema, index))
    return built(schema, index_name(schema, index), made, live, described=described)


def drop_index(schema: TableSchema, index: IndexSchema, live: Live) -> Step:
    """The step that drops an index of queries."""
    return _drop(schema, index_name(schema, index), live)


def change_index(
    schema: TableSchema, before: IndexSchema, after: IndexSchema, live: Live
) -> Iterator[Step]:
    """The steps that make an index of queries another one."""
    name = index_name(schema, after)
    sql = [one.sql for one in create_index(schema, after)]
    is_elsewhere = before.facts.get("called", name) != name
    if is_elsewhere or not before.attributes:
        yield _drop(schema, str(before.facts.get("called", name)), live)
        yield built(schema, name, sql[0], live, described=sql[1])
    else:
        yield from _exchanged(schema, name, sql, live)


def built(
    schema: TableSchema,
    name: str,
    sql: str,
    live: Live,
    *,
    anew: bool = False,
    described: str = "",
    plain: Sequence[str] | None = None,
) -> Step:
    """The step that builds an index, if there is none that is valid.

    sql: creates it. anew: whether one that is there is dropped first, whatever it is.
    described: the statement of its comment. plain: what the plain form of the change is; the
        statement itself if it is None.
    """
    table = schema.name
    dropped = f"DROP INDEX CONCURRENTLY IF EXISTS {quote(name)}"
    made = sql.replace("INDEX ", "INDEX CONCURRENTLY ", 1)
    state = Statement(_STATE, (name,))
    what = f"the index {name}"

    def work() -> Steps[Progress]:
        found = yield from ask(state)
        if any(is_built for _, is_built in found):
            return Progress(is_done=False, note=f"another session builds the index {name}")
        if found and (anew or not found[0][0]):
            yield Statement(dropped)
        if not found or anew or not found[0][0]:
            declares = Declares(table, what, reads_rows=True)
            yield from tried([Statement(made, declares=declares)], table, what)
        if described:
            yield Statement(described)
        if [is_valid for is_valid, _ in (yield from ask(state))] != [True]:
            raise NeedsOperator(
                f"the index {name} is not valid after it was built",
                where=Place("postgres", table=table),
                code=ErrorCode.ENGINE_FAILED,
                fix="run trueup apply again: it is dropped and built again",
            )
        return DONE

    statements = [*([dropped] if anew else []), made, *([described] if described else [])]
    told = estimate(Form.BUILD_INDEX, table, live)
    comment = f"build the index {name} of {table}"
    spared = [sql] if plain is None else plain
    return alone(table, comment, statements, work, estimate=told, plain=spared)


def _exchanged(schema: TableSchema, name: str, sql: list[str], live: Live) -> Iterator[Step]:
    """The new index is built under another name, so that there is one at every moment."""
    table, new = schema.name, new_name(name)
    plain = [f"DROP INDEX IF EXISTS {quote(name)}", sql[0]]
    renamed = sql[0].replace(quote(name), quote(new), 1)
    yield built(schema, new, renamed, live, anew=True, plain=plain)
    statements = [
        Statement(f"DROP INDEX IF EXISTS {quote(name)}"),
        Statement(f"ALTER INDEX {quote(new)} RENAME TO {quote(name)}"),
        *map(Statement, sql[1:]),
    ]
    told = estimate(Form.DROP_INDEX, table, live)
    comment = f"put the new index {name} of {table} in place of the old"
    yield in_transaction(table, comment, statements, estimate=told, is_moment=True)


def _drop(schema: TableSchema, name: str, live: Live) -> Step:
    statements = [Statement(f"DROP INDEX IF EXISTS {quote(name)}")]
    told = estimate(Form.DROP_INDEX, schema.name, live)
    comment = f"drop the index {name} of {schema.name}"
    return in_transaction(schema.name, comment, statements, estimate=told, is_moment=True)
