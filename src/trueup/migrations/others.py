"""The histories of other tools, as they are found in a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from .port import Row

HISTORIES = (
    ("Alembic", "alembic_version", "SELECT version_num FROM {} ORDER BY version_num DESC"),
    (
        "Flyway",
        "flyway_schema_history",
        "SELECT coalesce(version, description) FROM {} WHERE success ORDER BY installed_rank DESC",
    ),
    ("Django", "django_migrations", "SELECT app || '.' || name FROM {} ORDER BY id DESC"),
    ("dbmate", "schema_migrations", "SELECT version FROM {} ORDER BY version DESC"),
)
"""The tool, its table, and the query for its last version.

Sources: https://alembic.sqlalchemy.org/en/latest/tutorial.html,
https://documentation.red-gate.com/fd/flyway-schema-history-table-273973417.html,
https://docs.djangoproject.com/en/5.2/topics/migrations/, https://github.com/amacneil/dbmate
"""


def last_of(
    tables: Mapping[str, str],
    histories: Sequence[tuple[str, str, str]],
    query: Callable[[str], Sequence[Row]],
) -> Iterator[tuple[str, str]]:
    """The tools whose tables are there, with the last version of each; empty for none.

    tables: the names of tables, with what SQL calls them.
    """
    for tool, table, last in histories:
        if table in tables:
            rows = query(f"{last.format(tables[table])} LIMIT 1")
            yield tool, str(rows[0][0]) if rows else ""
