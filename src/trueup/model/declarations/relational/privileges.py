"""What roles may do with a table and with the objects that it brings along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ...._dataclass import dataclass
from ..indexes import as_names

PrivilegeWord = Literal[
    "select", "insert", "update", "delete", "truncate", "references", "trigger", "execute", "usage"
]
"""Source: https://www.postgresql.org/docs/15/ddl-priv.html"""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role may do it: `Grant("reader", "select")`, `Grant("clerk", "update", columns=["note"])`.

    role: one that is there; "PUBLIC" for all. on: an object by its kind and name, such as
    `"function area(numeric)"`; empty for the table. columns: of the table; empty for the whole.
    """

    role: str
    privileges: PrivilegeWord | Sequence[PrivilegeWord]
    columns: Sequence[str] = ()
    on: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The privileges as a tuple."""
        return as_names(self.privileges)


@dataclass(frozen=True, slots=True)
class Revoke:
    """A role may not do it: `Revoke("PUBLIC", "execute", on="function secret()")`, which PostgreSQL
    lets everybody call. The owner and superusers may do all, whatever is revoked."""

    role: str
    privileges: PrivilegeWord | Sequence[PrivilegeWord]
    on: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The privileges as a tuple."""
        return as_names(self.privileges)
