"""What a relational table lacks by name: read in one SELECT, and without a shadow.

`create_tables` refuses a table that would not keep what its declaration promises. What each thing
says in SQL is compared by `verify` alone (`shadow.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ....schema.facts import Value
from ....schema.tables import TableSchema
from ..payload import Rows

_TABLES = """WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
AND c.relkind IN ('r', 'p') AND c.relname = ANY ($1::text[])"""

PRESENT = f"""SELECT c.relname, 'constraint ' || o.conname
FROM pg_class c JOIN pg_constraint o ON o.conrelid = c.oid {_TABLES}
UNION ALL SELECT c.relname, 'index ' || i.relname FROM pg_class c
JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid
{_TABLES} AND x.indisvalid
UNION ALL SELECT c.relname, 'NOT NULL of ' || a.attname
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid {_TABLES} AND a.attnotnull
UNION ALL SELECT c.relname, 'trigger ' || g.tgname
FROM pg_class c JOIN pg_trigger g ON g.tgrelid = c.oid {_TABLES} AND g.tgenabled <> 'D'
UNION ALL SELECT c.relname, 'policy ' || y.polname
FROM pg_class c JOIN pg_policy y ON y.polrelid = c.oid {_TABLES}
UNION ALL SELECT c.relname, 'enabled row security' FROM pg_class c {_TABLES} AND c.relrowsecurity
UNION ALL SELECT c.relname, 'forced row security'
FROM pg_class c {_TABLES} AND c.relforcerowsecurity"""
"""Tables, and what is there of each and works.

Source: https://www.postgresql.org/docs/15/catalogs.html
"""


def lacking(declared: Sequence[TableSchema], present: Rows) -> dict[str, list[str]]:
    """What each declared table lacks, in declared order. present: the rows of `PRESENT`."""
    found = set(map(tuple, present))
    return {
        table.name: [what for what in _wanted(table.facts) if (table.name, what) not in found]
        for table in declared
    }


def _wanted(facts: Mapping[str, Value]) -> Iterator[str]:
    """What a table of these facts has, by kind and name."""
    for name, column in _part(facts, "columns").items():
        if isinstance(column, Mapping) and column["required"]:
            yield f"NOT NULL of {name}"
    for kind, named in (
        ("constraint", "constraints"),
        ("index", "indexes"),
        ("trigger", "triggers"),
    ):
        yield from (f"{kind} {name}" for name in _part(facts, named))
    yield from (name for name in _part(facts, "objects") if name.startswith("trigger "))
    secured = _part(facts, "row_security")
    if secured:
        yield "enabled row security"
        yield "forced row security"
        yield from (f"policy {name}" for name in _part(secured, "policies"))


def _part(facts: Mapping[str, Value], name: str) -> Mapping[str, Value]:
    found = facts.get(name)
    return found if isinstance(found, Mapping) else {}
