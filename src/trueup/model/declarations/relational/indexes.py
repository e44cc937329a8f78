"""Indexes of SQL: for filters and for SQL of one's own. Queries of a repository need an `Index`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ...._dataclass import dataclass

Method = Literal["btree", "hash", "gist", "spgist", "gin", "brin"]
"""Source: https://www.postgresql.org/docs/15/indexes-types.html"""


@dataclass(frozen=True, slots=True)
class IndexColumn:
    """A column of an index.

    field: of the model; empty if `expression` is given, SQL such as `"lower(email)"`.
    opclass: the operator class, such as `"jsonb_path_ops"`; empty for the type's own.
    """

    field: str = ""
    expression: str = ""
    descending: bool = False
    nulls: Literal["", "first", "last"] = ""
    opclass: str = ""


@dataclass(frozen=True, slots=True)
class SqlIndex:
    """An index by a method of PostgreSQL, over fields, expressions or a part of the rows.

    columns: names of fields, or `IndexColumn`.
    include: fields that the index holds beside its columns, so that it answers alone.
    where: only rows for which this SQL is true.
    description: the comment that the database keeps of it.
    """

    name: str
    columns: Sequence[str | IndexColumn]
    method: Method = "btree"
    include: Sequence[str] = ()
    where: str = ""
    description: str = ""

    @property
    def index_columns(self) -> tuple[IndexColumn, ...]:
        """The columns as values."""
        return tuple(
            column if isinstance(column, IndexColumn) else IndexColumn(column)
            for column in self.columns
        )
