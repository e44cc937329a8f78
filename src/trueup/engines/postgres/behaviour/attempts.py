"""Attempts: statements that are undone, and what the server says of them."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_hex

from ...._dataclass import dataclass
from ....errors import ConstraintRefused, TrueupError
from ..payload import Rows, Statement, Steps

NOT_NULL, REFERENCE, DUPLICATE, CHECK, OVERLAP = "23502", "23503", "23505", "23514", "23P01"
OTHER_TENANT = "42501"
"""Source: https://www.postgresql.org/docs/15/errcodes-appendix.html"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt. state: the SQLSTATE of the refusal, empty if there was none.
    by: the constraint or column that refused. rows: of the last statement."""

    state: str = ""
    by: str = ""
    rows: tuple[tuple[object, ...], ...] = ()

    @property
    def text(self) -> str:
        """In words, for a report."""
        if not self.state:
            return "accepted"
        return f"refused by {self.by}" if self.by else f"refused with {self.state}"


def attempt(*statements: str) -> Steps[Outcome]:
    """Execute statements, tell what came of it, and undo it."""
    return (yield from tried([Statement(sql) for sql in statements]))


def tried(statements: Sequence[Statement]) -> Steps[Outcome]:
    """The same for statements with parameters."""
    name = f"attempt_{token_hex(4)}"
    yield Statement(f"SAVEPOINT {name}")
    try:
        rows: Rows = []
        for statement in statements:
            rows = yield statement
        outcome = Outcome(rows=tuple(map(tuple, rows)))
    except TrueupError as error:
        by = error.constraint if isinstance(error, ConstraintRefused) else ""
        if not error.native:
            raise  # it did not come from the server: the connection, or the time, is lost
        outcome = Outcome(error.native[:5], by)
    yield Statement(f"ROLLBACK TO SAVEPOINT {name}")
    yield Statement(f"RELEASE SAVEPOINT {name}")
    return outcome
