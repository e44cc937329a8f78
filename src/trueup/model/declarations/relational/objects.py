"""SqlObject: a function, a view or a trigger in SQL of one's own."""

from __future__ import annotations

from typing import Literal

from ...._dataclass import dataclass

ObjectKind = Literal["view", "materialized view", "function", "trigger"]


@dataclass(frozen=True, slots=True)
class SqlObject:
    """One object that one SQL statement makes, after all tables are made; the statement is best
    kept in a file: `SqlObject("view", "active_jobs", Path(...).read_text())`.

    name: of a function with its parameters' types, as in `area(numeric)`.
    statement: `CREATE OR REPLACE …`, without the name of a schema. `{orders}` is the table `orders`
        of the layer, by the name that it has in the database.
    """

    kind: ObjectKind
    name: str
    statement: str
