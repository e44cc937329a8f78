"""Opened: a layer bound to an engine, and what its repositories are made from."""

from __future__ import annotations

from dataclasses import field
from typing import Any, Protocol

from ..._dataclass import dataclass
from ...errors import Code, RequestError
from ...model.declarations.base import Model
from ...model.translation.bind import Binder
from ...model.translation.codec import TableCodec
from ...model.declarations.layer import Layer
from ...model.declarations.table import Table
from ...operations.plans.context import (Access, Clock)
from ...operations.plans.cursor import Cursors
from ...operations.engine import Engine
from ...operations.operation import Operation, Request


class OpenedEngine(Engine, Protocol):
    """An engine that can also create its tables."""

    def create_request(self) -> Request[None]:
        """The first request of `create_tables`."""
        ...

    def create_tables(self) -> Operation[None]:
        """Create the tables that are missing, and wait until they can be used."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A layer, the engine it was opened on, and what holds for all of its repositories."""

    layer: Layer
    engine: OpenedEngine
    cursors: Cursors
    clock: Clock
    _accesses: dict[tuple[Table[Any], type[Model] | None], Access] = field(default_factory=dict)

    def access(self, table: Table[Any], entity: type[Model] | None = None) -> Access:
        """What the operations on one table need. Made once: a transaction asks for each action."""
        access = self._accesses.get((table, entity))
        if access is None:
            access = self._accesses[table, entity] = self._new_access(table, entity)
        return access

    def _new_access(self, table: Table[Any], entity: type[Model] | None) -> Access:
        described = self.layer.describe(table)
        if entity is not None and entity not in described.models.values():
            known = ", ".join(model.__name__ for model in described.models.values())
            raise RequestError(
                f"{entity.__name__} is no entity of the table {table.name!r}",
                code=Code.WRONG_TYPE,
                where=f"table {table.name}",
                fix=f"its entities are: {known}",
            )
        return Access(
            engine=self.engine,
            table=described,
            codec=TableCodec(described),
            binder=Binder(described),
            cursors=self.cursors,
            clock=self.clock,
            entity=entity if described.discriminator else None,
        )
