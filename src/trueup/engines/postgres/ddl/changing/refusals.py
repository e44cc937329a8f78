"""What the server refuses of a change: named by what stands in the way, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from .....errors import DeclarationError, ErrorCode, NeedsOperator, Place, TrueupError
from ...payload import Statement, Steps, ask
from ...values.names import literal, quote

_DEPENDENT = """SELECT DISTINCT regexp_replace(pg_describe_object(d.classid, d.objid, 0),
'^rule "?_RETURN"? on ', '') FROM pg_depend d
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass({table})
AND a.attname = {column} AND d.classid = ANY ('{{pg_rewrite,pg_policy,pg_trigger}}'::regclass[])
ORDER BY 1"""
"""Views, policies and triggers that read a column.
Source: https://www.postgresql.org/docs/15/catalog-pg-depend.html"""


def refuse_dependents(table: str, column: str) -> Steps[None]:
    """Refuse to change or drop a column that views, policies or triggers read, by their names."""
    select = _DEPENDENT.format(table=literal(quote(table)), column=literal(column))
    rows = yield from ask(Statement(select))
    if rows:
        named = ", ".join(name for (name,) in rows)
        raise NeedsOperator(
            f"the column {column} is read by {named}, and PostgreSQL does not change it below",
            where=Place("postgres", table=table),
            code=ErrorCode.SCHEMA_MISMATCH,
            fix=f"drop {named} in SQL, then run trueup apply again: what is declared is made anew",
        )


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


def tried(statements: Sequence[Statement], table: str, what: str) -> Steps[None]:
    """Statements, whose refusal names what they were to make."""
    for statement in statements:
        try:
            yield statement
        except TrueupError as error:
            raise explained(error, table, what) from error


def explained(error: TrueupError, table: str, what: str) -> TrueupError:
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
        fix = "constraints that are not declared may stand in the way, which --prune drops; else "
        fix += "make the change in SQL"
    if not why:
        return error
    return NeedsOperator(
        f"{what} cannot be made: {why}",
        where=Place("postgres", table=table),
        native=error.native,
        code=ErrorCode.SCHEMA_MISMATCH,
        fix=f"{fix}; then run trueup apply again",
    )
