"""Rules of the indexes of relational tables: each is paid for on every write."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..._dataclass import dataclass
from ...model.declarations.relational import Relational, SqlIndex
from ...model.translation.shapes import Leaf, Scalar
from ...schema.severity import Severity
from ..rule import Rule
from .declared import DeclaredTable

FEW_VALUES = 10
"""An index over as few values reads a tenth of the rows, or more, for one of them. Trueup's own."""

REDUNDANT_INDEX = Rule(
    "D101",
    Severity.MEDIUM,
    "An index begins what another one holds",
    "Every write keeps both up to date, and the longer one answers the same queries.",
    "drop it, and let its patterns name the other",
    "https://www.postgresql.org/docs/15/indexes-multicolumn.html",
)
FEW_VALUES_INDEX = Rule(
    "D102",
    Severity.LOW,
    "An index is over few values alone",
    "Most of its queries find so many rows that PostgreSQL reads the whole table; every write pays "
    "for it.",
    "add a column that queries sort or filter by, or index the rare rows alone: where=",
    "https://www.postgresql.org/docs/15/indexes-partial.html",
)


@dataclass(frozen=True, slots=True)
class _Fields:
    """The fields of an index, in order. is_kept: whether it is there for more than reading."""

    name: str
    fields: tuple[str, ...]
    is_kept: bool


def redundant_index(declared: DeclaredTable) -> Iterator[str]:
    """Indexes whose fields are those that another index, a key or a constraint begins with."""
    relational = declared.table.relational
    if relational is None:
        return
    every = list(_every(declared, relational))
    for at, one in enumerate(every):
        if one.is_kept:
            continue
        for other_at, other in enumerate(every):
            is_same = one.fields == other.fields and not other.is_kept
            if other is one or (is_same and other_at > at):
                continue
            if other.fields[: len(one.fields)] == one.fields:
                yield f"{one.name} of {declared.table.name} repeats the beginning of {other.name}"
                break


def _every(declared: DeclaredTable, relational: Relational) -> Iterator[_Fields]:
    """The B-trees over all rows; ones that are read backwards serve as well."""
    table = declared.table
    for index in table.indexes:
        fields = (*index.partition_fields, *index.sort_fields)
        yield _Fields(f"the index {index.name}", fields, is_kept=False)
    for one in relational.indexes:
        if _is_plain(one):
            fields = tuple(column.field for column in one.index_columns)
            yield _Fields(f"the index {one.name}", fields, is_kept=bool(one.include))
    yield _Fields("the primary key", (table.partition, *filter(None, [table.sort])), is_kept=True)
    for unique in relational.unique:
        if not unique.where:
            name = f"the constraint over {', '.join(unique.field_names)}"
            yield _Fields(name, unique.field_names, is_kept=True)


def _is_plain(index: SqlIndex) -> bool:
    """Whether it is a B-tree over fields of all rows, in their order or against it."""
    columns = index.index_columns
    return (
        index.method == "btree"
        and not index.where
        and len({column.descending for column in columns}) == 1
        and all(column.field and not column.opclass and not column.nulls for column in columns)
    )


def few_values_index(declared: DeclaredTable) -> Iterator[str]:
    """B-trees over all rows of nothing but booleans and enumerated values."""
    table, relational = declared.table, declared.table.relational
    if relational is None:
        return
    found = {one.name: (*one.partition_fields, *one.sort_fields) for one in table.indexes}
    found |= {
        one.name: tuple(column.field for column in one.index_columns)
        for one in relational.indexes
        if _is_plain(one)
    }
    for name, fields in found.items():
        count = math.prod(_values(declared, field) for field in fields)
        if count <= FEW_VALUES:
            yield (
                f"the index {name} of {table.name} is over {' and '.join(fields)}, of "
                f"{int(count)} values"
            )


def _values(declared: DeclaredTable, field: str) -> float:
    """How many values a field has; infinity if that is not bounded."""
    attribute = declared.attributes.get(field)
    if attribute is None:
        return math.inf
    if attribute.shape == Scalar(Leaf.BOOLEAN):
        return 2
    return len(attribute.constraints.choices) or math.inf


RULES = {REDUNDANT_INDEX: redundant_index, FEW_VALUES_INDEX: few_values_index}
