"""The tables of a layer without references as a diagram: keys, indexes, and who asks which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model.description.tables import IndexDescription, KeyAttribute, TableDescription
from ..documented import DocumentedLayer, DocumentedTable
from ..values.words import KINDS
from .values import Box, Diagram, Edge, Line

LEGEND = "PK partition key · SK sort key · TTL expiry · ? access pattern"


def overview_diagram(layer: DocumentedLayer) -> Diagram:
    """A box for each table and each index, with the patterns that it answers."""
    boxes: list[Box] = []
    edges: list[Edge] = []
    for one in layer.tables:
        table = one.table
        boxes.append(_table(one))
        for index in table.indexes.values():
            boxes.append(_index(table, index))
            edges.append(Edge(boxes[-1].id, table.name))
    title = f"Tables, indexes and access patterns of {layer.layer.name}"
    return Diagram(title, tuple(boxes), tuple(edges), LEGEND, is_relational=False)


def _table(documented: DocumentedTable) -> Box:
    described = documented.table
    lines = [*_keys(described.key[:1], described.key[1:])]
    if described.expires:
        lines.append(Line(("TTL",), described.expires.attribute))
    lines += _asked(described, None)
    return Box(described.name, documented.schema.name, tuple(lines), described.description)


def _index(described: TableDescription, index: IndexDescription) -> Box:
    lines = (*_keys(index.partition, index.sort), *_asked(described, index.name))
    kinds = ["local"] * index.local + [f"{index.shards} shards"] * (index.shards > 1)
    title = f"{index.name} ({', '.join(kinds)})" if kinds else index.name
    return Box(repr((described.name, index.name)), title, lines, index.description)


def _keys(partition: Iterable[KeyAttribute], sort: Iterable[KeyAttribute]) -> Iterator[Line]:
    for mark, keys in (("PK", partition), ("SK", sort)):
        for key in keys:
            yield Line((mark,), key.attribute, KINDS[key.kind])


def _asked(described: TableDescription, index: str | None) -> Iterator[Line]:
    for name, pattern in described.patterns.items():
        if pattern.index == index:
            yield Line(("?",), name)
