"""SqlObject: a function, a procedure, a view or a trigger in SQL of one's own."""

from __future__ import annotations

from typing import Literal

from ...._dataclass import dataclass

ObjectKind = Literal["view", "materialized view", "function", "procedure", "trigger"]


@dataclass(frozen=True, slots=True)
class SqlObject:
    """One object that one SQL statement makes; the statement is best kept in a file:
    `SqlObject("view", "active_jobs", Path(...).read_text())`.

    Objects are made after all tables, each after those that its statement names; functions that
    columns, checks, indexes or domains call are made before the tables.

    name: of a function or a procedure with its parameters' types, as in `area(numeric)`.
    statement: `CREATE OR REPLACE …`, without the name of a schema. `{orders}` is the table `orders`
        of the layer, by the name that it has in the database.
    description: the comment that the database keeps of it.
    """

    kind: ObjectKind
    name: str
    statement: str
    description: str = ""
