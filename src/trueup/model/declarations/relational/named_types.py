"""Types and numbers of a schema that columns use: domains, composite types, sequences.

Tables of a layer may share them by their names, if each says the same of them. A `description` is
the comment that the database keeps of one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Literal

from ...._dataclass import dataclass
from .constraints import Check


@dataclass(frozen=True, slots=True)
class SqlDomain:
    """A type with conditions: `SqlDomain("share", "numeric(3,2)", checks=[Check("share_whole",
    "VALUE <= 1")])`, for `types={"score": "share"}`.

    type: the SQL type below. default: SQL. required: whether NULL is refused.
    checks: over the word VALUE.
    Source: https://www.postgresql.org/docs/15/sql-createdomain.html
    """

    name: str
    type: str
    default: str = ""
    required: bool = False
    collation: str = ""
    checks: Sequence[Check] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class SqlComposite:
    """A type of several values: `SqlComposite("money_of", {"amount": "numeric", "code": "text"})`.

    fields: their SQL types by name, in order.
    Source: https://www.postgresql.org/docs/15/sql-createtype.html
    """

    name: str
    fields: Mapping[str, str] = field(default_factory=dict)
    description: str = ""


@dataclass(frozen=True, slots=True)
class SqlSequence:
    """Numbers that are given once each: `SqlSequence("invoice", start=1000)`, for
    `defaults={"number": "nextval('invoice')"}`.

    minimum, maximum, start: None for PostgreSQL's own. cache: how many a session takes at once.
    cycle: whether they begin again after the last.
    Source: https://www.postgresql.org/docs/15/sql-createsequence.html
    """

    name: str
    type: Literal["smallint", "integer", "bigint"] = "bigint"
    start: int | None = None
    increment: int = 1
    minimum: int | None = None
    maximum: int | None = None
    cache: int = 1
    cycle: bool = False
    description: str = ""
