"""The steps of each change of a table of columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .....schema.changes import (
    AddIndex,
    Change,
    ChangeIndex,
    ChangeKey,
    ChangePart,
    DropIndex,
    SetFact,
    SetTtl,
)
from .....schema.engine import LiveTable, Step
from .....schema.tables import TableSchema
from ...payload import Statement
from ...values.names import literal, quote
from ..comments import key_statement
from .columns import of_column
from .constraints import of_constraint
from .descriptions import described_again, of_description
from .effects import Form, estimate
from .indexes import add_index, change_index, drop_index, of_index
from .keys import of_key
from .objects import of_object
from .privileges import of_privilege
from .programs import of_function, of_row_security, of_trigger
from .running import in_transaction
from .types import of_extension, of_type

Live = Mapping[str, LiveTable]


def change_steps(change: Change, live: Live) -> Iterator[Step]:
    """The steps that make a change; none if it is not made in place."""
    match change:
        case ChangeKey():
            yield from of_key(change, live)
        case ChangePart():
            yield from _of_part(change, live)
            yield from described_again(change, live)
        case AddIndex(schema, index):
            yield add_index(schema, index, live)
        case DropIndex(schema, index):
            yield drop_index(schema, index, live)
        case ChangeIndex(schema, before, after):
            yield from change_index(schema, before, after, live)
        case SetTtl(schema):
            yield _described(schema, key_statement(schema, live), live)
        case SetFact(schema, "comment", _, after, ""):
            text = literal(str(after)) if after else "NULL"
            yield _described(schema, f"COMMENT ON TABLE {quote(schema.name)} IS {text}", live)
        case SetFact(schema, "called", before, after, _):
            sql = f"ALTER INDEX {quote(str(before))} RENAME TO {quote(str(after))}"
            yield in_transaction(schema.name, f"call the index {before} {after}", [Statement(sql)])
        case _:
            return


def _of_part(change: ChangePart, live: Live) -> Iterator[Step]:
    match change.path[0]:
        case "columns":
            yield from of_column(change, live)
        case "constraints":
            yield from of_constraint(change, live)
        case "indexes":
            yield from of_index(change, live)
        case "functions":
            yield of_function(change, live)
        case "triggers":
            yield of_trigger(change, live)
        case "row_security":
            yield of_row_security(change, live)
        case "objects":
            yield from of_object(change, live)
        case "privileges":
            yield of_privilege(change)
        case "descriptions":
            yield of_description(change, live)
        case "types":
            yield of_type(change)
        case "extensions":
            yield of_extension(change)


def _described(schema: TableSchema, sql: str, live: Live) -> Step:
    told = estimate(Form.COMMENT, schema.name, live)
    return in_transaction(schema.name, f"describe {schema.name}", [Statement(sql)], estimate=told)
