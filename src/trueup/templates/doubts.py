"""The facts of a table that are not known, for what is not known of its properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..schema.facts import Path, Unknown
from ..schema.tables import TableSchema
from .described import INDEXES, Cut
from .places import INDEX_FACTS, TABLE_FACTS, fact_at
from .template import Unresolved

KMS_KEY: Path = ("SSESpecification", "KMSMasterKeyId")


def unknown_facts(table: Cut, schema: TableSchema) -> Iterator[tuple[Path, Unknown]]:
    """The facts that are not known, for what is not known of the properties."""
    for path, why in table.unknown.items():
        for fact in _facts_at(path, table):
            yield fact, why
    if table.doubt("BillingMode") is not None:
        for index in schema.indexes.values():
            if not index.is_local:
                yield ("index", index.name, "billing"), table.unknown[("BillingMode",)]
    if schema.facts["encryption"] != {"type": "owned"}:
        key = table.unknown.get(KMS_KEY)
        if key is not None and not (isinstance(key, Unresolved) and key.resource):
            yield ("encryption", "owner"), key


def _facts_at(path: Path, table: Cut) -> Iterator[Path]:
    """The facts that a property says."""
    if path[0] in INDEXES:
        yield from _index_facts_at(path, table)
    elif path[0] == "KeySchema":
        yield ("key", "sort") if _has_partition(table.known.get("KeySchema", ())) else ("key",)
    elif path[0] == "AttributeDefinitions":
        yield from _undefined(table)
    elif path[0] == "Tags":
        tag = table.known["Tags"][int(path[1])] if len(path) > 1 else {}
        yield ("tags", tag["Key"]) if "Key" in tag else ("tags",)
    elif (fact := fact_at(path, TABLE_FACTS)) is not None:
        yield fact


def _index_facts_at(path: Path, table: Cut) -> Iterator[Path]:
    index = table.known[path[0]][int(path[1])] if len(path) > 1 else {}
    if "IndexName" not in index:
        yield ("index",)
        return
    place = ("index", index["IndexName"])
    if path[2:3] == ("KeySchema",):
        yield from ((*place, part) for part in _key_parts(index.get("KeySchema", ())))
    elif (fact := fact_at(path[2:], INDEX_FACTS)) is not None:
        yield (*place, *fact)


def _key_parts(schema: Any) -> tuple[str, ...]:
    return ("sort",) if _has_partition(schema) else ("partition", "sort")


def _has_partition(schema: Any) -> bool:
    return any(part.get("KeyType") == "HASH" and "AttributeName" in part for part in schema)


def _undefined(table: Cut) -> Iterator[Path]:
    """The keys with an attribute whose definition is not known."""
    defined = {
        one.get("AttributeName")
        for one in table.known.get("AttributeDefinitions", ())
        if "AttributeType" in one
    }
    keyed = [((), table.known)] + [
        (("index", index["IndexName"]), index)
        for kind in INDEXES
        for index in table.known.get(kind, ())
        if "IndexName" in index
    ]
    for place, one in keyed:
        for part in one.get("KeySchema", ()):
            if part.get("AttributeName") not in defined:
                side = "partition" if part.get("KeyType") == "HASH" else "sort"
                yield (*place, side) if place else ("key", side)
