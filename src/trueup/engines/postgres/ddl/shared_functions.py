"""The functions of triggers, which all tables of a schema share, also those of other programs.

One that is there with another source is theirs: to replace it would change what their triggers do.

Source: https://www.postgresql.org/docs/15/sql-createfunction.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ....errors import ErrorCode, NeedsOperator, Place
from ....schema.facts import Value
from ..payload import Rows
from ..values.names import SCHEMA

FUNCTIONS = f"""SELECT p.proname, p.prosrc, p.prorettype = 'trigger'::regtype,
l.lanname = 'plpgsql' AND NOT p.prosecdef AND p.proconfig IS NULL,
pg_has_role(p.proowner, 'USAGE'), EXISTS (SELECT FROM pg_trigger g WHERE g.tgfoid = p.oid)
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.pronamespace = {SCHEMA} AND p.pronargs = 0 AND p.proname = ANY ($1::text[])
ORDER BY p.proname"""
"""The functions of these names, and whether each is ours to replace."""

_REPLACES = re.compile(r"CREATE OR REPLACE FUNCTION .* AS (\$\w*\$)(.*)\1", re.DOTALL)


def bodies(functions: Mapping[str, Value]) -> dict[str, str]:
    """The source of each function that a statement replaces, by name."""
    found = {name: _REPLACES.fullmatch(str(sql)) for name, sql in functions.items()}
    return {name: match[2] for name, match in found.items() if match is not None}


def check_functions(declared: Mapping[str, str], found: Rows) -> None:
    """Refuse functions of others. declared: `bodies`. found: what `FUNCTIONS` read.

    Raises NeedsOperator (schema-mismatch) for one that another role owns, or that is used with
    another source, or that is no trigger's.
    """
    for name, source, is_triggers, is_plain, is_own, is_used in found:
        is_same = source == declared[name] and is_triggers and is_plain
        if not is_own:
            raise _refused(name, "another role owns it")
        if not is_same and (is_used or not is_triggers):
            raise _refused(name, "it has another source than declared")


def _refused(name: str, why: str) -> NeedsOperator:
    return NeedsOperator(
        f"the function {name} is there, and {why}",
        where=Place("postgres"),
        code=ErrorCode.SCHEMA_MISMATCH,
        fix="name another one with function= of the trigger, or change the function in SQL",
    )
