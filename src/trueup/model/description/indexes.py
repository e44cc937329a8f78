"""Descriptions of indexes: their keys and projections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...expressions.values import Kind
from ..declarations.fields import EXPIRES
from ..declarations.indexes import Index
from .fields import TableFields
from .keys import attributes_of, index_key_problems, key_attribute
from .tables import IndexDescription, KeyAttribute


def describe_index(
    fields: TableFields, index: Index, keys: Sequence[KeyAttribute]
) -> IndexDescription:
    """The description of an index, without faulty key fields. keys: the table's own."""
    partition = _keys(fields, index.partition_fields)
    sort = _keys(fields, index.sort_fields)
    name = f"{index.name}.shard"
    shard = KeyAttribute(name, name, Kind.S) if index.shards > 1 else None
    held = (*partition, *sort, *keys, *((shard,) if shard else ()))
    return IndexDescription(
        name=index.name,
        partition=partition,
        sort=sort,
        projection=_projection(fields, index, {key.attribute for key in held}),
        shards=index.shards,
        local=index.local,
        shard=shard,
        description=index.description,
    )


def _keys(fields: TableFields, names: Sequence[str]) -> tuple[KeyAttribute, ...]:
    return tuple(filter(None, (key_attribute(fields, name) for name in names)))


def _projection(fields: TableFields, index: Index, keys: set[str]) -> frozenset[str] | None:
    """The attributes that the index holds; the expiry and the entity are always included."""
    if index.projection == "all":
        return None
    names = [*fields.names_with(EXPIRES), *_projected(index)]
    attributes = {fields.by_name[name].attribute for name in names if name in fields.by_name}
    entity = {fields.table.discriminator} if fields.table.entities else set()
    entity -= {""}
    return frozenset(keys | attributes | entity)


def _projected(index: Index) -> Sequence[str]:
    return () if index.projection in ("all", "keys") else index.projection


def index_problems(fields: TableFields, index: Index) -> Iterator[str]:
    """The problems of an index."""
    name = f"index {index.name!r}"
    names = (*index.partition_fields, *index.sort_fields)
    known = [field for field in names if field in fields.by_name]
    for field in names:
        yield from index_key_problems(fields, field, f"{name}: key field")
    if not index.partition_fields:
        yield f"{name} has no partition field"
    if index.shards < 1 or (index.local and index.shards > 1):
        yield f"{name}: shards is 1 or more, and 1 for a local index"
    if index.local and index.partition_fields != (fields.table.partition,):
        yield f"{name} is local, so its partition is {fields.table.partition!r}"
    if len(set(names)) < len(names) or len(attributes_of(fields, names)) < len(known):
        yield f"{name} names a field twice"
    for field in _projected(index):
        if field not in fields.by_name:
            yield f"{name} projects {field!r}, which is no field"
