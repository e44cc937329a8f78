"""What a table is in a database, whether declared or live, in terms that all engines share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Literal, TypeAlias

from .._dataclass import dataclass

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"


@dataclass(frozen=True, slots=True)
class AttributeSchema:
    """An attribute of a key. kind: S text, N number, B bytes."""

    name: str
    kind: Literal["S", "N", "B"]

    def __str__(self) -> str:
        return f"{self.name} {self.kind}"


@dataclass(frozen=True, slots=True)
class IndexSchema:
    """An index. projection: what it holds beside the keys; None for all attributes."""

    name: str
    partition: tuple[AttributeSchema, ...]
    sort: tuple[AttributeSchema, ...] = ()
    projection: frozenset[str] | None = None
    is_local: bool = False

    @property
    def attributes(self) -> tuple[AttributeSchema, ...]:
        """Its key in the order in which it sorts."""
        return self.partition + self.sort

    def serves(self, declared: IndexSchema) -> bool:
        """Whether it answers what `declared` would: it may hold more, but not less."""
        is_same = (self.attributes, len(self.partition), self.is_local) == (
            declared.attributes,
            len(declared.partition),
            declared.is_local,
        )
        return is_same and _covers(self.projection, declared.projection)

    def __str__(self) -> str:
        return shown_key(self.partition, self.sort) + (" local" if self.is_local else "")


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table, by its name in the database.

    ttl: the attribute that holds an item's expiry. stream: the view that its stream gives.
    facts: what only its engine knows, by name, such as how DynamoDB is paid. A fact that a live
        table lacks could not be read.
    """

    name: str
    partition: tuple[AttributeSchema, ...]
    sort: tuple[AttributeSchema, ...] = ()
    indexes: Mapping[str, IndexSchema] = field(default_factory=dict)
    ttl: str | None = None
    stream: str | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)

    @property
    def key(self) -> tuple[AttributeSchema, ...]:
        """The primary key in the order in which it sorts."""
        return self.partition + self.sort

    @property
    def attributes(self) -> tuple[AttributeSchema, ...]:
        """Every attribute of a key, once: the primary key's first, then those of the indexes."""
        used = list(self.key)
        for index in self.indexes.values():
            used += index.attributes
        return tuple(dict.fromkeys(used))


def shown_key(partition: Sequence[AttributeSchema], sort: Sequence[AttributeSchema]) -> str:
    """A key for people: `(customer S; day N)`, the partition before the semicolon."""
    parts = [", ".join(map(str, attributes)) for attributes in (partition, sort) if attributes]
    return f"({'; '.join(parts)})"


def shown_projection(projection: frozenset[str] | None) -> str:
    """What an index holds beside its keys, for people."""
    if projection is None:
        return "all attributes"
    return ", ".join(sorted(projection)) or "only keys"


def _covers(live: frozenset[str] | None, declared: frozenset[str] | None) -> bool:
    return live is None or (declared is not None and declared <= live)
