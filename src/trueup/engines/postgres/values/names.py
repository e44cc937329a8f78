"""Names in SQL: identifiers, literals, and names that PostgreSQL would cut off or keep for itself.

Source: https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
"""

from __future__ import annotations

from hashlib import sha256

from ....errors import DeclarationError, Place

MOST_BYTES = 63
"""The length of an identifier; PostgreSQL cuts longer ones off (NAMEDATALEN)."""

MORE_COLUMN = "unknown_attributes"
"""The JSON column for attributes that the model does not know."""

_MARK = "~"
_TAKEN = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", MORE_COLUMN})
"""PostgreSQL's own columns, and ours.

Source: https://www.postgresql.org/docs/15/ddl-system-columns.html
"""


SCHEMA = "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
"""The schema that tables are made in, in SQL."""


def column_name(attribute: str) -> str:
    """The column of an attribute: its name, or one that PostgreSQL can have."""
    if attribute in _TAKEN or _MARK in attribute:
        return _marked(attribute)
    return short_name(attribute)


def short_name(name: str) -> str:
    """The name itself, or its beginning with a digest of it if it is too long."""
    return _marked(name) if len(name.encode()) > MOST_BYTES else name


def filled_name(column: str) -> str:
    """The constraint that says that a column is filled, while it is being made NOT NULL."""
    return short_name(f"trueup filled {column}")


def new_name(name: str) -> str:
    """The name of what takes the place of `name` when it is built."""
    return short_name(f"{name} trueup new")


def _marked(name: str) -> str:
    digest = sha256(name.encode()).hexdigest()[:10]
    room = MOST_BYTES - len(_MARK) - len(digest)
    return f"{name.encode()[:room].decode(errors='ignore')}{_MARK}{digest}"


def quote(name: str) -> str:
    """An identifier for SQL text.

    Raises:
        DeclarationError: the name holds NUL, which no statement can hold.
    """
    if "\0" in name:
        raise DeclarationError(
            "a table, index or attribute name holds the character NUL",
            where=Place("postgres"),
            fix="remove it from the name",
        )
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text for SQL that takes no parameters, whatever `standard_conforming_strings` says."""
    quoted = "'" + text.replace("'", "''") + "'"
    return "E" + quoted.replace("\\", "\\\\") if "\\" in quoted else quoted


def dollar_quoted(body: str) -> str:
    """The body of a function or of DO, between dollars that it does not hold.

    Source: https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-SYNTAX-DOLLAR-QUOTING
    """
    number, mark = 0, "$trueup$"
    while mark in body:
        number += 1
        mark = f"$trueup{number}$"
    return f"{mark}{body}{mark}"


def unless(condition: str, statement: str) -> str:
    """A statement that does nothing if it fails by that condition of PostgreSQL's."""
    body = f" BEGIN {statement}; EXCEPTION WHEN {condition} THEN NULL; END "
    return f"DO {dollar_quoted(body)}"
