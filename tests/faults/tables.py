"""The tables that faults are tried on: with nothing, a version, an expiry, a sort key."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from trueup import ExpiresAt, Layer, Model, Table, Version
from trueup.testing.suite.harness.engine import Clock


class Account(Model):
    """Nothing watches over it but the conditions of each write."""

    id: str
    name: str = ""
    balance: int = 0
    tags: set[str] = Field(default_factory=set)
    notes: list[str] = Field(default_factory=list)


class Document(Model):
    """It has a version."""

    id: str
    text: str = ""
    count: int = 0
    notes: list[str] = Field(default_factory=list)
    version: Version = 0


class Session(Model):
    """It expires."""

    id: str
    text: str = ""
    hits: int = 0
    expires_at: ExpiresAt | None = None


class Entry(Model):
    """One of several in a partition."""

    book: str
    number: int


ACCOUNTS = Table("Accounts", Account, partition="id")
DOCUMENTS = Table("Documents", Document, partition="id")
SESSIONS = Table("Sessions", Session, partition="id")
ENTRIES = Table("Entries", Entry, partition="book", sort="number")
LAYER = Layer("faults", target="dynamodb", tables=[ACCOUNTS, DOCUMENTS, SESSIONS, ENTRIES])

CLOCK = Clock()
"""It stands still: what has expired has expired in every run."""


def key_of(item: Model) -> tuple[Any, ...]:
    """What tells an item from all others."""
    key = (item.book, item.number) if isinstance(item, Entry) else (item.id,)  # type: ignore[attr-defined]  # one of the models above
    return type(item).__name__, *key


def table_of(item: Model) -> Table[Any]:
    """The table that an item belongs to."""
    return next(table for table in LAYER.tables if table.model is type(item))
