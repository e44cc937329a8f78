"""The key of a table, and its indexes: what they hold, and which items they lack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model.declarations.fields import template_of
from ..model.description.tables import IndexDescription, KeyAttribute, TableDescription
from .attributes import field_of, shard_words
from .documented import DocumentedTable
from .markdown import Section, code, codes, plain, sentence, sentences, table
from .values import KINDS

_HEAD = ("", "attribute", "stored as", "value")


def key_section(documented: DocumentedTable) -> Section:
    """The primary key."""
    described = documented.table
    rows = _key_rows(described, (described.partition,), described.key[1:])
    text = "No two items have the same key."
    if described.sort:
        text = "The key of an item is both values; no two items have the same."
    return Section("Key", (table(_HEAD, rows), text))


def _key_rows(
    described: TableDescription, partition: Iterable[KeyAttribute], sort: Iterable[KeyAttribute]
) -> Iterator[tuple[str, ...]]:
    for role, keys in (("partition key", partition), ("sort key", sort)):
        for key in keys:
            template = template_of(field_of(described, key.name))
            made = f"made of {code(template.text)}" if template else ""
            yield role, code(key.attribute), KINDS[key.kind], made


def index_section(documented: DocumentedTable) -> Section | None:
    """All indexes; None if there are none."""
    described = documented.table
    sections = tuple(_index(described, index) for index in described.indexes.values())
    return Section("Indexes", (), sections) if sections else None


def _index(described: TableDescription, index: IndexDescription) -> Section:
    if index.shard is None:
        rows = list(_key_rows(described, index.partition, index.sort))
    else:
        shard = ("partition key", code(index.shard.attribute), "String", shard_words(index))
        rows = [shard, *_key_rows(described, (), index.sort)]
    blocks = (
        sentence(index.description),
        table(_HEAD, rows),
        sentences(*_contents(index), *_gaps(described, index)),
        _uses(described, index),
    )
    return Section(plain(index.name), blocks)


def _contents(index: IndexDescription) -> Iterator[str]:
    if index.shard is not None:
        yield "A query reads all shards and merges them."
    if index.projection is None:
        yield "It holds every attribute."
    else:
        yield f"It holds only {codes(sorted(index.projection))}."
    if index.local:
        yield "It is local: it shares the table's partition, and can be read consistently."


def _gaps(described: TableDescription, index: IndexDescription) -> Iterator[str]:
    """Which items the index lacks."""
    keys = [key.attribute for key in (*index.partition, *index.sort)]
    nullable = {one.attribute for one in described.attributes if one.nullable}
    optional = [name for name in keys if name in nullable]
    yield (
        f"It is sparse: an item without {' or '.join(map(code, keys))} is not in it, and no query "
        "of it finds that item."
    )
    if optional:
        yield f"{codes(optional)} may be absent."
    else:
        yield (
            "The model requires " + ("it" if len(keys) == 1 else "all of them") + ": only items "
            "that other programs wrote can be without."
        )


def _uses(described: TableDescription, index: IndexDescription) -> str:
    """The access patterns that it answers."""
    uses = [
        ": ".join(filter(None, (f"* {code(pattern.name)}", sentence(pattern.description))))
        for pattern in described.patterns.values()
        if pattern.index == index.name
    ]
    return "It answers:\n\n" + "\n".join(uses) if uses else "No declared access pattern uses it."
