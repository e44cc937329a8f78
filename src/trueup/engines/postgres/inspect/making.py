"""The request for what the server makes of the declared tables, to be recorded in a file."""

from __future__ import annotations

from collections.abc import Sequence

from ....operations.operation import Request, unchanged
from ....schema.made import Made
from ....schema.tables import TableSchema
from ..ddl.statements import create_statements
from ..payload import MAKES, Statement, Steps, Transaction
from .recorded import fingerprint, to_record, versions
from .shadow import Declaration, is_extension, make


def make_request(tables: Sequence[TableSchema]) -> Request[Made]:
    """The request. tables: all relational tables of a layer.

    Extensions that the database lacks are made as well, which a superuser may; all is undone.
    """
    statements = list(create_statements(tables))

    def work() -> Steps[Made]:
        yield Statement("SAVEPOINT extensions")
        for statement in statements:
            if is_extension(statement):
                yield statement
        server, extensions = yield from versions(tables)
        found = yield from make(Declaration(tables, statements))
        yield Statement("ROLLBACK TO SAVEPOINT extensions")
        facts = {table.name: to_record(table.facts, found[table.name]) for table in tables}
        return Made(fingerprint(tables, statements), server, extensions, facts)

    payload = Transaction(lambda: (), work, begin=MAKES)
    return Request("MakeTables", "", payload, lambda made: made, after_loss=unchanged)
