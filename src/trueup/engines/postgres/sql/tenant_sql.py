"""SQL of the caller's own for a tenant: what could name another tenant, or pass by the policies, is
refused before it is sent.

Policies hold whatever a statement reads. The setting that they compare with is one that any
statement could change by `set_config`, so that its name, however it is written, is refused, and so
are functions that run SQL out of a text, in which it could be put together. `TRUNCATE` and changes
of tables are no matter of policies.
Sources: https://www.postgresql.org/docs/15/ddl-rowsecurity.html
    https://www.postgresql.org/docs/15/functions-xml.html#FUNCTIONS-XML-MAPPING
    https://www.postgresql.org/docs/15/functions-textsearch.html
    https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from ....operations.sql.text import SqlText, refused_sql
from ..relational.row_security import SETTING
from .dialect import DIALECT

_READING = frozenset({"SELECT", "WITH", "VALUES", "TABLE", "SHOW", "EXPLAIN"})
_ADMITTED = _READING | {"INSERT", "UPDATE", "DELETE", "MERGE", "LOCK", "NOTIFY", "CALL"}
_SETS = ("set_config", SETTING)
_RUNS_TEXT = re.compile(
    r"query_to_xml\w*|ts_stat|ts_rewrite|dblink\w*|crosstab\w*|connectby|xpath_table",
    re.IGNORECASE,
)
_ESCAPED_NAME = re.compile(r'\bu&"', re.IGNORECASE)
_WHOLE = "do it at the database that connect() gave, or in a migration"


def check_tenant_sql(text: SqlText, quoted: Iterable[str]) -> None:
    """Refuse a statement that could leave the tenant. quoted: its quoted texts and names.

    Raises InvalidCall (invalid-sql).
    """
    if text.first not in _ADMITTED:
        rows = "DELETE FROM deletes the rows of the tenant; "
        fix = f"{rows if text.first == 'TRUNCATE' else ''}{_WHOLE}"
        raise refused_sql("postgres", f"{text.first} is not for the database of a tenant", fix)
    quoted = [one.casefold() for one in quoted]
    words = {word.casefold() for word in text.words}
    names = words | {one.strip('"') for one in quoted if one.startswith('"')}
    if "set_config" in names or any(name in one for one in quoted for name in _SETS):
        fix = (
            "a text that only speaks of it is given as a parameter; of another tenant ask its own "
        )
        raise refused_sql(
            "postgres",
            "it names set_config or the setting of the tenant",
            f'{fix}database: db.tenant("bolt")',
        )
    if _ESCAPED_NAME.search(text.sql):
        fix = 'write it as it is, in plain quotes: "naïve"'
        raise refused_sql("postgres", 'it has a name with escapes, U&"…"', fix)
    running = sorted(name for name in names if _RUNS_TEXT.fullmatch(name))
    if running:
        what = f"{running[0]} runs SQL that stands in a text"
        raise refused_sql("postgres", what, f"run that SQL itself; or {_WHOLE}")


TENANT_DIALECT = replace(DIALECT, check=check_tenant_sql)
"""The dialect of the database of a tenant, and of its sessions."""
