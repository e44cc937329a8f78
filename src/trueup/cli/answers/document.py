"""The documents that `trueup query --json` prints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict

from ...lifecycle.untyped import json_text
from ..output import JsonDocument


class Unreadable(BaseModel):
    """An item that the model cannot read. key: of the item. problem: what does not fit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: dict[str, Any]
    problem: str


class ItemsDocument(JsonDocument):
    """The items, as they are stored, without letters of types. Numbers have all their digits."""

    table: str
    items: list[dict[str, Any]]
    unreadable: list[Unreadable]


class CountDocument(JsonDocument):
    """What `--count` prints."""

    table: str
    count: int


class ExpectedCharge(BaseModel):
    """What a request needs and is charged on DynamoDB, if it reads so many items of such a size.

    allowed_by: the action of IAM, on the resource. million_usd: on demand, by the prices that
    `region` had on the day `priced_on`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    allowed_by: str
    resource: str
    items: int
    item_bytes: int
    read_units: float
    million_usd: float
    region: str
    priced_on: date


class ShownRequest(BaseModel):
    """A request that is not sent. language: of its text, json or sql.

    expected: what it needs and is charged; None on engines that are not paid by request.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: str
    index: str
    language: str
    text: str
    expected: ExpectedCharge | None = None


class RequestsDocument(JsonDocument):
    """What `--explain` prints: the first request to each partition that is read."""

    table: str
    requests: list[ShownRequest]


class DescribedAttribute(BaseModel):
    """An attribute. field: its name in Python. type: how it is stored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    field: str
    type: str
    optional: bool
    description: str


class DescribedPattern(BaseModel):
    """A question that the table answers. by: the fields to give. index: empty for the own key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    by: list[str]
    index: str
    order: str
    description: str


class Fact(BaseModel):
    """A fact of the table. live: null if it is not known; then why says why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fact: str
    declared: Any
    live: Any
    why: str


class TableDocument(JsonDocument):
    """What `--describe` prints. exists: null if it is not known.

    items, item_bytes: about how much it holds; null if the engine does not say.
    """

    table: str
    physical: str
    declared_at: str
    description: str
    exists: bool | None
    items: int | None
    item_bytes: int | None
    attributes: list[DescribedAttribute]
    patterns: list[DescribedPattern]
    facts: list[Fact]


QueryDocument: TypeAlias = ItemsDocument | CountDocument | RequestsDocument | TableDocument
"""Whatever the command prints with `--json`."""


def items_document(
    table: str, items: Iterator[dict[str, Any]], unreadable: list[Unreadable]
) -> Iterator[str]:
    """The lines of an ItemsDocument while its items are read; each number has all its digits.

    unreadable: may grow until the items end.
    """
    yield f'{{\n  "version": 1,\n  "table": {json_text(table)},\n  "items": ['
    previous = ""
    for item in items:
        if previous:
            yield f"{previous},"
        previous = f"    {json_text(item)}"
    if previous:
        yield previous
    rest = json_text([one.model_dump() for one in unreadable])
    yield f'  ],\n  "unreadable": {rest}\n}}'
