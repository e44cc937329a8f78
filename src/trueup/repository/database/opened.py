"""Opened: a layer bound to an engine, and what its repositories are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ...errors import Code, RequestError
from ...model.base import Model
from ...model.bind import Binder
from ...model.codec import TableCodec
from ...model.layer import Layer
from ...model.table import Table
from ...operations.access import Access, Clock
from ...operations.cursor import Cursors
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

    def access(self, table: Table[Any], entity: type[Model] | None = None) -> Access:
        """What the operations on one table need."""
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
