"""The comments that Trueup makes on indexes, and reads.

The catalogue does not know where a partition key ends and a sort key begins, nor by what items
expire, nor which objects were made for a table. The comments on the indexes say so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ....schema.engine import LiveTable
from ....schema.facts import known
from ....schema.tables import IndexSchema, TableSchema
from ..tables.layout import key_name
from ..values.names import column_name, literal, quote
from . import relational

COMMENT = "trueup "
"""Begins the comments that Trueup reads; JSON follows."""


def key_comment(table: TableSchema, kept: Sequence[str] = ()) -> str:
    """What the catalogue cannot say of a table, such as the objects that were made for it.

    kept: those that are no longer declared, and there.
    """
    names = {
        column_name(attribute.name): attribute.name
        for attribute in table.attributes
        if column_name(attribute.name) != attribute.name
    }
    said = {"partition": len(table.partition), "ttl": known(table.ttl), "names": names}
    made = sorted({*own_objects(table), *kept})
    return said_of_key({**said, "objects": made} if made else said)


def key_statement(table: TableSchema, live: Mapping[str, LiveTable]) -> str:
    """The SQL that says it of a table that is there, and of the objects that stay without being
    declared."""
    beyond = live[table.name].schema.facts.get("beyond") if table.name in live else None
    kept = beyond.get("objects") if isinstance(beyond, Mapping) else None
    text = key_comment(table, sorted(kept) if isinstance(kept, Mapping) else ())
    return f"COMMENT ON INDEX {quote(key_name(table))} IS {literal(text)}"


def own_objects(table: TableSchema) -> list[str]:
    """The objects of one's own that a table brings along. Triggers belong to tables."""
    return [name for name in relational.part(table, "objects") if not name.startswith("trigger ")]


def said_of_key(said: Mapping[str, Any]) -> str:
    """The comment that says it."""
    return COMMENT + json.dumps(said, ensure_ascii=False)


def index_comment(index: IndexSchema) -> str:
    """What the catalogue cannot say of an index."""
    said = {
        "name": index.name,
        "partition": len(index.partition),
        "sort": len(index.sort),
    }
    return COMMENT + json.dumps(said, ensure_ascii=False)


def said(comment: str | None) -> dict[str, Any]:
    """What a comment of ours says; nothing if it is another."""
    if comment is None or not comment.startswith(COMMENT):
        return {}
    try:
        found = json.loads(comment.removeprefix(COMMENT))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def made_for(comment: str | None) -> list[str]:
    """The objects that were made for a table, as the comment on its key says."""
    found = said(comment).get("objects")
    return [str(one) for one in found] if isinstance(found, list) else []
