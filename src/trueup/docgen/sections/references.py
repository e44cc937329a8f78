"""The tables that a relational table refers to, and those that refer to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from ...model.declarations.relational import References
from ..documented import DocumentedLayer, DocumentedTable
from ..text.markdown import Section, codes, link, plain, table

Target: TypeAlias = Callable[[DocumentedTable], str]
"""Where a table is documented: a file, or a heading of the same page."""

_HEAD = ("table", "by", "when a row that is referred to is deleted")
_DELETED = {
    "no action": "refused",
    "restrict": "refused",
    "cascade": "the rows that refer to it go, too",
    "set null": "the rows that refer to it lose the values",
    "set default": "the rows that refer to it get the defaults",
}


def references_section(
    layer: DocumentedLayer, documented: DocumentedTable, target: Target
) -> Section | None:
    """References from a table and to it; None if there are none."""
    from_here = list(_references(layer, documented))
    to_here = [
        (one, reference)
        for one in layer.tables
        for other, reference in _references(layer, one)
        if other is documented
    ]
    sections = tuple(
        Section(title, (table(_HEAD, [_row(*one, target) for one in some]),))
        for title, some in (("To other rows", from_here), ("To rows of this table", to_here))
        if some
    )
    return Section("References", (), sections) if sections else None


def _references(
    layer: DocumentedLayer, documented: DocumentedTable
) -> Iterator[tuple[DocumentedTable, References]]:
    """What a table refers to, with how."""
    relational = documented.table.relational
    tables = {one.table.name: one for one in layer.tables}
    for reference in relational.references if relational else ():
        if reference.table in tables:
            yield tables[reference.table], reference


def _row(other: DocumentedTable, reference: References, target: Target) -> tuple[str, ...]:
    named = link(plain(other.table.name), target(other))
    return named, codes(reference.field_names), _DELETED[reference.on_delete]
