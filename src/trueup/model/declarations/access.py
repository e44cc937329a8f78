"""Access: what a function does with a table, as `mappings.pattern("mappings_to")` says it."""

from __future__ import annotations

from typing import Any, Literal, get_args

from ..._dataclass import dataclass

Read = Literal["get", "get_many", "pattern", "query", "scan"]
Write = Literal[
    "create",
    "put",
    "put_many",
    "update",
    "update_or_create",
    "delete",
    "delete_many",
    "check",
]
READS: tuple[Read, ...] = get_args(Read)
WRITES: tuple[Write, ...] = get_args(Write)


@dataclass(frozen=True, slots=True)
class Access:
    """One kind of call on one table.

    table: the `Table`, whose module stands on this one.
    call: the method of the repository; "check" is the check of a transaction.
    of: the name of the access pattern, if call is "pattern"; of "query" and "scan", the index that
        is read, empty for the table itself.
    """

    table: Any
    call: Read | Write
    of: str = ""

    @property
    def is_read(self) -> bool:
        """Whether nothing is changed by it."""
        return self.call in READS

    def __str__(self) -> str:
        return f"{self.table.name}.{self.call}" + (f"({self.of!r})" if self.of else "")
