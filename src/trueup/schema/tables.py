"""The schema of a table, declared or live, in terms that all engines share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Literal

from .._dataclass import dataclass
from .facts import Path, Unknown, Value


@dataclass(frozen=True, slots=True)
class AttributeSchema:
    """An attribute of a key. kind: S text, N number, B bytes."""

    name: str
    kind: Literal["S", "N", "B"]

    def __str__(self) -> str:
        return f"{self.name} {self.kind}"


@dataclass(frozen=True, slots=True)
class IndexSchema:
    """An index. projection: the attributes it holds in addition to the keys; None for all.

    facts: as those of its table.
    """

    name: str
    partition: tuple[AttributeSchema, ...]
    sort: tuple[AttributeSchema, ...] = ()
    projection: frozenset[str] | None = None
    is_local: bool = False
    facts: Mapping[str, Value] = field(default_factory=dict)

    @property
    def attributes(self) -> tuple[AttributeSchema, ...]:
        """The key of the index, in sort order."""
        return self.partition + self.sort

    def serves(self, declared: IndexSchema) -> bool:
        """Whether this index can replace `declared`: it may hold more attributes, not fewer."""
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
    """A table, by its physical name.

    ttl: the attribute that holds an item's expiry. stream: the view of its stream.
    facts: facts that only the engine knows, by name, such as DynamoDB's billing. A declared table
        has those that it mentions, a live table those that the engine can tell.
    source: where this is said: `app/tables.py:12`, an ARN, a file.
    renamed_from: the name that a declared table had before.
    unkept: names of facts that the engine does not keep, of tables and of indexes: they are in no
        tree of facts, so that none looks as if it were compared.
    former: of a declared table the names that parts had before, by their paths; of a live one the
        names that declared parts still have there.
    Equality ignores these four.
    """

    name: str
    partition: tuple[AttributeSchema, ...]
    sort: tuple[AttributeSchema, ...] = ()
    indexes: Mapping[str, IndexSchema] = field(default_factory=dict)
    ttl: str | Unknown | None = None
    stream: str | Unknown | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)
    source: str = field(default="", compare=False)
    renamed_from: str = field(default="", compare=False)
    unkept: frozenset[str] = field(default=frozenset(), compare=False)
    former: Mapping[Path, str] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> tuple[AttributeSchema, ...]:
        """The primary key, in sort order."""
        return self.partition + self.sort

    @property
    def attributes(self) -> tuple[AttributeSchema, ...]:
        """Every key attribute once: those of the primary key, then those of the indexes."""
        used = list(self.key)
        for index in self.indexes.values():
            used += index.attributes
        return tuple(dict.fromkeys(used))


def is_in_parts(schema: TableSchema) -> bool:
    """Whether a table is one of columns, whose parts change one by one."""
    return "constraints" in schema.facts


def tree(schema: TableSchema) -> Mapping[str, Value]:
    """Everything that a schema says, as a tree of facts."""
    found: dict[str, Value] = {
        "key": _key_tree(schema.partition, schema.sort),
        "index": index_trees(schema),
        "ttl": schema.ttl,
        "stream": schema.stream,
        **schema.facts,
    }
    return _without(found, schema.unkept)


def index_trees(schema: TableSchema) -> Mapping[str, Mapping[str, Value]]:
    """Everything that a schema says of its indexes, by their names."""
    indexes = sorted(schema.indexes.items())
    return {name: _without(index_tree(index), schema.unkept) for name, index in indexes}


def index_tree(index: IndexSchema) -> Mapping[str, Value]:
    """Everything that a schema says of an index."""
    return {
        **_key_tree(index.partition, index.sort),
        "projection": "all" if index.projection is None else sorted(index.projection),
        "local": index.is_local,
        **index.facts,
    }


def _without(facts: Mapping[str, Value], names: frozenset[str]) -> Mapping[str, Value]:
    return {name: value for name, value in facts.items() if name not in names}


def _key_tree(
    partition: Sequence[AttributeSchema], sort: Sequence[AttributeSchema]
) -> Mapping[str, Value]:
    return {"partition": list(map(str, partition)), "sort": list(map(str, sort))}


def shown_key(partition: Sequence[object], sort: Sequence[object]) -> str:
    """A key for people: `(customer S; day N)`, the partition before the semicolon.

    An index that is not finished has no key.
    """
    parts = [", ".join(map(str, attributes)) for attributes in (partition, sort) if attributes]
    return f"({'; '.join(parts) or 'unfinished'})"


def shown_projection(projection: frozenset[str] | None) -> str:
    """The attributes that an index holds in addition to its keys, for people."""
    if projection is None:
        return "all attributes"
    return ", ".join(sorted(projection)) or "only keys"


def _covers(live: frozenset[str] | None, declared: frozenset[str] | None) -> bool:
    return live is None or (declared is not None and declared <= live)
