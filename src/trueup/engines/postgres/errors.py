"""Translate PostgreSQL's errors to ours, by SQLSTATE.

The server's own texts are not passed on: they quote values, and the key of a duplicate row.
Source: https://www.postgresql.org/docs/15/errcodes-appendix.html
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from ...errors import (
    AlreadyExists,
    ConstraintRefused,
    DeadlineExceeded,
    ErrorCode,
    InvalidCall,
    NeedsOperator,
    Place,
    ReplyLost,
    TransactionConflict,
    TrueupError,
    Unavailable,
    UnsupportedByEngine,
)
from ...operations.sql.port import aborted
from .ddl.declared_sql import Declares, refused_declaration

if TYPE_CHECKING:
    import psycopg


NO_TENANT = "no tenant is set"
"""The setting that a statement without a tenant fails to find, by `relational/row_security.py`."""
_NO_SETTING = "42704"

_POLICIES = "ExecWithCheckOptions"
"""The function of the server that refuses a row by a policy: its SQLSTATE is also that of missing
rights, and its words are in the language of the server.
Source: https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/executor/execMain.c"""


_POSTGIS = "lwgeom_pg.c"
"""The file of PostGIS that raises its errors; they have the SQLSTATE of any failure.
Source: https://github.com/postgis/postgis/blob/stable-3.3/libpgcommon/lwgeom_pg.c"""


class Stage(Enum):
    """What a failed statement could have changed.

    NOTHING: its transaction is not committed, and never will be. PERHAPS: it was a commit, or a
    statement that commits itself.
    """

    NOTHING = "nothing"
    PERHAPS = "perhaps"


_CONFLICTS = {
    "40001": "another transaction changed the same rows; nothing was applied",
    "40P01": "two transactions waited for each other; nothing was applied",
}
_RESTED = "the server ended the connection, on which nothing was asked for too long"
_UNAVAILABLE = {
    "55P03": "another transaction holds a lock",
    "55006": "the table is in use",
    "25P03": _RESTED,
    "57P05": _RESTED,
    "53300": "the server has no connection left",
    "57014": "somebody cancelled the statement, or a timeout of the server did",
    "57P03": "the server is starting or stopping",
}
_INVALID = {
    "22": (ErrorCode.INVALID_VALUE, "a value is none that its column can hold"),
    "22021": (ErrorCode.INVALID_TEXT, "a text has a character that the database cannot encode"),
    "22P05": (ErrorCode.INVALID_TEXT, "a text has a character that the database cannot store"),
    "22003": (ErrorCode.INVALID_NUMBER, "a number is out of range"),
    "54000": (ErrorCode.KEY_TOO_LONG, "a key is longer than an index of PostgreSQL can hold"),
}

OPERATOR = {
    "25006": (
        ErrorCode.READ_ONLY,
        "the database accepts no writes",
        "leave out read_only=True of the session; else connect to the primary, not to a standby",
    ),
    "28": (
        ErrorCode.CREDENTIALS_REFUSED,
        "the server refused the user or the password",
        "look at the user of the URL, PGPASSWORD, and the server's pg_hba.conf",
    ),
    "3D000": (
        ErrorCode.CANNOT_OPEN,
        "there is no database of this name",
        "create it, or correct the URL",
    ),
    "3F000": (
        ErrorCode.CANNOT_OPEN,
        "the schema of the user's tables does not exist",
        "create the schema, or set the search_path of the role",
    ),
    "42501": (
        ErrorCode.ACCESS_DENIED,
        "this user may not do this to the table",
        "grant it to the role that the program connects as",
    ),
    "42P01": (ErrorCode.TABLE_NOT_FOUND, "a table is not there", "call db.create_tables()"),
    "42703": (
        ErrorCode.SCHEMA_MISMATCH,
        "the table lacks a declared column",
        "use the layer that the table was made for, or change the table",
    ),
    "42804": (
        ErrorCode.SCHEMA_MISMATCH,
        "a column has another type than is declared",
        "use the layer that the table was made for, or change the table",
    ),
    "42P10": (
        ErrorCode.SCHEMA_MISMATCH,
        "the table has another primary key than is declared",
        "use the layer that the table was made for, or change the table",
    ),
    "53100": (
        ErrorCode.DISK_FULL,
        "the server has no room left; nothing was written",
        "free space on its disk, then call again",
    ),
    "XX001": (ErrorCode.CORRUPT_FILE, "a table is damaged", "restore it from a backup"),
    "XX002": (ErrorCode.CORRUPT_FILE, "an index is damaged", "rebuild it with REINDEX"),
}
"""The code, the words and what to do, by SQLSTATE or its class."""

_ENDED = ("08", "57P01", "57P02")
"""The server ended the connection, perhaps after a commit."""


def translate(
    error: psycopg.Error,
    where: Place,
    stage: Stage,
    *,
    is_late: bool = False,
    is_own: bool = True,
    declares: Declares | None = None,
) -> TrueupError:
    """Our error for one of PostgreSQL; the caller raises it outside of its `except`, so that no
    traceback shows the server's text.

    is_late: whether the time of the call is over. is_own: whether the statement is one of ours.
    declares: what the statement makes of a declaration.
    """
    state = error.sqlstate or ""
    refusal = refused_declaration(error, where, declares) if declares else None
    refusal = refusal or _refused_row(error, where, state)
    if refusal is not None:
        return refusal
    if not is_own and state.startswith("42") and state not in _OPERATOR_TOO:
        return _wrong_sql(error, where, state)
    if not state or state.startswith(_ENDED):
        return _lost(where, state, stage, is_late=is_late)
    if state == "57014" and is_late:
        return deadline_exceeded(where, state)
    if state in _CONFLICTS:
        return TransactionConflict(
            _CONFLICTS[state], where=where, native=state, fix="do the whole transaction anew"
        )
    if state == "25P02":
        return aborted(where, None)
    if state in _UNAVAILABLE:
        return Unavailable(
            _UNAVAILABLE[state], where=where, native=state, fix="call again; nothing was applied"
        )
    for prefix in (state, state[:2]):
        if prefix in _INVALID:
            code, what = _INVALID[prefix]
            fix = "give a value that the table accepts"
            return InvalidCall(what, where=where, native=state, code=code, fix=fix)
        if prefix in OPERATOR:
            code, what, fix = OPERATOR[prefix]
            return NeedsOperator(what, where=where, native=state, code=code, fix=fix)
    return NeedsOperator(
        "PostgreSQL failed",
        where=where,
        native=f"{state} {type(error).__name__}",
        code=ErrorCode.ENGINE_FAILED,
        fix="look at the server's log, which has its words",
    )


def _refused_row(error: psycopg.Error, where: Place, state: str) -> TrueupError | None:
    """The error if the table refuses what would be read or written; None for any other."""
    if state == "23505":
        return _duplicate(error, where, state)
    if state.startswith("23"):
        return _constrained(error, where, state)
    if state == "XX000" and (error.diag.source_file or "").endswith(_POSTGIS):
        return InvalidCall(
            "PostGIS refuses a geometry",
            where=where,
            native=state,
            code=ErrorCode.INVALID_VALUE,
            fix="give one that PostGIS can place: an edge of half the globe has no way to go",
        )
    if state == _NO_SETTING and NO_TENANT in (error.diag.message_primary or ""):
        return _no_tenant(where, state)
    if state == "42501" and error.diag.source_function == _POLICIES:
        return other_tenants(where, state)
    return None


_OPERATOR_TOO = frozenset({"42501"})
"""Of the states for wrong SQL, those that are no mistake in its text."""


_OF_NAMES = {
    "42P01": {"parserOpenTable", "errorMissingRTE"},
    "42883": {"ParseFuncOrColumn", "op_error"},
    "42704": {"typenameType", "LookupTypeName"},
}
"""The functions of the server that miss what a statement names. Others miss what a text names, as
in `'a'::regclass`, and quote the text."""


def _wrong_sql(error: psycopg.Error, where: Place, state: str) -> InvalidCall:
    """The error for SQL of the caller's own. An error with a position was found in the text, before
    any value was read: its words name columns, tables, types and functions; those of a mistake in
    the syntax may quote a literal, and are for a debugger only."""
    position = error.diag.statement_position
    refusal = InvalidCall(
        f"the server refuses the SQL, at character {position}"
        if position
        else "the server refuses the SQL",
        where=where,
        native=state,
        code=ErrorCode.INVALID_SQL,
        fix=_hint(state, error.diag.message_primary or "")
        or "correct the statement; https://www.postgresql.org/docs/15/errcodes-appendix.html has "
        "the meaning of its code",
    )
    refusal.reply = error.diag.message_primary or ""
    source = error.diag.source_function or ""
    names_text = source not in _OF_NAMES.get(state, {source})
    refusal.reply_is_shown = bool(position) and state != "42601" and not names_text
    return refusal


def _hint(state: str, words: str) -> str:
    """How to mend what a parameter's type is the cause of; empty for anything else."""
    if state == "42P18":
        return "cast the parameter, so that the server knows its type: :n::text"
    if state in ("42804", "42883") and "jsonb" in words:
        return "cast the parameter: a list is jsonb unless a cast says array, as :tags::text[] does"
    return ""


def deadline_exceeded(where: Place, native: str = "") -> DeadlineExceeded:
    """The error if the time ran out before anything was applied."""
    return DeadlineExceeded(
        "the time given for the call ran out while it waited for the database",
        where=where,
        native=native,
        fix="call again, with more time, and look for transactions that hold locks",
    )


def closed(where: Place) -> InvalidCall:
    """The error of a call on a closed database."""
    return InvalidCall(
        "the database is closed",
        where=where,
        fix="open it again with trueup.connect(…)",
        code=ErrorCode.CLOSED,
    )


def _lost(where: Place, native: str, stage: Stage, *, is_late: bool) -> TrueupError:
    if stage is Stage.PERHAPS:
        return ReplyLost(
            "the connection ended before the reply came; the write may have been applied",
            where=where,
            native=native,
            fix="read the item, then decide whether to write again",
        )
    if is_late:
        return deadline_exceeded(where, native)
    return Unavailable(
        "the server ended the connection; nothing was applied",
        where=where,
        native=native,
        fix="call again, and look at the server's log",
    )


_CONSTRAINTS = {
    "23001": "another row refers to this one",
    "23502": "a value that must be there is missing",
    "23503": "the row that it refers to is not there, or another row refers to this one",
    "23514": "a check of the table is false of it",
    "23P01": "it overlaps with another row",
}


def _constrained(error: psycopg.Error, where: Place, native: str) -> ConstraintRefused:
    """The names of constraints and columns are those of the declaration, and hold no values."""
    name = error.diag.constraint_name or error.diag.column_name or ""
    what = _CONSTRAINTS.get(native, "a constraint of the table is not met")
    return ConstraintRefused(
        f"the table refuses the item{f' by {name}' if name else ''}: {what}; nothing was written",
        constraint=name,
        where=where,
        native=native,
        fix="give values that the constraint allows",
    )


def _no_tenant(where: Place, native: str) -> InvalidCall:
    """The error of a statement that reads rows of tenants, and no tenant is set."""
    return InvalidCall(
        "the statement reads rows of tenants, and no tenant is set",
        where=where,
        native=native,
        code=ErrorCode.TENANT_REQUIRED,
        fix='use the database of one: db.tenant("acme")',
    )


def other_tenants(where: Place, native: str = "") -> ConstraintRefused:
    """The error of a write to a row that the policies of the table keep from the role. It does not
    say what the row holds, nor whose it is."""
    return ConstraintRefused(
        "the row is another tenant's, by its key or by its tenant; nothing was written",
        where=where,
        native=native,
        fix="give another key, or begin the key of the table with the tenant, so that each tenant "
        "has keys of its own",
    )


def _duplicate(error: psycopg.Error, where: Place, native: str) -> AlreadyExists:
    """It names the constraint and its table, which a statement of the caller's own does not."""
    name = error.diag.constraint_name or ""
    is_key = name.endswith(("_pkey", ".key"))
    by = f", by {name}" if name else ""
    if not where.table and error.diag.table_name:
        where = replace(where, table=error.diag.table_name)
    return AlreadyExists(
        f"an item with the same {'key' if is_key else 'unique values'} is already there{by}; "
        "nothing was written",
        where=where,
        native=native,
        fix="give other values, or replace the item that has them",
    )


def missing_extra(package: str) -> UnsupportedByEngine:
    """The error if `import package` failed."""
    return UnsupportedByEngine(
        f"PostgreSQL needs the package {package}, which is not installed",
        where=Place("postgres"),
        fix="install trueup[postgres]",
        code=ErrorCode.MISSING_EXTRA,
    )
