"""The text of a statement: where its placeholders are, and what kind of statement it is.

`:name` is a placeholder, unless it stands in a string, a quoted identifier or a comment, belongs to
a cast (`::`), or ends a slice of an array (`a[1:n]`). Nothing else is parsed.

Sources: https://www.postgresql.org/docs/15/sql-syntax-lexical.html
    https://www.sqlite.org/lang_expr.html, https://www.sqlite.org/c3ref/bind_blob.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from ..._dataclass import dataclass
from ...errors import ErrorCode, InvalidCall, Place
from .called import calls_of
from .slots import Slot, slots_of

_CACHED = 512
"""The texts that are remembered; a program has few, as values are not part of them."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an engine writes statements.

    tokens: what `re` knows of it; each group is named as `_scan` expects it.
    place: writes the placeholder of a number, from 1. foreign: placeholders that are not ours.
    nests_comments: whether a comment may hold another.
    refused: the first words of statements that are refused, with the reason.
    check: refuses others, by the statement and its quoted texts and names. Raises InvalidCall.
    """

    engine: str
    tokens: re.Pattern[str]
    place: Callable[[int], str]
    nests_comments: bool
    refused: tuple[tuple[str, str], ...]
    check: Callable[[SqlText, Sequence[str]], None] | None = None

    def __hash__(self) -> int:
        return hash(self.engine)


def tokens(strings: str, foreign: str, line_ends: str = r"\n") -> re.Pattern[str]:
    """The tokens of a dialect. strings: quoted texts and identifiers, with the group `string`
    for each. foreign: placeholders in the engine's own way, which are refused. line_ends: the
    characters that end a comment of a line."""
    return re.compile(
        rf"""
        (?P<blank>\s+|--[^{line_ends}]*)
        |(?P<comment>/\*)
        |(?P<string>{strings})
        |(?P<word>[^\W\d][\w$]*)
        |(?P<number>\d[\w.]*)
        |(?P<cast>::|:=)
        |(?P<name>:[^\W\d]\w*)
        |(?P<foreign>{foreign})
        |(?P<other>.)
        """,
        re.VERBOSE | re.DOTALL,
    )


_READS = frozenset({"SELECT", "VALUES", "TABLE", "WITH", "SHOW", "EXPLAIN"})
_WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "INTO", "ANALYZE", "ANALYSE"})
_COMMENT_ENDS = re.compile(r"\*/|/\*")
_OPERAND_ENDS = frozenset({"word", "number", "name", "string"})


@dataclass(frozen=True, slots=True)
class SqlText:
    """A statement with the engine's placeholders.

    sql: without a final semicolon. names: of the placeholders, in the order of their numbers.
    slots: what each of them may be.
    first: its first word in upper case. words: all words outside of quotes, in upper case.
    calls: the names before brackets.
    """

    sql: str
    names: tuple[str, ...]
    slots: tuple[Slot, ...]
    first: str
    words: frozenset[str]
    calls: frozenset[str]

    @property
    def reads(self) -> bool:
        """Whether the statement only reads, as far as its words say: functions may do anything."""
        return self.first in _READS and not self.words & _WRITES

    @property
    def returns_rows(self) -> bool:
        """Whether the statement has a result: a writing one without RETURNING has none."""
        return self.first not in _WRITES or "RETURNING" in self.words


@lru_cache(_CACHED)
def parse_sql(text: str, dialect: Dialect) -> SqlText:
    """The statement in a text.

    Raises InvalidCall (invalid-sql) for several statements, an unfinished string or comment, a
    placeholder that is not `:name`, and a statement that the dialect refuses.
    """
    parts: list[str] = []
    numbers: dict[str, int] = {}
    words: list[str] = []
    solid: list[tuple[str, str]] = []
    ended = False
    for kind, token in _scan(text, dialect):
        if kind == "end":
            ended = True
            continue
        if ended and kind != "blank":
            raise refused_sql(dialect.engine, "it has several statements", "run them one by one")
        if kind != "blank":
            solid.append((kind, token))
        if kind == "word":
            words.append(token.upper())
        is_name = kind == "name"
        number = numbers.setdefault(token[1:], len(numbers) + 1) if is_name else 0
        parts.append(dialect.place(number) if is_name else token)
    first = words[0] if words else ""
    _check_first(dialect, first)
    slots = slots_of(solid, list(numbers))
    sql, names = "".join(parts), tuple(numbers)
    parsed = SqlText(sql, names, slots, first, frozenset(words), calls_of(solid))
    if dialect.check is not None:
        dialect.check(parsed, [token for kind, token in solid if kind == "string"])
    return parsed


def _check_first(dialect: Dialect, first: str) -> None:
    if not first:
        raise refused_sql(dialect.engine, "it has no statement", "give a statement")
    for word, fix in dialect.refused:
        if word == first:
            raise refused_sql(dialect.engine, f"{word} is not for SQL of your own", fix)


def _scan(text: str, dialect: Dialect) -> Iterator[tuple[str, str]]:
    """The tokens of a text, by kind. A statement ends with the kind `end`."""
    position, before, open_brackets = 0, "", 0
    while position < len(text):
        found = dialect.tokens.match(text, position)
        assert found is not None  # `other` takes anything
        assert found.lastgroup is not None
        kind, token = found.lastgroup, found[0]
        if kind == "comment":
            kind, token = "blank", _comment(text, position, dialect)
        elif kind == "name" and open_brackets and before in _OPERAND_ENDS:
            kind, token = "other", ":"  # between the bounds of a slice
        elif kind == "other":
            _check_finished(dialect, token)
            open_brackets = max(0, open_brackets + (token == "[") - (token == "]"))
            kind = {";": "end", ")": "string", "]": "string"}.get(token, "other")
        elif kind == "foreign":
            raise refused_sql(
                dialect.engine, f"{token} is no placeholder here", "write placeholders as :name"
            )
        yield kind, token
        position += len(token)
        before = before if kind == "blank" else kind


def _comment(text: str, start: int, dialect: Dialect) -> str:
    depth, position = 1, start + 2
    while depth:
        found = _COMMENT_ENDS.search(text, position)
        if found is None:
            raise refused_sql(dialect.engine, "a comment does not end", "end it with */")
        if found[0] == "*/":
            depth -= 1
        elif dialect.nests_comments:
            depth += 1
        position = found.end() if found[0] == "*/" or dialect.nests_comments else found.start() + 1
    return text[start:position]


def _check_finished(dialect: Dialect, token: str) -> None:
    if token in ("'", '"', "`"):
        raise refused_sql(
            dialect.engine, "a quoted text does not end", "close it, and double quotes inside it"
        )
    if token == "\0":
        raise refused_sql(dialect.engine, "it holds the character NUL", "remove it")


def refused_sql(engine: str, what: str, fix: str) -> InvalidCall:
    """The error for a statement that is not sent. The statement itself is not shown."""
    return InvalidCall(
        f"the SQL is refused: {what}",
        code=ErrorCode.INVALID_SQL,
        where=Place(engine),
        fix=fix,
    )
