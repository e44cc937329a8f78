"""Split SQL into statements: what stands in strings, quotes, comments and bodies ends none.

Sources: https://www.postgresql.org/docs/15/sql-syntax-lexical.html, https://www.sqlite.org/lang.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Final

from .._dataclass import dataclass


class Dialect(Enum):
    """The engine whose SQL is read."""

    POSTGRES = "postgres"
    SQLITE = "sqlite"


class Kind(Enum):
    """The kind of a token. OPEN: a string, a quoted name or a comment without an end."""

    SPACE = "space"
    COMMENT = "comment"
    STRING = "string"
    NAME = "name"
    WORD = "word"
    SYMBOL = "symbol"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of SQL. line: that it begins on, from 1."""

    kind: Kind
    text: str
    line: int

    @property
    def word(self) -> str:
        """The word in capitals; empty for anything else."""
        return self.text.upper() if self.kind is Kind.WORD else ""


_BOTH = (
    (Kind.SPACE, r"\s+"),
    (Kind.COMMENT, r"--[^\n]*"),
    (Kind.NAME, r'"(?:[^"]|"")*"'),
)
_REST = (
    (Kind.STRING, r"'(?:[^']|'')*'"),
    (Kind.WORD, r"[^\W\d][\w$]*"),
    (Kind.OPEN, r"['\"].*"),
    (Kind.SYMBOL, r"\d[\w.]*|."),
)
_OWN = {
    Dialect.POSTGRES: (
        (Kind.STRING, r"[eE]'(?:[^'\\]|''|\\.)*'"),
        (Kind.STRING, r"\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$"),
        (Kind.OPEN, r"[eE]'.*|\$(?:[^\W\d]\w*)?\$.*"),
    ),
    Dialect.SQLITE: (
        (Kind.COMMENT, r"/\*.*?(?:\*/|\Z)"),
        (Kind.NAME, r"`(?:[^`]|``)*`|\[[^\]]*\]"),
        (Kind.OPEN, r"[`\[].*"),
    ),
}
_PATTERNS: Final = {
    dialect: [(kind, re.compile(text, re.DOTALL)) for kind, text in (*_BOTH, *own, *_REST)]
    for dialect, own in _OWN.items()
}
_COMMENT_EDGE = re.compile(r"/\*|\*/")


def tokens_of(sql: str, dialect: Dialect) -> Iterator[Token]:
    """The tokens of a text, which together are the text."""
    at, line = 0, 1
    while at < len(sql):
        kind, end = _token_at(sql, at, dialect)
        yield Token(kind, sql[at:end], line)
        line += sql.count("\n", at, end)
        at = end


def _token_at(sql: str, at: int, dialect: Dialect) -> tuple[Kind, int]:
    """The kind of the token at a place, and its end."""
    if dialect is Dialect.POSTGRES and sql.startswith("/*", at):
        return _nested_comment(sql, at)
    for kind, pattern in _PATTERNS[dialect]:
        if found := pattern.match(sql, at):
            return kind, found.end()
    return Kind.SYMBOL, at + 1


def _nested_comment(sql: str, at: int) -> tuple[Kind, int]:
    """The end of a comment of PostgreSQL, in which others may stand."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(sql, at):
        depth += 1 if edge[0] == "/*" else -1
        if not depth:
            return Kind.COMMENT, edge.end()
    return Kind.OPEN, len(sql)


class Depth:
    """Whether a semicolon ends the statement: those in the body of a trigger of SQLite, and of a
    function in standard SQL (`BEGIN ATOMIC`), do not."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._first: list[str] = []
        self._before = ""
        self._depth = 0

    def ends(self, token: Token) -> bool:
        """Whether this token, the next of the statement, ends it."""
        if token.text == ";" and token.kind is Kind.SYMBOL:
            return self._depth == 0
        if token.kind is Kind.WORD:
            self._note(token.word)
        return False

    def _note(self, word: str) -> None:
        if len(self._first) < _HEAD:
            self._first.append(word)
        if self._opens(word):
            self._depth += 1
        elif word == "END" and self._depth:
            self._depth -= 1
        self._before = word

    def _opens(self, word: str) -> bool:
        if self._depth:
            return word == "CASE"
        if self._first[:1] != ["CREATE"]:
            return False
        if self._dialect is Dialect.SQLITE:
            return word == "BEGIN" and "TRIGGER" in self._first
        return word == "ATOMIC" and self._before == "BEGIN"


_HEAD = 4
"""The words in which `CREATE TEMP TRIGGER` shows."""


def split(sql: str, dialect: Dialect) -> list[str]:
    """The statements of a text, without what stands between them and without their semicolons."""
    found: list[str] = []
    current: list[Token] = []
    depth = Depth(dialect)
    for token in tokens_of(sql, dialect):
        if depth.ends(token):
            found.append(text_of(current))
            current, depth = [], Depth(dialect)
        else:
            current.append(token)
    found.append(text_of(current))
    return [text for text in found if text]


def text_of(tokens: list[Token]) -> str:
    """The text from the first token that says something to the last; empty if none does."""
    said = [number for number, token in enumerate(tokens) if says_something(token)]
    return "".join(token.text for token in tokens[said[0] : said[-1] + 1]) if said else ""


def says_something(token: Token) -> bool:
    """Whether a token is more than space or a comment."""
    return token.kind not in (Kind.SPACE, Kind.COMMENT)


def words_of(sql: str, dialect: Dialect) -> list[str]:
    """The words of a statement in capitals, and its names without their quotes, in order."""
    return [
        token.word or token.text[1:-1]
        for token in tokens_of(sql, dialect)
        if token.kind in (Kind.WORD, Kind.NAME)
    ]
