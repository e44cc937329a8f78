"""What the pages are made from: a layer on an engine, and each table with its example."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from .._dataclass import dataclass
from ..expressions.values import Item
from ..model.declarations.base import Model
from ..model.declarations.layer import Layer
from ..model.declarations.table import Table
from ..model.description.tables import TableDescription
from ..operations.plans.context import TableContext
from ..operations.plans.cursor import Cursors
from ..operations.plans.writes import plan_put
from ..repository.database import OpenLayer
from ..repository.previews import RequestPreview
from ..schema.engine import SchemaEngine
from ..schema.facts import Value
from ..schema.tables import TableSchema
from .text.python_source import Name
from .values.examples import EXAMPLE_NOW, EXAMPLE_TENANT, example_items


@dataclass(frozen=True)
class DocumentedTable:
    """A table, what it is on the engine, and an example item of each entity.

    name: the variable that holds it in its module; None if no module has it.
    """

    table: TableDescription
    schema: TableSchema
    context: TableContext
    name: Name | None

    @cached_property
    def examples(self) -> dict[type[Model], Model]:
        """An item of each entity."""
        return example_items(self.table)

    @property
    def example(self) -> Model:
        """The item that questions are asked about: of the first entity."""
        return next(iter(self.examples.values()))

    @property
    def requests(self) -> RequestPreview:
        """The exact requests of its repository."""
        return RequestPreview(self.context)

    @property
    def columns(self) -> Mapping[str, Value]:
        """What the database says of the column of each attribute; empty if there are no columns."""
        columns = self.schema.facts.get("columns")
        return columns if isinstance(columns, Mapping) else {}

    def stored(self, example: Model) -> Item:
        """The item that a put of this example stores."""
        return plan_put(self.context, example).item

    def example_with(self, field: str) -> Model:
        """The example of the first entity that has the field."""
        having = (one for one in self.examples.values() if field in type(one).model_fields)
        return next(having, self.example)


@dataclass(frozen=True)
class DocumentedLayer:
    """A layer, with its tables in declared order. name: the variable that holds the layer."""

    layer: Layer
    tables: tuple[DocumentedTable, ...]
    name: Name | None

    @property
    def expiring(self) -> tuple[DocumentedTable, ...]:
        """The tables whose items expire."""
        return tuple(one for one in self.tables if one.table.expires)


def documented(layer: Layer, engine: SchemaEngine) -> DocumentedLayer:
    """The parts of a layer's pages, at the present of the examples."""
    opened = OpenLayer(layer, engine, Cursors(), EXAMPLE_NOW.timestamp)
    if any(table.tenant for table in opened.tables):
        opened = opened.for_tenant(EXAMPLE_TENANT)
    tables = tuple(_documented_table(opened, table) for table in layer.tables)
    return DocumentedLayer(layer, tables, name_in_module(layer, layer.declared_at))


def _documented_table(opened: OpenLayer, table: Table[Any]) -> DocumentedTable:
    description = opened.layer.describe(table)
    return DocumentedTable(
        description,
        opened.engine.declared(description),
        opened.context(table),
        name_in_module(table, table.declared_at),
    )


def name_in_module(value: object, declared_at: str) -> Name | None:
    """The name of a value in the imported module that declares it. declared_at: file and line."""
    file = declared_at.rpartition(":")[0]
    for module in sorted(sys.modules):
        contents: Mapping[str, object] = vars(sys.modules[module])
        if module != "__main__" and contents.get("__file__") == file:
            for name in sorted(contents):
                if contents[name] is value:
                    return Name(module, name)
    return None
