"""The documentation of a layer: its tables, its questions, and what expires."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...model.description.tables import KeyAttribute, TableDescription
from ..diagrams.layer import diagram_of
from ..diagrams.mermaid import mermaid
from ..documented import DocumentedLayer, DocumentedTable
from ..text.markdown import (
    Section,
    code,
    codes,
    fenced,
    link,
    one_line,
    paragraphs,
    plain,
    sentence,
    table,
)
from .code_blocks import setup_block
from .expiry import LATE_DELETION, expiry_blocks, retention_words
from .references import Target
from .settings import name_in_database


def layer_blocks(layer: DocumentedLayer, target: Target, expiry_page: str) -> Iterator[str]:
    """The tables at a glance. expiry_page: a link to what expires, if that is another page."""
    count = len(layer.tables)
    tables = f"{count} tables" if count != 1 else "One table"
    yield from filter(None, map(sentence, paragraphs(layer.layer.description)))
    yield f"{tables}, declared for {code(layer.layer.target)}."
    yield table(
        ("table", "in the database", "key", "expires by", "purpose"),
        [_table_row(one, target) for one in layer.tables],
    )
    yield expiry_page
    if layer.tables:
        yield fenced("text", "\n".join(map(one_line, _drawing(layer))))


def _table_row(documented: DocumentedTable, target: Target) -> tuple[str, ...]:
    described = documented.table
    return (
        link(plain(described.name), target(documented)),
        name_in_database(documented),
        codes(key.attribute for key in described.key),
        code(described.expires.attribute) if described.expires else "",
        sentence(described.description),
    )


def _drawing(layer: DocumentedLayer) -> Iterator[str]:
    """Tables and indexes with their keys, as a tree."""
    lines: list[tuple[str, str]] = []
    for one in layer.tables:
        described = one.table
        lines.append((described.name, _key_words(described.key[:1], described.key[1:])))
        indexes = list(described.indexes.values())
        for index in indexes:
            branch = "└─ " if index is indexes[-1] else "├─ "
            lines.append((branch + index.name, _key_words(index.partition, index.sort)))
    width = max((len(name) for name, _ in lines), default=0)
    for name, key in lines:
        yield f"{name:{width}}  {key}"


def _key_words(partition: Sequence[KeyAttribute], sort: Sequence[KeyAttribute]) -> str:
    parts = [" + ".join(key.attribute for key in keys) for keys in (partition, sort) if keys]
    return " → ".join(parts)


def questions_section(layer: DocumentedLayer, target: Target) -> Section | None:
    """Every access pattern of every table."""
    rows = [
        (
            sentence(pattern.description) or code(pattern.name),
            code(pattern.name),
            link(plain(one.table.name), target(one)),
            code(pattern.index) if pattern.index else "the key",
        )
        for one in layer.tables
        for pattern in one.table.patterns.values()
    ]
    head = ("question", "pattern", "table", "answered by")
    return Section("Access patterns", (table(head, rows),)) if rows else None


def diagram_section(layer: DocumentedLayer) -> Section | None:
    """What refers to what; None without references."""
    diagram = diagram_of(layer)
    has_some = diagram.is_relational and diagram.edges
    return Section("Diagram", (fenced("mermaid", mermaid(diagram)),)) if has_some else None


def expiry_section(layer: DocumentedLayer, target: Target) -> Section:
    """What expires in which table, and how programs set it."""
    others = [one.table.name for one in layer.tables if one.table.expires is None]
    rows = [tuple(_expiry_row(one, one.table, target)) for one in layer.expiring]
    head = ("table", "in the database", "attribute", "format", "an item is kept for")
    blocks = (
        table(head, rows),
        f"Items of the other tables never expire: {codes(others)}." if others else "",
        LATE_DELETION,
        "In Python an expiry is a datetime: `expires_in(days=90)` is the instant in 90 days. It is "
        "stored as epoch seconds, rounded up; milliseconds are refused.",
    )
    return Section("What expires", blocks, tuple(_setting(layer, one) for one in layer.expiring))


def _expiry_row(
    documented: DocumentedTable, described: TableDescription, target: Target
) -> Iterator[str]:
    yield link(plain(described.name), target(documented))
    yield name_in_database(documented)
    if described.expires is not None:
        yield code(described.expires.attribute)
        yield "Number, whole epoch seconds"
        yield retention_words(described.expires)


def _setting(layer: DocumentedLayer, documented: DocumentedTable) -> Section:
    attribute = documented.table.expires
    assert attribute is not None
    blocks = list(expiry_blocks(documented, attribute))
    setup = setup_block(layer, documented, [])
    return Section(plain(documented.table.name), (*blocks[:-2], setup, *blocks[-2:]))
