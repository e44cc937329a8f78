"""The part of a declared table's schema that all engines share."""

from __future__ import annotations

from typing import Literal, cast

from ..model.description.tables import IndexDescription, KeyAttribute, TableDescription
from .tables import AttributeSchema, IndexSchema, TableSchema


def declared_schema(table: TableDescription, name: str) -> TableSchema:
    """The schema of a declared table. name: its physical name."""
    return TableSchema(
        name=name,
        partition=_attributes((table.partition,)),
        sort=_attributes(table.key[1:]),
        indexes={index.name: _index(table, index) for index in table.indexes.values()},
        ttl=table.expires.attribute if table.expires else None,
        stream=table.stream,
        source=table.declared_at,
        renamed_from=_former_name(table, name),
    )


def _former_name(table: TableDescription, name: str) -> str:
    """The former name, in the pattern of the present one: beta-orders was beta-purchases."""
    present = table.physical if isinstance(table.physical, str) else table.name
    return name.replace(present, table.renamed_from) if table.renamed_from else ""


def _index(table: TableDescription, index: IndexDescription) -> IndexSchema:
    projection = index.projection
    if projection is not None:
        projection -= {key.attribute for key in (*index.attributes, *table.key)}
    return IndexSchema(
        name=index.name,
        partition=_attributes(index.physical_partition),
        sort=_attributes(index.sort),
        projection=projection,
        is_local=index.local,
    )


def _attributes(keys: tuple[KeyAttribute, ...]) -> tuple[AttributeSchema, ...]:
    return tuple(
        AttributeSchema(key.attribute, cast("Literal['S', 'N', 'B']", key.kind.value))
        for key in keys
    )
