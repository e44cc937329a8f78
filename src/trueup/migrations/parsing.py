"""Read the text of a file: its directives, and the statements of its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from .._dataclass import dataclass
from .._kinds import misspelt
from ..errors import DeclarationError
from .sections import BATCH, Batch, Expectation, Section, Squashed, Statement, invalid
from .statements import Depth, Dialect, Kind, Token, says_something, text_of, tokens_of

_DIRECTIVE = re.compile(r"--\s*trueup:\s*(\S+)\s*(.*?)\s*")
_BATCH = re.compile(r"(\S+) by (\S+)(?: size ([1-9]\d{0,6}))?")
_EXPECTS = re.compile(r"([\w.\"]+):\s*(.+)")
_BATCH_SIZE = 1000
_PYTHON = re.compile(r"([a-z_]\w*)(?: over (.+))?")
_SQUASHED = re.compile(r"(\d+_[a-z0-9_]+) ([0-9a-f]{64})")
_DIRECTIVES = (
    *("up", "down", "forward-only", "no-transaction", "batch", "python", "loses", "expects"),
    "squashes",
)
_OF_REPEATABLE = ("after",)
_OF_THE_RUNNER = frozenset(
    {"BEGIN", "COMMIT", "ROLLBACK", "START", "END", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE"}
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a file says, by the names of its parts."""

    sections: dict[str, Section]
    forward_only: str
    squashes: tuple[Squashed, ...]


class Parser:
    """Reads one file from its beginning to its end."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
        self._path = path
        self._dialect = dialect
        self._sections: dict[str, Section] = {}
        self._section = ""
        self._forward_only = ""
        self._squashes: list[Squashed] = []
        self._tokens: list[Token] = []
        self._depth = Depth(dialect)
        self._batch: Batch | None = None
        self._statements: list[Statement] = []
        self._given: dict[str, list[str]] = {}
        self._directives: tuple[str, ...] = _DIRECTIVES

    def parse(self, text: str) -> Parts:
        """The sections of a text."""
        for token in tokens_of(text, self._dialect):
            self._take(token)
        self._end_section()
        if "up" not in self._sections:
            raise self._error(1, "it has no part up", "begin it with the line -- trueup: up")
        if "down" in self._sections and self._forward_only:
            raise self._error(
                1, "it has a part down, and says it has none", "leave out one of them"
            )
        if "down" not in self._sections and not self._forward_only:
            raise self._error(
                1,
                "it does not say how it is undone",
                "add -- trueup: down with its statements, or -- trueup: forward-only and why",
            )
        return Parts(self._sections, self._forward_only, tuple(self._squashes))

    def parse_repeatable(self, text: str) -> tuple[tuple[Statement, ...], tuple[str, ...]]:
        """The statements of a file without parts, and the names of those that run before it."""
        self._directives, self._section = _OF_REPEATABLE, "up"
        for token in tokens_of(text, self._dialect):
            self._take(token)
        names = tuple(self._given.get("after", ()))
        self._end_section()
        statements = self._sections["up"].statements
        if not statements:
            raise self._error(1, "it has no statement", "write CREATE OR REPLACE VIEW …")
        return statements, names

    def _take(self, token: Token) -> None:
        if token.kind is Kind.OPEN:
            raise self._error(token.line, "a string, a name or a comment has no end", "end it")
        directive = _DIRECTIVE.fullmatch(token.text) if token.kind is Kind.COMMENT else None
        if directive:
            self._direct(token.line, directive[1], directive[2])
        elif self._depth.ends(token):
            self._end_statement()
        else:
            self._tokens.append(token)

    def _direct(self, line: int, name: str, rest: str) -> None:
        if name not in self._directives:
            hint = misspelt(name, self._directives, "directives")
            raise self._error(line, f"there is no directive {name}", hint)
        if name in ("up", "down"):
            self._begin_section(line, name, rest)
            return
        if any(map(says_something, self._tokens)):
            raise self._error(
                line, f"{name} stands in a statement", "end the statement before it by ;"
            )
        if name == "forward-only":
            if not rest:
                raise self._error(line, "forward-only says no reason", "write why after it")
            self._forward_only = rest
            return
        if name == "squashes":
            found = _SQUASHED.fullmatch(rest)
            if not found:
                raise self._error(line, "squashes is not understood", "run trueup migrate squash")
            self._squashes.append(Squashed(found[1], found[2]))
            return
        if not self._section:
            raise self._error(line, f"{name} stands before the parts", "move it below up or down")
        self._set(line, name, rest)

    def _set(self, line: int, name: str, rest: str) -> None:
        """A directive about the section, or about its next statement."""
        if name == "batch":
            self._batch = self._batch_of(line, name, rest)
            return
        if name == "python":
            self._statements.append(self._call(line, rest))
            return
        if name == "after" and not re.fullmatch(r"[a-z0-9_]+", rest):
            raise self._error(line, "after is not understood", "write the name of another file")
        if name == "expects" and not _EXPECTS.fullmatch(rest):
            raise self._error(
                line, "expects is not understood", "write -- trueup: expects jobs: total >= 0"
            )
        if name == "loses" and not rest:
            raise self._error(line, "loses does not say what", "write what is lost after it")
        self._given.setdefault(name, []).append(rest)

    def _batch_of(self, line: int, name: str, rest: str) -> Batch:
        found = _BATCH.fullmatch(rest)
        if not found:
            raise self._error(
                line,
                f"{name} is not understood",
                "write -- trueup: batch jobs by id size 1000, or "
                "-- trueup: python function over jobs by id size 1000",
            )
        return Batch(found[1], found[2], int(found[3] or _BATCH_SIZE))

    def _call(self, line: int, rest: str) -> Statement:
        """A step that is a function of Python."""
        found = _PYTHON.fullmatch(rest)
        if not found:
            raise self._error(
                line,
                "python does not name a function",
                "write -- trueup: python fill_names, or python fill_names over jobs by id",
            )
        batch = self._batch_of(line, "python", found[2]) if found[2] else None
        return Statement("", line, batch, found[1])

    def _begin_section(self, line: int, name: str, rest: str) -> None:
        if rest:
            raise self._error(line, f"{name} takes nothing after it", "write it on its own line")
        self._end_section()
        if name in self._sections:
            raise self._error(line, f"it has two parts {name}", "move them together")
        if name == "down" and "up" not in self._sections:
            raise self._error(line, "its part down stands first", "put -- trueup: up before it")
        self._section = name

    def _end_section(self) -> None:
        self._end_statement()
        if self._batch:
            raise self._error(0, "batch has no statement after it", "write the statement below it")
        if not self._section:
            return
        statements, given = tuple(self._statements), self._given
        self._sections[self._section] = Section(
            statements,
            in_transaction="no-transaction" not in given
            and not any(one.batch or one.function for one in statements),
            loses=tuple(given.get("loses", ())),
            expects=tuple(_expectations(given.get("expects", ()))),
        )
        self._section, self._statements, self._given = "", [], {}

    def _end_statement(self) -> None:
        tokens, self._tokens, self._depth = self._tokens, [], Depth(self._dialect)
        sql = text_of(tokens)
        if not sql:
            return
        first = next(filter(says_something, tokens))
        if not self._section:
            raise self._error(
                first.line, "a statement stands before the parts", "begin with -- trueup: up"
            )
        self._check(tokens, first, sql)
        self._statements.append(Statement(sql, first.line, self._batch))
        self._batch = None

    def _check(self, tokens: Sequence[Token], first: Token, sql: str) -> None:
        """Refuse what only a person at a terminal, or the runner, may say."""
        words = {token.word for token in tokens}
        if first.word in _OF_THE_RUNNER:
            raise self._error(
                first.line,
                f"{first.word} is said by the runner, which keeps the history in one piece with it",
                "leave it out; -- trueup: no-transaction is for what cannot be in a transaction",
            )
        if first.text == "\\":
            raise self._error(first.line, "commands of psql are no SQL", "leave it out")
        if first.word == "COPY" and "STDIN" in words:
            raise self._error(first.line, "COPY has no input here", "write INSERT")
        if (sql.count(BATCH) == 1) != bool(self._batch):
            raise self._error(
                first.line,
                f"{BATCH} stands once in a statement that runs in batches, and in no other",
                "write -- trueup: batch jobs by id above it, and AND :batch in its WHERE",
            )

    def _error(self, line: int, what: str, fix: str) -> DeclarationError:
        return invalid(self._path, line, what, fix)


def _expectations(given: Sequence[str]) -> Iterator[Expectation]:
    for text in given:
        found = _EXPECTS.fullmatch(text)
        assert found
        yield Expectation(found[1], found[2])
