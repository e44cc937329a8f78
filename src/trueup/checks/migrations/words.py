"""A statement of a migration as its rules see it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..._dataclass import dataclass
from ...migrations.files import Migration
from ...migrations.sections import Section
from ...migrations.statements import Dialect, Kind, tokens_of

NAME = r'((?:"[^"]+"|\w+)(?: ?\. ?(?:"[^"]+"|\w+))?)'
"""A name in the words of a statement, with or without its schema."""

_LEFT_OUT = (Kind.SPACE, Kind.COMMENT)
_CREATED = re.compile(rf"CREATE TABLE (?:IF NOT EXISTS )?{NAME}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """A statement. text: its tokens with one space between, texts empty. line: in the file."""

    text: str
    line: int

    def find(self, pattern: str) -> Iterator[re.Match[str]]:
        """Where a pattern stands in it, in capitals or not."""
        return re.finditer(pattern, self.text, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Way:
    """One way of a migration: its statements, and the tables that it makes itself."""

    section: Section
    statements: tuple[Words, ...]
    created: frozenset[str]

    def is_new(self, table: str) -> bool:
        """Whether no row is in a table yet, nor anybody who waits for it."""
        return _plain(table) in self.created


def up_of(migration: Migration) -> Way:
    """The way up."""
    found = [_words(one.sql, one.line) for one in migration.up.statements]
    created = {_plain(match[1]) for one in found for match in _CREATED.finditer(one.text)}
    return Way(migration.up, tuple(found), frozenset(created))


def _words(sql: str, line: int) -> Words:
    tokens = [one for one in tokens_of(sql, Dialect.POSTGRES) if one.kind not in _LEFT_OUT]
    return Words(" ".join("''" if one.kind is Kind.STRING else one.text for one in tokens), line)


def _plain(name: str) -> str:
    return name.replace('"', "").replace(" ", "").rpartition(".")[2].lower()
