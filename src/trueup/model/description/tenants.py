"""The problems of tables whose rows are those of tenants, and of views over them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..declarations.relational import Relational, SqlObject
from .fields import TableFields

_INVOKER = re.compile(
    r"\bWITH\s*\([^)]*\bsecurity_invoker\b(?!\s*=\s*'?(false|off|no|0)\b)", re.IGNORECASE
)
"""The option by which a view reads its tables as the role that asks, not as the view's owner.
Source: https://www.postgresql.org/docs/15/sql-createview.html"""


def tenant_problems(fields: TableFields, settings: Relational) -> Iterator[str]:
    """What would leave open whose a row is."""
    name = settings.tenant
    codec = fields.by_name.get(name)
    if codec is not None and codec.optional:
        yield f"relational: {name!r} says whose a row is, so that it may not be None"
    others = ["types", "collations", "generated"]
    if (name, None) != (fields.table.partition, fields.table.sort):  # no table of the tenants
        others.append("defaults")
    for other in (one for one in others if name in getattr(settings, one)):
        yield f"relational: {name!r} says whose a row is; leave it out of {other}="


def view_problems(tables: Sequence[tuple[str, Relational]]) -> Iterator[tuple[str, str]]:
    """The name of a table and a problem with one of its views, in a layer with tenants.

    tables: the name and the settings of each relational table of a layer.
    """
    guarded = [name for name, settings in tables if settings.tenant]
    if not guarded:
        return
    for name, settings in tables:
        for one in settings.objects:
            problem = _view_problem(one, guarded)
            if problem:
                yield name, f"relational: SqlObject {one.name!r}: {problem}"


def _view_problem(found: SqlObject, guarded: Sequence[str]) -> str:
    """guarded: the tables with tenants."""
    if found.kind == "view" and not _INVOKER.search(found.statement):
        return "in a layer with tenants, a view is created WITH (security_invoker = true)"
    named = [name for name in guarded if re.search(rf"\b{re.escape(name)}\b", found.statement)]
    if found.kind == "materialized view" and named:
        return f"it would keep the rows of all tenants of {', '.join(named)}; make it a view"
    return ""
