"""Table: what a team declares once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cached_property
from typing import Generic, Literal, TypeVar

from ..description.check import describe
from ..description.tables import TableDescription
from .base import Model
from .dynamodb import DynamoDB
from .indexes import Index
from .patterns import AccessPattern
from .physical import PhysicalName
from .relational import Relational
from .stream import StreamView

M = TypeVar("M", bound=Model)


class Table(Generic[M]):
    """A table of items of one model, or of several entities that share a base model.

    name: the logical name. physical: the deployed name, where it differs; text, or
        `name_from_environment("VARIABLE", default=...)`.
    partition, sort: names of the fields that are the primary key.
    entities: subclasses of `model` that live in this table. Each item then carries the name of
        its entity in the attribute `discriminator`.
    ttl: the field that says when an item expires; None finds the one of type `ExpiresAt`.
    on_read: "keep" keeps attributes the model does not know and writes them back; "error"
        refuses to read such an item.
    description: what the table is for, in words; it appears in reports and documentation.

    A mistake does not raise here: `Layer` reports those of all its tables together.
    """

    def __init__(
        self,
        name: str,
        model: type[M],
        *,
        partition: str,
        sort: str | None = None,
        entities: Sequence[type[M]] = (),
        discriminator: str = "entity",
        indexes: Sequence[Index] = (),
        patterns: Sequence[AccessPattern] = (),
        ttl: str | None = None,
        stream: StreamView | None = None,
        on_read: Literal["keep", "error"] = "keep",
        physical: PhysicalName = None,
        description: str = "",
        dynamodb: DynamoDB | None = None,
        relational: Relational | None = None,
    ) -> None:
        self.name = name
        self.model = model
        self.partition = partition
        self.sort = sort
        self.entities = tuple(entities)
        self.discriminator = discriminator
        self.indexes = tuple(indexes)
        self.patterns = tuple(patterns)
        self.ttl = ttl
        self.stream: StreamView | None = stream
        self.on_read: Literal["keep", "error"] = on_read
        self.physical = physical
        self.description = description
        self.dynamodb = dynamodb or DynamoDB()
        self.relational = relational or Relational()
        caller = sys._getframe(1)
        self.declared_at = f"{caller.f_code.co_filename}:{caller.f_lineno}"

    def __repr__(self) -> str:
        return f"Table({self.name!r}, {self.model.__name__})"

    @cached_property
    def described(self) -> TableDescription:
        """The checked description. Raises DeclarationError naming every problem of this table."""
        return describe(self).get()
