"""The check that no two tables share a name in a database and overwrite each other's items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..declarations.table import Table


def shared_names(tables: Sequence[Table[Any]], names: Mapping[str, str]) -> list[str]:
    """A problem for each table with the name of an earlier table. names: logical to physical."""
    first: dict[str, Table[Any]] = {}
    found = []
    for table in tables:
        name = names.get(table.name)
        if name is None:
            continue
        other = first.setdefault(name, table)
        if other is not table:
            found.append(
                f"{table.declared_at}: table {table.name!r}: it is called {name!r} in the "
                f"database, as is the table {other.name!r}, declared at {other.declared_at}"
            )
    return found
