"""What only relational tables have: constraints, indexes of SQL, triggers, row-level security."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...engines.postgres.ddl.objects import type_sql
from ...schema.facts import Value
from ..documented import DocumentedTable
from ..text.markdown import Section, code, fenced, table

SHOWN = frozenset(
    {
        "columns",
        "comment",
        "constraints",
        "indexes",
        "functions",
        "triggers",
        "objects",
        "privileges",
        "descriptions",
        "row_security",
        "undeclared",
    }
)
"""The facts of a relational table that are shown here, or with what they belong to."""


def relational_sections(documented: DocumentedTable) -> Iterator[Section]:
    """A section for each kind of thing that a relational table declares."""
    if documented.table.relational is None:
        return
    constraints = _part(documented, "constraints")
    if constraints:
        rows = [(code(name), code(str(text))) for name, text in constraints.items()]
        yield Section("Constraints", (table(("constraint", "refuses what is not so"), rows),))
    for title, name in (("Other indexes", "indexes"), ("Triggers", "triggers")):
        yield from _statements(title, _part(documented, name))
    yield from _statements("SQL of its own", _part(documented, "objects"))
    described = _part(documented, "descriptions")
    if described:
        texts = [(code(thing), str(text)) for thing, text in described.items()]
        yield Section("Descriptions", (table(("of", "says"), texts),))
    privileges = _part(documented, "privileges")
    if privileges:
        said = [
            (code(key), "granted" if granted else "revoked") for key, granted in privileges.items()
        ]
        yield Section("Privileges", (table(("privilege", "is"), said),))
    security = _part(documented, "row_security")
    policies = security.get("policies")
    if isinstance(policies, Mapping):
        yield from _statements("Row-level security", policies)


def _statements(title: str, statements: Mapping[str, Value]) -> Iterator[Section]:
    if statements:
        text = "\n\n".join(f"{_sql(name, value).strip()};" for name, value in statements.items())
        yield Section(title, (fenced("sql", text),))


def _sql(name: str, value: Value) -> str:
    return type_sql(name, value) if isinstance(value, Mapping) else str(value)


def _part(documented: DocumentedTable, name: str) -> Mapping[str, Value]:
    part = documented.schema.facts.get(name)
    return part if isinstance(part, Mapping) else {}
