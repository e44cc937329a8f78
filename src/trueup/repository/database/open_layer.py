"""OpenLayer: a layer bound to an engine, and what its repositories are made from."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from ..._dataclass import dataclass
from ...errors import ErrorCode, InvalidCall, Place
from ...model.declarations.base import Model
from ...model.declarations.layer import Layer
from ...model.declarations.table import Table
from ...model.description.tables import TableDescription
from ...model.translation.bind import Binder
from ...model.translation.codec import TableCodec
from ...operations.plans.context import Clock, TableContext
from ...operations.plans.cursor import Cursors
from ...schema.engine import SchemaEngine


@dataclass(frozen=True, slots=True)
class OpenLayer:
    """A layer, the engine it was opened on, and what holds for all of its repositories."""

    layer: Layer
    engine: SchemaEngine
    cursors: Cursors
    clock: Clock
    _contexts: dict[tuple[Table[Any], type[Model] | None], TableContext] = field(
        default_factory=dict
    )

    @property
    def tables(self) -> list[TableDescription]:
        """The descriptions of the layer's tables."""
        return [self.layer.describe(table) for table in self.layer.tables]

    def context(self, table: Table[Any], entity: type[Model] | None = None) -> TableContext:
        """What the operations on one table need. Made once: a transaction asks for each action."""
        context = self._contexts.get((table, entity))
        if context is None:
            context = self._contexts[table, entity] = self._new_context(table, entity)
        return context

    def _new_context(self, table: Table[Any], entity: type[Model] | None) -> TableContext:
        described = self.layer.describe(table)
        if entity is not None and entity not in described.models.values():
            known = ", ".join(model.__name__ for model in described.models.values())
            raise InvalidCall(
                f"{entity.__name__} is no entity of the table {table.name!r}",
                code=ErrorCode.WRONG_TYPE,
                where=Place(table=table.name),
                fix=f"its entities are: {known}",
            )
        return TableContext(
            engine=self.engine,
            table=described,
            codec=TableCodec(described),
            binder=Binder(described),
            cursors=self.cursors,
            clock=self.clock,
            entity=entity if described.discriminator else None,
        )
