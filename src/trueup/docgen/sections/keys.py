"""The key of a table, and its indexes: what they hold, and which items they lack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model.declarations.fields import template_of
from ...model.description.tables import IndexDescription, KeyAttribute, TableDescription
from ..documented import DocumentedTable
from ..text.markdown import Section, code, codes, facts, listed, plain, sentence
from ..values.words import KINDS
from .attributes import field_of, shard_words


def key_section(documented: DocumentedTable) -> Section:
    """The primary key."""
    described = documented.table
    keys = _key_facts(described, (described.partition,), described.key[1:])
    text = "No two items have the same key."
    if described.sort:
        text = "The key of an item is both values; no two items have the same."
    return Section("Key", (facts(keys), text))


def _key_facts(
    described: TableDescription, partition: Iterable[KeyAttribute], sort: Iterable[KeyAttribute]
) -> Iterator[tuple[str, str]]:
    for role, keys in (("Partition key", partition), ("Sort key", sort)):
        for key in keys:
            field = field_of(described, key.name)
            template = template_of(field)
            made = f", made of {code(template.text)}" if template else ""
            meaning = f": {sentence(field.description)}" if field.description else "."
            yield role, f"{code(key.attribute)} ({KINDS[key.kind]}){made}{meaning}"


def index_section(documented: DocumentedTable) -> Section | None:
    """All indexes; None if there are none."""
    described = documented.table
    sections = tuple(_index(described, index) for index in described.indexes.values())
    return Section("Indexes", (), sections) if sections else None


def _index(described: TableDescription, index: IndexDescription) -> Section:
    lacks = [] if described.relational else [("Lacks", " ".join(_gaps(described, index)))]
    found = (
        *_index_keys(described, index),
        ("Holds", " ".join(_contents(index))),
        *lacks,
        *_uses(described, index),
    )
    return Section(plain(index.name), (sentence(index.description), facts(found)))


def _index_keys(described: TableDescription, index: IndexDescription) -> Iterator[tuple[str, str]]:
    if index.shard is None:
        yield from _key_facts(described, index.partition, index.sort)
        return
    made = f"{shard_words(index)}; a query reads all shards and merges them."
    yield "Partition key", f"{code(index.shard.attribute)} (String), {made}"
    yield from _key_facts(described, (), index.sort)


def _contents(index: IndexDescription) -> Iterator[str]:
    if index.projection is None:
        yield "every attribute."
    else:
        yield f"only {codes(sorted(index.projection))}."
    if index.local:
        yield "It is local: it shares the table's partition, and can be read consistently."


def _gaps(described: TableDescription, index: IndexDescription) -> Iterator[str]:
    """Which items are not in a sparse index."""
    keys = [key.attribute for key in (*index.partition, *index.sort)]
    nullable = {one.attribute for one in described.attributes if one.nullable}
    optional = [name for name in keys if name in nullable]
    missing = listed([*map(code, keys)], "or")
    yield f"items without {missing}: the index is sparse, and no query of it finds them."
    if optional:
        yield f"{codes(optional)} may be absent."
    else:
        required = "it" if len(keys) == 1 else "them"
        yield f"The model requires {required}, so such items come from other programs."


def _uses(described: TableDescription, index: IndexDescription) -> Iterator[tuple[str, str]]:
    """The access patterns that it answers."""
    uses = [
        ": ".join(filter(None, (code(pattern.name), sentence(pattern.description))))
        for pattern in described.patterns.values()
        if pattern.index == index.name
    ]
    for use in uses or ["no declared access pattern."]:
        yield "Answers", use
