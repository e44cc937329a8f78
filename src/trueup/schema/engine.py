"""The port of an engine whose tables can be created, inspected and changed."""

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
    """A live table.

    is_usable: false while the table or an index is being created or changed.
    problem: why Trueup cannot use the table; empty if it can.
    """

    schema: TableSchema
    is_usable: bool = True
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A request that changes tables, with a comment that says what it does.

    request: replies whether it changed something. If not, others were faster, and the tables have
        to be inspected again.
    """

    comment: str
    request: Request[bool]


class SchemaEngine(Engine, Protocol):
    """An engine that manages tables."""

    def check(self, tables: Sequence[TableDescription]) -> None:
        """Refuse tables that the engine cannot hold, beyond its limits, when a layer is opened.

        Raises UnsupportedByEngine, which lists all problems.
        """
        ...

    def name_of(self, table: TableDescription) -> str:
        """The name of a table in the database."""
        ...

    def declared(self, table: TableDescription) -> TableSchema:
        """The schema of a declared table on this engine."""
        ...

    def inspect(self, names: Sequence[str]) -> Operation[Mapping[str, LiveTable]]:
        """The existing tables among `names`, by physical name."""
        ...

    def render(self, changes: Sequence[Change]) -> Sequence[Step]:
        """The requests that make the changes, in order.

        Raises NeedsOperator (schema-mismatch) for a change that this engine cannot make.
        """
        ...
