"""One table beside the live one: every fact that either side says, and how much it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._dataclass import dataclass
from ..engines.open_tables import OpenTables
from ..errors import TrueupError
from ..model.declarations.table import Table
from ..schema.engine import LiveTable
from ..schema.facts import Path, Unknown, Value, dotted
from ..schema.tables import TableSchema, tree
from .declared import declared_tables


@dataclass(frozen=True, slots=True)
class Described:
    """A declared table, and what was found. live: None if it is not there, or why is set.

    why: it is not known whether the table is there.
    """

    declared: TableSchema
    live: LiveTable | None = None
    why: str = ""

    def facts(self) -> Iterator[tuple[str, Value, Value]]:
        """Each fact with its declared value and the live one; None for what a side does not say."""
        declared = dict(_leaves(tree(self.declared)))
        live = dict(_leaves(tree(self.live.schema))) if self.live else {}
        for path in dict.fromkeys([*declared, *live]):
            yield dotted(path), declared.get(path), live.get(path, self._nothing())

    def _nothing(self) -> Value:
        return Unknown(self.why) if self.why else None


def describe_table(tables: OpenTables, table: Table[Any], *, protect: bool = False) -> Described:
    """A table as it is declared and as it is. What stands in the way is told, not raised.

    protect: whether the stage protects its tables.
    """
    engine = tables.open_layer.engine
    (declared,) = declared_tables(tables.open_layer, [table.name], protect=protect).values()
    try:
        found = tables.runner.run(engine.inspect([declared.name]), "describe")
    except TrueupError as error:
        return Described(declared, why=error.what)
    return Described(declared, found.get(declared.name))


def _leaves(value: Value, path: Path = ()) -> Iterator[tuple[Path, Value]]:
    if isinstance(value, Mapping) and value:
        for name, part in value.items():
            yield from _leaves(part, (*path, name))
    elif path and not isinstance(value, Mapping):
        yield path, value
