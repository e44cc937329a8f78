"""A table with every kind of key, for questions."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel

from trueup import (
    AccessPattern,
    ExpiresAt,
    Index,
    Layer,
    Model,
    Table,
    WholeSeconds,
    composed,
)
from trueup.model.declarations.names import stored_as


class Genre(StrEnum):
    POETRY = "poetry"
    PROSE = "prose"


class Size(BaseModel):
    pages: int
    parts: list[str] = []


class Book(Model):
    shelf: str
    number: int
    author: str
    year: int
    genre: Genre
    price: Decimal | None = None
    weight: float = 1.0
    lent_at: datetime | None = None
    bought_at: WholeSeconds | None = None
    size: Size | None = None
    is_old: bool = False
    tags: set[str] = set()
    title: str = stored_as("Title")
    pk: str = composed("shelf#{shelf}")
    sk: str = composed("{shelf}#{number}")
    expires: ExpiresAt | None = None


BOOKS = Table(
    "Books",
    Book,
    partition="pk",
    sort="sk",
    indexes=[
        Index("ByAuthor", partition="author", sort=("year", "number")),
        Index("ByGenre", partition="genre", sort="lent_at", shards=3),
        Index("ByYear", partition=("genre", "year"), projection="keys"),
    ],
    patterns=[
        AccessPattern("of_author", index="ByAuthor", order="descending"),
        AccessPattern("one", by=("pk", "sk")),
        AccessPattern("of_author_and_year", index="ByAuthor", by=("author", "year")),
    ],
)
LAYER = Layer("library", target="sqlite", tables=[BOOKS])
