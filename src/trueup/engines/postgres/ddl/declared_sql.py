"""The errors of SQL that a declaration makes: they name what is declared wrongly, and its table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...._dataclass import dataclass
from ....errors import DeclarationError, ErrorCode, NeedsOperator, Place, TrueupError

if TYPE_CHECKING:
    import psycopg

_WRONG = ("0A", "22", "2B", "42", "54")
"""The classes of SQLSTATE for what is wrong with a statement, and not with the server.
Source: https://www.postgresql.org/docs/15/errcodes-appendix.html"""

_NOT_ALLOWED = "42501"


@dataclass(frozen=True, slots=True)
class Declares:
    """What a statement makes of a declaration.

    table: the name in the database. what: such as `the constraint n_pos`.
    parts: of a long statement, where each begins, from 0, and what it is.
    by_superuser: what another role runs, if the program's may not.
    reads_rows: whether its SQL may read rows, so that the server's words may quote their values.
    """

    table: str
    what: str
    parts: tuple[tuple[int, str], ...] = ()
    by_superuser: str = ""
    reads_rows: bool = False

    def at(self, position: str | None, words: str) -> str:
        """What the server means: by the character of the statement, counted from 1, or, if it
        gives none, by the only name of a part among its words."""
        if position:
            found = [what for offset, what in self.parts if offset < int(position)][-1:]
        else:
            found = [what for _, what in self.parts if f'"{what.split(" ", 2)[-1]}"' in words]
        return found[0] if len(found) == 1 else self.what


def refused_declaration(
    error: psycopg.Error, where: Place, declares: Declares
) -> TrueupError | None:
    """The error if the server refuses what is declared; None for any other failure."""
    state = error.sqlstate or ""
    where = replace(where, table=declares.table)
    if state == _NOT_ALLOWED:
        return _not_allowed(where, declares)
    if not state.startswith(_WRONG):
        return None
    position = error.diag.statement_position
    words = error.diag.message_primary or ""
    what = declares.at(position, words)
    refusal = DeclarationError(
        f"the SQL that is declared for {what} is wrong",
        where=where,
        native=state,
        fix="correct it where the table is declared; nothing was made",
    )
    refusal.reply = " ".join(filter(None, (words, error.diag.message_detail)))
    refusal.reply_is_shown = bool(position) or not declares.reads_rows
    return refusal


def _not_allowed(where: Place, declares: Declares) -> NeedsOperator | None:
    if not declares.by_superuser:
        return None
    return NeedsOperator(
        f"this user may not make {declares.what}, which the table needs",
        where=where,
        native=_NOT_ALLOWED,
        code=ErrorCode.ACCESS_DENIED,
        fix=f"let a superuser run in this database: {declares.by_superuser}; then call again",
    )
