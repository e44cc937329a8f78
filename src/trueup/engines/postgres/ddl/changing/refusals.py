"""What the server refuses of a change: named by what stands in the way, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from .....errors import DeclarationError, ErrorCode, NeedsOperator, Place, TrueupError
from .....schema.tables import TableSchema
from ...payload import Statement, Steps, ask
from ...values.names import quote
from ..relational import part


def refuse_rows(select: str, table: str, what: str, fix: str) -> Steps[None]:
    """Refuse a change that rows stand in the way of. select: counts them, as one number."""
    [[count]] = yield from ask(Statement(select))
    if count:
        counted = f"{count:,}" if count < MOST_COUNTED else f"{MOST_COUNTED:,} or more"
        raise NeedsOperator(
            f"{counted} rows {what}",
            where=Place("postgres", table=table),
            code=ErrorCode.SCHEMA_MISMATCH,
            fix=f"{fix}; then run trueup apply again",
        )


MOST_COUNTED = 1_000
"""The rows in the way that are counted, at most."""


def counted(table: str, condition: str) -> str:
    """The SELECT that counts rows of a condition, up to MOST_COUNTED."""
    return (
        f"SELECT count(*) FROM (SELECT FROM {quote(table)} WHERE {condition} "
        f"LIMIT {MOST_COUNTED}) AS found"
    )


_CHECKS = """SELECT c.conname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid
WHERE c.conrelid = to_regclass($1) AND c.contype = 'c' AND a.attname = $2
AND a.attnum = ANY (c.conkey) ORDER BY c.conname"""


def undeclared_checks(schema: TableSchema, column: str) -> Steps[list[str]]:
    """The checks of a column that are not declared."""
    rows = yield from ask(Statement(_CHECKS, (quote(schema.name), column)))
    return [str(name) for (name,) in rows if name not in part(schema, "constraints")]


def tried(
    statements: Sequence[Statement], table: str, what: str, in_the_way: Sequence[str] = ()
) -> Steps[None]:
    """Statements, whose refusal names what they were to make.

    in_the_way: constraints that are not declared, and that may be why.
    """
    for statement in statements:
        try:
            yield statement
        except TrueupError as error:
            raise explained(error, table, what, in_the_way) from error


def explained(
    error: TrueupError, table: str, what: str, in_the_way: Sequence[str] = ()
) -> TrueupError:
    """The refusal of a change for whoever runs it; the error itself if it says enough."""
    state = str(error.native or "")[:5]
    if isinstance(error, DeclarationError) and state.startswith("42"):
        return error
    why, fix = "", ""
    if state in ("2BP01", "0A000"):
        why, fix = "other objects need what is there", "drop or change them in SQL"
    elif state.startswith("23"):
        why = "rows that are there do not keep it"
        fix = "correct the rows; new rows are held to it already if it is a CHECK or a reference"
    elif state.startswith("22"):
        why, fix = "values that are there do not fit", "correct the rows"
    elif state in ("42883", "42804", "42846", "42P17"):
        why = "the server finds no way from the one to the other"
        fix = "make the change in SQL"
        if in_the_way:
            fix = f"{', '.join(in_the_way)} may stand in the way, as what is not declared is kept: "
            fix += "drop it by --prune or in SQL"
    if not why:
        return error
    return NeedsOperator(
        f"{what} cannot be made: {why}",
        where=Place("postgres", table=table),
        native=error.native,
        code=ErrorCode.SCHEMA_MISMATCH,
        fix=f"{fix}; then run trueup apply again",
    )
