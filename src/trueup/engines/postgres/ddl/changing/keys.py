"""The key of a table: its index is built beside, and takes the place of the old one at once.

references are dropped ─► NOT NULL, index beside ─► exchanged ─► references are said, and proved
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .....errors import ErrorCode, NeedsOperator, Place
from .....schema.changes import ChangeKey
from .....schema.engine import DONE, LiveTable, Progress, Step
from .....schema.tables import TableSchema
from ...payload import Statement, Steps, ask
from ...tables.layout import key_name
from ...values.names import column_name, literal, new_name, quote
from ..comments import key_statement
from .effects import Form, estimate
from .indexes import built
from .refusals import tried
from .running import in_transaction

Live = Mapping[str, LiveTable]

_KEY = """SELECT o.conname FROM pg_constraint o
WHERE o.conrelid = to_regclass({}) AND o.contype = 'p'"""
_REFERENCES = """SELECT format('constraint %I of table %s', o.conname, o.conrelid::regclass)
FROM pg_constraint o JOIN pg_constraint p ON p.conindid = o.conindid AND p.contype = 'p'
WHERE o.contype = 'f' AND p.conrelid = to_regclass({}) ORDER BY 1"""


def of_key(change: ChangeKey, live: Live) -> Iterator[Step]:
    """The steps that give a table another key."""
    schema, name = change.schema, key_name(change.schema)
    columns = [column_name(one.name) for one in schema.key]
    said = Statement(key_statement(schema, live))
    if columns == [column_name(one.name) for one in change.before.key]:
        told = estimate(Form.COMMENT, schema.name, live)
        yield in_transaction(
            schema.name, f"describe the key of {schema.name}", [said], estimate=told
        )
        return
    listed, new = ", ".join(map(quote, columns)), new_name(name)
    sql = f"CREATE UNIQUE INDEX {quote(new)} ON {quote(schema.name)} ({listed})"
    yield built(schema, new, sql, live, anew=True)
    yield _exchanged(schema, name, said, live)


def _exchanged(schema: TableSchema, name: str, said: Statement, live: Live) -> Step:
    table, new = schema.name, new_name(name)
    alter = f"ALTER TABLE {quote(table)}"
    made = Statement(f"{alter} ADD CONSTRAINT {quote(name)} PRIMARY KEY USING INDEX {quote(new)}")
    text = literal(quote(table))

    def work() -> Steps[Progress]:
        _refuse_references(table, (yield from ask(Statement(_REFERENCES.format(text)))))
        for (old,) in (yield from ask(Statement(_KEY.format(text)))):
            yield Statement(f"{alter} DROP CONSTRAINT {quote(old)}")
        yield from tried([made, said], table, "the key")
        return DONE

    told = estimate(Form.USE_INDEX, table, live)
    statements = [Statement(f"{alter} DROP CONSTRAINT {quote(name)}"), made, said]
    comment = f"make the key of {table} from its index"
    return in_transaction(table, comment, statements, work=work, estimate=told)


def _refuse_references(table: str, rows: list[tuple[str]]) -> None:
    """What refers to the key, and no declaration of this layer says."""
    if rows:
        named = ", ".join(said for (said,) in rows)
        raise NeedsOperator(
            f"{named} refers to the key of {table}, and PostgreSQL drops no key below a reference",
            where=Place("postgres", table=table),
            code=ErrorCode.SCHEMA_MISMATCH,
            fix=f"drop {named} in SQL, run trueup apply again, and let it refer to the new key",
        )
