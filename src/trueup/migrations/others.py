"""The histories of other tools, as they are found in a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from .port import OtherHistory, Row

Query = Callable[[str], Sequence[Row]]


def find_histories(tables: Mapping[str, str], query: Query) -> Iterator[OtherHistory]:
    """The tools whose tables are there. tables: the names of tables, with what SQL calls them.

    Sources: https://alembic.sqlalchemy.org/en/latest/branches.html,
    https://documentation.red-gate.com/fd/flyway-schema-history-table-273973417.html,
    https://docs.djangoproject.com/en/5.2/topics/migrations/, https://github.com/amacneil/dbmate
    """
    readers = {
        "alembic_version": _alembic,
        "flyway_schema_history": _flyway,
        "django_migrations": _django,
        "schema_migrations": _dbmate,
    }
    for table, read in readers.items():
        if table in tables:
            yield read(tables[table], query)


def _alembic(table: str, query: Query) -> OtherHistory:
    """A row for each head. None: everything was undone."""
    heads = [str(one) for (one,) in query(f"SELECT version_num FROM {table} ORDER BY version_num")]
    unfinished = f"it has two heads, {' and '.join(heads)}" if len(heads) > 1 else ""
    return OtherHistory("Alembic", ", ".join(heads), unfinished or _none(heads))


def _flyway(table: str, query: Query) -> OtherHistory:
    """A row for each run, in order, with whether it succeeded."""
    rows = query(
        f"SELECT coalesce(version, description), success FROM {table} WHERE version IS NOT NULL"
        " OR NOT success ORDER BY installed_rank"
    )
    done = [str(version) for version, success in rows if success]
    failed = [str(version) for version, success in rows if not success]
    unfinished = f"its version {', '.join(failed)} failed" if failed else ""
    return OtherHistory("Flyway", done[-1] if done else "", unfinished or _none(done))


def _django(table: str, query: Query) -> OtherHistory:
    """A row for each migration of each app; the last of each app is its head."""
    heads = {str(app): str(name) for app, name in
             query(f"SELECT app, name FROM {table} ORDER BY id")}  # fmt: skip
    head = ", ".join(f"{app}.{name}" for app, name in sorted(heads.items()))
    return OtherHistory("Django", head, _none(list(heads)))


def _dbmate(table: str, query: Query) -> OtherHistory:
    """A row for each version."""
    versions = [str(one) for (one,) in query(f"SELECT version FROM {table} ORDER BY version")]
    return OtherHistory("dbmate", versions[-1] if versions else "", _none(versions))


def _none(versions: Sequence[str]) -> str:
    return "" if versions else "it has applied nothing"
