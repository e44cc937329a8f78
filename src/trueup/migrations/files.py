"""Migrations as files: `migrations/0001_name.sql`, with a part up and a part down.

-- trueup: up
CREATE TABLE jobs (id bigint PRIMARY KEY);
-- trueup: down
DROP TABLE jobs;
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from .._dataclass import dataclass
from .._kinds import misspelt
from ..errors import DeclarationError, ErrorCode, Place
from .statements import Depth, Dialect, Kind, Token, says_something, text_of, tokens_of

BATCH = ":batch"
"""Stands in a statement that runs in batches, for the condition of one."""

_FILE = re.compile(r"(\d{1,18})_([a-z0-9_]+)\.sql")
_DIRECTIVE = re.compile(r"--\s*trueup:\s*(\S+)\s*(.*?)\s*")
_BATCH = re.compile(r"(\S+) by (\S+)(?: size ([1-9]\d{0,6}))?")
_EXPECTS = re.compile(r"([\w.\"]+):\s*(.+)")
_BATCH_SIZE = 1000
_SQUASHED = re.compile(r"(\d+_[a-z0-9_]+) ([0-9a-f]{64})")
_DIRECTIVES = (
    *("up", "down", "forward-only", "no-transaction", "batch", "loses", "expects", "squashes"),
)
_OF_THE_RUNNER = frozenset(
    {"BEGIN", "COMMIT", "ROLLBACK", "START", "END", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE"}
)


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows that a statement is given at a time: those of a table, in order of a column."""

    table: str
    column: str
    size: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. line: of the file. batch: None if it runs once."""

    sql: str
    line: int
    batch: Batch | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the rows of a table fulfil before the migration, as a condition in SQL."""

    table: str
    condition: str


@dataclass(frozen=True, slots=True)
class Squashed:
    """A file that another one stands for."""

    name: str
    checksum: str


@dataclass(frozen=True, slots=True)
class Section:
    """What goes one way. in_transaction: all of it in one, with its row in the history.

    loses: what is lost by it, as its author says; empty if nothing is.
    """

    statements: tuple[Statement, ...] = ()
    in_transaction: bool = True
    loses: tuple[str, ...] = ()
    expects: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True)
class Migration:
    """One file. version: its number. name: of the file without its ending, `0001_name`.

    checksum: SHA-256 of the text with LF at the ends of lines. chain: of that and of all before.
    forward_only: why it has no way down; then `down` has no statements. squashes: the files that it
        stands for.
    """

    version: int
    name: str
    path: Path = field(compare=False)
    checksum: str
    chain: str
    up: Section
    down: Section
    forward_only: str = ""
    squashes: tuple[Squashed, ...] = ()

    def __str__(self) -> str:
        return self.name


def read_folder(folder: Path, dialect: Dialect) -> list[Migration]:
    """The migrations of a folder in order of their versions; none if it is not there.

    Raises DeclarationError (migration-invalid) for the first file that cannot be used, and for two
    files with one version.
    """
    found = read_branches(folder, dialect)
    for before, one in pairwise(found):
        if before.version == one.version:
            raise invalid(
                one.path,
                0,
                f"two files have the version {one.version}: {before.name} and {one.name}",
                "run trueup migrate rebase, which renumbers that of the later branch",
            )
    return found


def read_branches(folder: Path, dialect: Dialect) -> list[Migration]:
    """The migrations of a folder in order of their versions and names, of which several may have
    one version: those of branches that were merged. Raises DeclarationError (migration-invalid)."""
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql"), key=_order):
        before = [one for one in found if one.version < _order(path)[0]]
        found.append(read_file(path, dialect, before[-1].chain if before else ""))
    return found


def _order(path: Path) -> tuple[int, str]:
    found = _FILE.fullmatch(path.name)
    return (int(found[1]) if found else 0, path.name)


def read_file(path: Path, dialect: Dialect, chain: str) -> Migration:
    """One migration. chain: of those before it. Raises DeclarationError (migration-invalid)."""
    found = _FILE.fullmatch(path.name)
    if not found:
        raise invalid(path, 0, "its name is none", "name it like 0007_add_index.sql")
    try:
        text = normal(path.read_bytes())
    except UnicodeDecodeError as error:
        raise invalid(path, 0, "it is not UTF-8", "save it as UTF-8") from error
    checksum = sha256(text.encode()).hexdigest()
    parts = _Parser(path, dialect).parse(text)
    return Migration(
        version=int(found[1]),
        name=path.stem,
        path=path,
        checksum=checksum,
        chain=chained(chain, path.stem, checksum),
        up=parts.sections["up"],
        down=parts.sections.get("down", Section()),
        forward_only=parts.forward_only,
        squashes=parts.squashes,
    )


def normal(content: bytes) -> str:
    """The text without a byte-order mark, and with LF at the ends of lines: what a checkout
    changes is no change of the file."""
    return content.decode("utf-8-sig").replace("\r\n", "\n")


def chained(before: str, name: str, checksum: str) -> str:
    """The hash of a migration, and of all before it."""
    return sha256(f"{before}\n{name}\n{checksum}".encode()).hexdigest()


def invalid(path: Path, line: int, what: str, fix: str) -> DeclarationError:
    """The error for a file that cannot be used. line: 0 for the whole file."""
    place = f"{path.parent.name}/{path.name}"
    return DeclarationError(
        f"the migration cannot be used: {what}",
        where=Place(note=f"{place}:{line}" if line else place),
        fix=fix,
        code=ErrorCode.MIGRATION_INVALID,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    sections: dict[str, Section]
    forward_only: str
    squashes: tuple[Squashed, ...]


class _Parser:
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

    def parse(self, text: str) -> _Parts:
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
        return _Parts(self._sections, self._forward_only, tuple(self._squashes))

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
        if name not in _DIRECTIVES:
            hint = misspelt(name, _DIRECTIVES, "directives")
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
            found = _BATCH.fullmatch(rest)
            if not found:
                raise self._error(
                    line, "batch is not understood", "write -- trueup: batch jobs by id size 1000"
                )
            self._batch = Batch(found[1], found[2], int(found[3] or _BATCH_SIZE))
            return
        if name == "expects" and not _EXPECTS.fullmatch(rest):
            raise self._error(
                line, "expects is not understood", "write -- trueup: expects jobs: total >= 0"
            )
        if name == "loses" and not rest:
            raise self._error(line, "loses does not say what", "write what is lost after it")
        self._given.setdefault(name, []).append(rest)

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
            in_transaction="no-transaction" not in given and not any(s.batch for s in statements),
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
