"""What each design of the cookbook has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from trueup import Database, Layer, Table

Item = dict[str, dict[str, Any]]
"""An item as boto3's client has it."""

Answers = dict[str, list[Any]]
"""What is answered to each question."""


@dataclass(frozen=True)
class Design:
    """A design. items: as boto3 puts them. ask: the answers to its questions. change: of one item.

    changed: that item afterwards, as boto3 reads it.
    """

    layer: Layer
    table: Table[Any]
    items: Sequence[Item]
    ask: Callable[[Database], Answers]
    change: Callable[[Database], object]
    changed: Item


def fill(db: Database, design: Design) -> None:
    """Make the table, and put the items."""
    db.create_tables()
    db.repository(design.table).put_many(design.table.from_item(item) for item in design.items)
