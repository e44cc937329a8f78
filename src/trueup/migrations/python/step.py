"""What a Python step may do: SQL with values, in a transaction that the runner begins and ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from ...errors import TrueupError
from ..sections import Statement, invalid
from .source import load

if TYPE_CHECKING:
    from ..files import Migration
    from ..port import MigrationDatabase

Row: TypeAlias = Mapping[str, Any]
"""A row by the names of its columns."""


class Step:
    """A transaction, as a step has it. BEGIN, COMMIT, SET and their like are refused."""

    def __init__(self, database: MigrationDatabase) -> None:
        self._database = database

    def fetch(self, sql: str, **values: Any) -> Sequence[Row]:
        """The rows of a statement. values: of its placeholders, `:name`.

        Raises InvalidCall (invalid-sql), and the errors of the statement.
        """
        return self._database.ask(sql, values)[0]

    def execute(self, sql: str, **values: Any) -> int:
        """Run a statement; how many rows it changed. Raises the errors of `fetch`."""
        return self._database.ask(sql, values)[1]


def call(
    database: MigrationDatabase, migration: Migration, statement: Statement, rows: Sequence[Row]
) -> None:
    """Call the function of a statement, with the rows of its batch if it has one.

    Raises the errors of its SQL; DeclarationError (migration-invalid) for one of its own.
    """
    path = migration.path.with_suffix(".py")
    function = load(path, migration.source, statement.function)
    given = (rows,) if statement.batch else ()
    try:
        function(Step(database), *given)
    except TrueupError:
        raise
    except Exception as error:  # the edge to code of the project: whatever it raises is told
        trace = error.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        raise invalid(
            path,
            trace.tb_lineno if trace else 0,
            f"its step {statement.function} raises {type(error).__name__}",
            "correct it; batches before this one are kept, and the next run goes on from there",
        ) from error
