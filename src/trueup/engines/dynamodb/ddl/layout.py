"""The layout of a table: keys, indexes, stream and expiry, as DynamoDB names them.

A layout is made from a declaration here and from a live table in `inspect.py`; two that are equal
serve the same requests. Billing, backups and tags are no part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...._dataclass import dataclass
from ....model.description.tables import IndexDescription, KeyAttribute, TableDescription

Attribute = tuple[str, str]
"""A name and the letters of a type: `("customer", "S")`."""


@dataclass(frozen=True, slots=True)
class IndexLayout:
    """An index. projection: None for all attributes, else those beside the keys."""

    name: str
    partition: tuple[Attribute, ...]
    sort: tuple[Attribute, ...]
    projection: frozenset[str] | None
    is_local: bool


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A table. expires: the attribute that TTL looks at; stream: its view type."""

    name: str
    partition: Attribute
    sort: Attribute | None
    indexes: Mapping[str, IndexLayout]
    stream: str | None = None
    expires: str | None = None

    @property
    def key(self) -> tuple[Attribute, ...]:
        """The attributes of the primary key."""
        return (self.partition,) if self.sort is None else (self.partition, self.sort)

    @property
    def attributes(self) -> dict[str, str]:
        """Every key attribute and its type, the indexes' included."""
        keys = [*self.key]
        for index in self.indexes.values():
            keys += (*index.partition, *index.sort)
        return dict(keys)


def layout_of(table: TableDescription, name: str) -> TableLayout:
    """The layout of a declared table. name: what it is called in the database."""
    return TableLayout(
        name=name,
        partition=_attribute(table.partition),
        sort=None if table.sort is None else _attribute(table.sort),
        indexes={index.name: _index(table, index) for index in table.indexes.values()},
        stream=table.stream,
        expires=table.expires.attribute if table.expires else None,
    )


def _index(table: TableDescription, index: IndexDescription) -> IndexLayout:
    return IndexLayout(
        name=index.name,
        partition=tuple(map(_attribute, index.physical_partition)),
        sort=tuple(map(_attribute, index.sort)),
        projection=_projection(table, index),
        is_local=index.local,
    )


def _projection(table: TableDescription, index: IndexDescription) -> frozenset[str] | None:
    """What the index must hold: what is declared, and what every read looks at besides, which
    is the expiry and the name of the entity."""
    if index.projection is None:
        return None
    needed = {table.expires.attribute} if table.expires else set()
    if table.discriminator:
        needed.add(table.discriminator)
    keys = {key.attribute for key in (*index.attributes, *table.key)}
    return frozenset((index.projection | needed) - keys)


def _attribute(key: KeyAttribute) -> Attribute:
    return key.attribute, key.kind.value


def differences(declared: TableLayout, live: TableLayout) -> list[str]:
    """In words, what of a live table is not as declared. Indexes that are only live are no
    difference: no request asks for them."""
    return [*_table_differences(declared, live), *_index_differences(declared, live)]


def _table_differences(declared: TableLayout, live: TableLayout) -> Iterator[str]:
    if declared.key != live.key:
        yield f"its key is {_shown(live.key)}, not {_shown(declared.key)}"
    if declared.stream != live.stream:
        yield f"its stream is {live.stream or 'off'}, not {declared.stream or 'off'}"
    if live.expires is not None and declared.expires != live.expires:
        yield f"it expires by {live.expires!r}, not by {declared.expires or 'nothing'}"


def _index_differences(declared: TableLayout, live: TableLayout) -> Iterator[str]:
    for name, index in declared.indexes.items():
        found = live.indexes.get(name)
        if found is None:
            yield f"it has no index {name!r}"
        elif (index.partition, index.sort) != (found.partition, found.sort):
            yield f"the index {name!r} has another key"
        elif not _projects(found.projection, index.projection):
            yield f"the index {name!r} holds other attributes"


def _projects(live: frozenset[str] | None, declared: frozenset[str] | None) -> bool:
    """Whether an index holds at least what is declared."""
    return live is None or (declared is not None and declared <= live)


def _shown(key: Sequence[Attribute]) -> str:
    return ", ".join(f"{name} ({kind})" for name, kind in key)
