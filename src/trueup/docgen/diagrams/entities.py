"""The tables of a relational layer as a diagram: columns, keys and references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...model.declarations.relational import References, Relational
from ...schema.facts import Value
from ..documented import DocumentedLayer, DocumentedTable
from .values import Box, Diagram, Edge, End, Line

_SHORT = {
    "character varying": "varchar",
    "character": "char",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time with time zone": "timetz",
    "time without time zone": "time",
    "double precision": "float8",
    "bit varying": "varbit",
}
"""PostgreSQL's own short names. Source: https://www.postgresql.org/docs/15/datatype.html"""
_LONG = re.compile("|".join(rf"\b{one}\b" for one in sorted(_SHORT, key=len, reverse=True)))
LEGEND = "PK primary key · FK reference · UK unique · NULL may be absent"


def entity_diagram(layer: DocumentedLayer) -> Diagram:
    """A box for each table, and an edge for each reference."""
    tables = {one.table.name: one for one in layer.tables}
    return Diagram(
        f"Tables of {layer.layer.name}",
        tuple(map(_box, layer.tables)),
        tuple(edge for one in layer.tables for edge in _edges(one, tables)),
        LEGEND,
        is_relational=True,
    )


def _box(documented: DocumentedTable) -> Box:
    described = documented.table
    lines = tuple(
        Line(tuple(_marks(documented, one.name)), one.attribute, *_type(documented, one.attribute))
        for one in described.attributes
    )
    return Box(described.name, documented.schema.name, lines, described.description)


def _marks(documented: DocumentedTable, field: str) -> Iterator[str]:
    described, relational = documented.table, documented.table.relational
    if field in {key.name for key in described.key}:
        yield "PK"
    if relational is None:
        return
    if any(field in one.field_names for one in relational.references):
        yield "FK"
    if any((field,) == one.field_names and not one.where for one in relational.unique):
        yield "UK"


def _type(documented: DocumentedTable, attribute: str) -> tuple[str, bool]:
    """The type of a column, and whether it may be NULL."""
    column: Value = documented.columns.get(attribute)
    if not isinstance(column, Mapping):
        return str(column or ""), False
    name = _LONG.sub(lambda found: _SHORT[found[0]], str(column.get("type", "")))
    return name.strip('"'), not column.get("required")


def _edges(documented: DocumentedTable, tables: Mapping[str, DocumentedTable]) -> Iterator[Edge]:
    relational = documented.table.relational
    names = [one.name for one in documented.table.attributes]
    for reference in relational.references if relational else ():
        if reference.table in tables and relational is not None:
            is_one = _is_unique(documented, relational, reference)
            yield Edge(
                documented.table.name,
                reference.table,
                ", ".join(reference.field_names),
                names.index(reference.field_names[0]),
                End.MAYBE_ONE if is_one else End.ANY,
                End.MAYBE_ONE if _may_be_absent(documented, reference) else End.ONE,
            )


def _is_unique(documented: DocumentedTable, relational: Relational, of: References) -> bool:
    """Whether two rows cannot refer to the same one."""
    unique = [{key.name for key in documented.table.key}]
    unique += [set(one.field_names) for one in relational.unique if not one.where]
    return any(fields <= set(of.field_names) for fields in unique)


def _may_be_absent(documented: DocumentedTable, reference: References) -> bool:
    """Whether a row can refer to none: NULL in one of the columns."""
    stored = {one.name: one.attribute for one in documented.table.attributes}
    columns = [documented.columns.get(stored[field]) for field in reference.field_names]
    return any(isinstance(one, Mapping) and not one.get("required") for one in columns)
