"""The description of a table: frozen data that everything downstream reads.

It holds no functions: `TableCodec` encodes values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel

from ..._dataclass import dataclass
from ...expressions.values import Kind
from ..declarations.base import Model
from ..declarations.dynamodb import DynamoDB
from ..declarations.entities import UnknownEntities
from ..declarations.fields import Marker
from ..declarations.patterns import AccessPattern
from ..declarations.relational import Relational
from ..declarations.retention import Kept
from ..declarations.table import PhysicalName, StreamView
from ..translation.constraints import NO_CONSTRAINTS, Constraints
from ..translation.shapes import Shape


@dataclass(frozen=True, slots=True)
class Attribute:
    """A stored field of the table's models.

    name: of the field; attribute: its stored name. nullable: whether an item can lack it.
    markers: roles beyond its type, such as the item's expiry or version.
    kept: how long items are kept, of an expiry that says so.
    constraints: of its values, as the first model with the field declares them.
    is_null: whether None is stored as NULL, since the field's default is another value.
    models: of its values, if they are nested models and nothing else.
    """

    name: str
    attribute: str
    shape: Shape
    nullable: bool = False
    has_default: bool = False
    markers: tuple[Marker, ...] = ()
    description: str = ""
    kept: Kept | None = None
    constraints: Constraints = NO_CONSTRAINTS
    is_null: bool = False
    models: tuple[type[BaseModel], ...] = ()


@dataclass(frozen=True, slots=True)
class KeyAttribute:
    """An attribute of a key.

    loggable: whether its values may appear in messages.
    """

    name: str
    attribute: str
    kind: Kind
    loggable: bool = False

    def text(self, value: object) -> str:
        """The attribute in a message: `id=ada` if loggable, else `id`; one-line text is bare."""
        if not self.loggable:
            return self.attribute
        is_bare = isinstance(value, int | Decimal) or (
            isinstance(value, str) and value.isprintable()
        )
        return f"{self.attribute}={value if is_bare else repr(value)}"


@dataclass(frozen=True)
class IndexDescription:
    """An index. shard: its physical partition key, a derived attribute, if the index is sharded."""

    name: str
    partition: tuple[KeyAttribute, ...]
    sort: tuple[KeyAttribute, ...]
    projection: frozenset[str] | None
    shards: int = 1
    local: bool = False
    shard: KeyAttribute | None = None
    description: str = ""

    @cached_property
    def physical_partition(self) -> tuple[KeyAttribute, ...]:
        """The partition key as stored: the shard attribute of a sharded index."""
        return (self.shard,) if self.shard else self.partition

    @cached_property
    def attributes(self) -> tuple[KeyAttribute, ...]:
        """All key attributes as stored, partition first."""
        return (*self.physical_partition, *self.sort)

    def projects(self, attributes: frozenset[str]) -> bool:
        """Whether the index holds all of `attributes`."""
        return self.projection is None or attributes <= self.projection


@dataclass(frozen=True)
class TableDescription:
    """A table as engines and repositories see it.

    models: name of an entity to its model; one entry named "" for a table of one model.
    discriminator: the attribute with the name of an item's entity; None if items carry none.
    aliases: further names of entities, to their names. begins: how the keys of an entity's items
        begin, by attribute, for items that carry no name; by the entity's name.
    attributes: the fields of all its models, in declared order.
    expires, version: the attributes with the expiry and the version of an item.
    created, updated: the attributes with the times of its first and its last write.
    physical: the declared physical name, if it is not `name`. renamed_from: the former one.
    declared_at: file and line; equality ignores them.
    """

    name: str
    model: type[Model]
    models: Mapping[str, type[Model]]
    discriminator: str | None
    partition: KeyAttribute
    sort: KeyAttribute | None
    indexes: Mapping[str, IndexDescription]
    patterns: Mapping[str, AccessPattern]
    attributes: tuple[Attribute, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    begins: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unknown_entities: UnknownEntities = "raise"
    expires: Attribute | None = None
    version: Attribute | None = None
    created: Attribute | None = None
    updated: Attribute | None = None
    stream: StreamView | None = None
    on_read: Literal["keep", "error"] = "keep"
    description: str = ""
    physical: PhysicalName = None
    renamed_from: str = ""
    dynamodb: DynamoDB = field(default_factory=DynamoDB)
    relational: Relational | None = None
    declared_at: str = field(default="", compare=False)

    @property
    def has_entities(self) -> bool:
        """Whether items of several models share the table."""
        return "" not in self.models

    @cached_property
    def key(self) -> tuple[KeyAttribute, ...]:
        """The key attributes, partition first."""
        return (self.partition,) if self.sort is None else (self.partition, self.sort)

    @cached_property
    def tenant(self) -> Attribute | None:
        """The attribute that says whose an item is, if the table has tenants."""
        name = self.relational.tenant if self.relational else ""
        return next((one for one in self.attributes if name and one.name == name), None)

    def key_text(self, values: Sequence[Any]) -> str:
        """A key for messages: the names of its attributes, with values if they are loggable."""
        pairs = zip(self.key, values, strict=True)
        return " and ".join(attribute.text(value) for attribute, value in pairs)

    def key_of(self, item: Mapping[str, Any]) -> tuple[Any, ...]:
        """The primary key of an item, partition first."""
        return tuple([item[key.attribute] for key in self.key])

    def position_keys(self, index: IndexDescription | None) -> tuple[KeyAttribute, ...]:
        """The keys that give the position of an item in a read: those of the index, if any, then
        the remaining keys of the primary key."""
        keys = {key.attribute: key for key in (*(index.attributes if index else ()), *self.key)}
        return tuple(keys.values())

    def index(self, name: str | None) -> IndexDescription | None:
        """The index called `name`; None for the table itself."""
        return None if name is None else self.indexes[name]
