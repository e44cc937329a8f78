"""OpenLayer: a layer bound to an engine, from which repositories are made."""

from __future__ import annotations

from dataclasses import field, replace
from typing import Any

from ..._dataclass import dataclass
from ..._kinds import fits, kind_of_value
from ...errors import ErrorCode, InvalidCall, Place
from ...model.declarations.base import Model
from ...model.declarations.layer import Layer
from ...model.declarations.table import Table
from ...model.description.tables import TableDescription
from ...model.translation.bind import Binder
from ...model.translation.codec import TableCodec
from ...operations.plans.context import Clock, TableContext
from ...operations.plans.cursor import Cursors
from ...operations.tenants import TenantEngine, W, engine_of_tenant
from ...schema.engine import SchemaEngine


@dataclass(frozen=True, slots=True)
class OpenLayer:
    """A layer, its engine, and the settings that all of its repositories share.

    tenant: the only one whose rows are read and written, if any.
    """

    layer: Layer
    engine: SchemaEngine
    cursors: Cursors
    clock: Clock
    tenant: str | None = None
    _of: OpenLayer | None = None
    _contexts: dict[tuple[Table[Any], type[Model] | None], TableContext] = field(
        default_factory=dict
    )

    @property
    def tables(self) -> list[TableDescription]:
        """The descriptions of the layer's tables."""
        return [self.layer.describe(table) for table in self.layer.tables]

    def for_tenant(self, tenant: object) -> OpenLayer:
        """The same layer for the rows of one tenant.

        Raises UnsupportedByEngine, or InvalidCall if this is none.
        """
        engine = engine_of_tenant(self.engine, tenant, self.tenant)
        return OpenLayer(self.layer, engine, self.cursors, self.clock, str(tenant), self)

    def wire_of_tenant(self, wire: W) -> W:
        """The wire for the requests of this layer's tenant."""
        assert isinstance(self.engine, TenantEngine)
        return self.engine.wire_of_tenant(wire)

    def context(self, table: Table[Any], entity: type[Model] | None = None) -> TableContext:
        """The context of operations on a table. Cached: a transaction needs it for each action."""
        if not isinstance(table, Table):
            raise self._no_table(table)
        if entity is not None and not fits(type[Model])(entity):
            raise self._no_entity(table, entity)
        context = self._contexts.get((table, entity))
        if context is None:
            context = self._contexts[table, entity] = self._new_context(table, entity)
        return context

    def _no_table(self, given: object) -> InvalidCall:
        """The error for an argument that is no table, but perhaps its model, name or repository."""
        named = isinstance(given, type | str)
        meant = [
            table for table in self.layer.tables if named and given in (table.model, table.name)
        ]
        which = f"declared at {meant[0].declared_at}" if meant else "what Table(...) gave"
        return InvalidCall(
            f"{kind_of_value(given)} was given where a table belongs",
            code=ErrorCode.WRONG_TYPE,
            where=Place(note=f"layer {self.layer.name}"),
            fix=f"pass the table itself, {which}",
        )

    def _no_entity(self, table: Table[Any], given: object) -> InvalidCall:
        models = self.layer.describe(table).models.values()
        return InvalidCall(
            f"{kind_of_value(given)} is no entity of the table {table.name!r}",
            code=ErrorCode.WRONG_TYPE,
            where=Place(table=table.name),
            fix=f"its entities are: {', '.join(model.__name__ for model in models)}",
        )

    def _new_context(self, table: Table[Any], entity: type[Model] | None) -> TableContext:
        if self._of is not None:
            return replace(self._of.context(table, entity), engine=self.engine)
        described = self.layer.describe(table)
        if entity is not None and entity not in described.models.values():
            raise self._no_entity(table, entity)
        return TableContext(
            engine=self.engine,
            table=described,
            codec=TableCodec(described),
            binder=Binder(described),
            cursors=self.cursors,
            physical=self.engine.name_of(described),
            clock=self.clock,
            entity=entity if described.has_entities else None,
        )
