"""The port of an engine whose tables can be made, inspected and changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from .._dataclass import dataclass
from ..model.description.tables import TableDescription
from ..operations.engine import Engine
from ..operations.operation import Operation, Request
from .tables import TableSchema

if TYPE_CHECKING:
    from .changes import Change


@dataclass(frozen=True, slots=True)
class LiveTable:
    """A table as it was found.

    is_usable: false while it, or an index of it, is being made or changed.
    problem: why it cannot be taken for a table of Trueup's; empty if it can.
    """

    schema: TableSchema
    is_usable: bool = True
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is sent to change tables, and what it does, in words.

    request: replies whether it changed something. If not, others were faster, and what is there
        has to be inspected again.
    """

    comment: str
    request: Request[bool]


class SchemaEngine(Engine, Protocol):
    """An engine that knows its tables."""

    def check(self, tables: Sequence[TableDescription]) -> None:
        """Refuse tables that it cannot hold, for what no limit says, when a layer is opened.

        Raises UnsupportedByEngine, with all problems.
        """
        ...

    def declared(self, table: TableDescription) -> TableSchema:
        """What a declared table becomes here."""
        ...

    def inspect(self, names: Sequence[str]) -> Operation[Mapping[str, LiveTable]]:
        """Those of the tables that are there, by name. names: those in the database."""
        ...

    def render(self, changes: Sequence[Change]) -> Sequence[Step]:
        """What has to be sent to make the changes, in order.

        Raises NeedsOperator (schema-mismatch) for a change that cannot be made here.
        """
        ...
