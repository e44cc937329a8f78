"""Indexes as SQL, by any method."""

from __future__ import annotations

from ....model.declarations.relational import IndexColumn, Relational, SqlIndex, Unique
from ..values.names import quote
from .constraints import Naming, unique_name


def indexes_of(settings: Relational, naming: Naming) -> dict[str, str]:
    """The statements that create the indexes, by name. A constraint over a part of the rows is a
    unique index."""
    found = {naming.called(index.name): _index(index, naming) for index in settings.indexes}
    for unique in settings.unique:
        if unique.where:
            found[unique_name(unique, naming)] = _unique_index(unique, naming)
    return found


def _index(index: SqlIndex, naming: Naming) -> str:
    columns = ", ".join(_column(column, naming) for column in index.index_columns)
    include = f" INCLUDE ({naming.fields(index.include)})" if index.include else ""
    where = f" WHERE ({index.where})" if index.where else ""
    name = quote(naming.called(index.name))
    return (
        f"CREATE INDEX {name} ON {naming.quoted} USING {index.method} ({columns}){include}{where}"
    )


def _column(column: IndexColumn, naming: Naming) -> str:
    parts = [naming.fields((column.field,)) if column.field else f"({column.expression})"]
    if column.opclass:
        parts.append(column.opclass)
    if column.descending:
        parts.append("DESC")
    if column.nulls:
        parts.append(f"NULLS {column.nulls.upper()}")
    return " ".join(parts)


def _unique_index(unique: Unique, naming: Naming) -> str:
    nulls = "" if unique.nulls_distinct else " NULLS NOT DISTINCT"
    name = quote(unique_name(unique, naming))
    fields = naming.fields(unique.field_names)
    return f"CREATE UNIQUE INDEX {name} ON {naming.quoted} ({fields}){nulls} WHERE ({unique.where})"
