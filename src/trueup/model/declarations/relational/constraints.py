"""Constraints of a table: what the database refuses to store.

Fields are named as in the model. An empty `name` is PostgreSQL's own: table, columns and a suffix.
A `description` is the comment that the database keeps of the constraint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from ...._dataclass import dataclass
from ..indexes import as_names

ReferenceAction = Literal["no action", "restrict", "cascade", "set null", "set default"]
"""What happens to rows when the row that they refer to is deleted, or its key changes.
Source: https://www.postgresql.org/docs/15/ddl-constraints.html#DDL-CONSTRAINTS-FK"""


@dataclass(frozen=True, slots=True)
class Unique:
    """No two rows have the same values.

    fields: one or more. where: only of rows for which this SQL is true, such as `"enabled"`; it is
        then a unique index.
    nulls_distinct: whether rows that lack a value never equal each other.
    """

    fields: str | Sequence[str]
    where: str = ""
    nulls_distinct: bool = True
    name: str = ""
    description: str = ""

    @property
    def field_names(self) -> tuple[str, ...]:
        """The fields as a tuple."""
        return as_names(self.fields)


@dataclass(frozen=True, slots=True)
class References:
    """The values of fields are those of a row of another table, or absent.

    fields: one or more. table: the logical name of a table of the layer, or of this table.
    to: the fields there; empty for its key.
    on_delete, on_update: what happens to rows of this table then.
    set_fields: of the `fields`, those that "set null" or "set default" sets; empty for all.
    deferred: whether it is checked at the end of a transaction, not of a statement.
    """

    fields: str | Sequence[str]
    table: str
    to: str | Sequence[str] = ()
    on_delete: ReferenceAction = "no action"
    on_update: ReferenceAction = "no action"
    set_fields: Sequence[str] = ()
    deferred: bool = False
    name: str = ""
    description: str = ""

    @property
    def field_names(self) -> tuple[str, ...]:
        """The fields as a tuple."""
        return as_names(self.fields)

    @property
    def target_fields(self) -> tuple[str, ...]:
        """The fields of the other table as a tuple; empty for its key."""
        return as_names(self.to)


@dataclass(frozen=True, slots=True)
class Check:
    """An SQL condition that no row may fail: `Check("ends_later", "ends > starts")`.

    condition: over the names of columns. A row for which it is NULL passes.
    """

    name: str
    condition: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Exclude:
    """No two rows agree in all fields, each by its operator: `{"room": "=", "during": "&&"}`.

    method: of the index that finds them. Equality of plain types needs the extension btree_gist.
    where: only of rows for which this SQL is true.
    Source: https://www.postgresql.org/docs/15/sql-createtable.html#SQL-CREATETABLE-EXCLUDE
    """

    fields: Mapping[str, str]
    method: Literal["gist", "spgist", "btree", "hash"] = "gist"
    where: str = ""
    name: str = ""
    description: str = ""
