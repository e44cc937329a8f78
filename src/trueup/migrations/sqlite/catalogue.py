"""The schema of a file of SQLite, in a form in which two can be compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from ..history import OWN
from ..port import Column, Reference, Row, Shape, Text, literal, named
from ..shapes import in_order, literals_of
from ..statements import Dialect, Kind, says_something, tokens_of

Query = Callable[[str], Sequence[Row]]
_LENGTH = re.compile(r"\((\d+)\s*(?:,\s*(\d+))?\)")


def objects(query: Query) -> dict[str, str]:
    """The definition of each object by its name, without Trueup's own tables."""
    rows = query("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name")
    found: dict[str, list[str]] = {}
    for kind, name, table, sql in rows:
        if _is_own(str(table)) or not sql:
            continue
        if kind == "table":
            found.setdefault(f"table {name}", []).extend(_table(query, str(name), str(sql)))
        else:
            owner = f"table {table}" if kind in ("index", "trigger") else f"{kind} {name}"
            found.setdefault(owner, []).append(f"{kind} {name}: {_plain(str(sql))}")
    return {name: "\n".join(sorted(lines)) for name, lines in found.items()}


def _table(query: Query, name: str, sql: str) -> Iterator[str]:
    """The parts of a table, without the order of its columns."""
    for _, column, kind, required, default, key, hidden in query(
        f"PRAGMA table_xinfo({named(name)})"
    ):
        yield f"column {column} {kind} {required} {default} {key} {hidden}"
    yield from (f"part {part}" for part in _parts(sql))


def _parts(sql: str) -> list[str]:
    """What stands between the commas of a CREATE TABLE, and what follows its parenthesis."""
    parts: list[list[str]] = [[]]
    depth = 0
    for word in _plain(sql).partition(" ( ")[2].split(" "):
        depth += (word == "(") - (word == ")")
        if (word == "," and not depth) or depth < 0:
            parts.append([])
            depth = max(depth, 0)
        else:
            parts[-1].append(word)
    return [" ".join(part) for part in parts if part]


def _plain(sql: str) -> str:
    """The tokens of a text, without comments and quotes that are not needed."""
    return " ".join(
        token.text[1:-1]
        if token.kind is Kind.NAME and token.text[1:-1].isidentifier()
        else token.text
        for token in tokens_of(sql, Dialect.SQLITE)
        if says_something(token)
    )


def shapes(query: Query) -> list[Shape]:
    """The tables that rows are made for, those that others point to first."""
    rows = query("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL")
    found = {
        str(name): _shape(query, str(name), str(sql))
        for name, sql in rows
        if not _is_own(str(name)) and not str(sql).upper().startswith("CREATE VIRTUAL")
    }
    return in_order({named(name): shape for name, shape in found.items()})


def _is_own(name: str) -> bool:
    return name in OWN or name.startswith(("trueup:", "sqlite_"))


def _shape(query: Query, name: str, sql: str) -> Shape:
    columns = query(f"PRAGMA table_xinfo({named(name)})")
    keys = [str(row[1]) for row in columns if row[5]]
    unique = {keys[0]} if len(keys) == 1 else set()
    for _, index, is_unique, _, is_partial in query(f"PRAGMA index_list({named(name)})"):
        parts = query(f"PRAGMA index_info({literal(str(index))})")
        if is_unique and not is_partial and len(parts) == 1 and parts[0][2]:
            unique.add(str(parts[0][2]))
    checks = [part for part in _parts(sql) if "CHECK (" in part.upper()]
    made = tuple(
        _column(row, checks, is_unique=str(row[1]) in unique, rowid=len(keys) == 1)
        for row in columns
        if row[6] in (0, 1)
    )
    return Shape(named(name), made, tuple(_references(query, name)))


def _column(row: Row, checks: Sequence[str], *, is_unique: bool, rowid: bool) -> Column:
    _, name, kind, required, default, key, _ = row
    kind = str(kind).upper()
    length = _LENGTH.search(kind)
    own = [one for one in checks if re.search(rf"\b{re.escape(str(name))}\b", one)]
    return Column(
        name=str(name),
        type=kind,
        base=affinity(kind),
        is_nullable=not required and not key,
        has_default=default is not None or (rowid and bool(key) and kind == "INTEGER"),
        length=int(length[1]) if length and not length[2] else 0,
        literals=literals_of(" ".join(own)),
        is_unique=is_unique,
    )


def affinity(kind: str) -> str:
    """The affinity of a column. Source: https://www.sqlite.org/datatype3.html#determination_of_column_affinity"""
    for words, found in (
        (("INT",), "integer"),
        (("CHAR", "CLOB", "TEXT"), "text"),
        (("BLOB",), "blob"),
        (("REAL", "FLOA", "DOUB"), "real"),
    ):
        if any(word in kind for word in words):
            return found
    return "numeric" if kind else "blob"


def _references(query: Query, name: str) -> Iterator[Reference]:
    rows = query(f"PRAGMA foreign_key_list({named(name)})")
    for number in sorted({int(row[0]) for row in rows}):
        parts = sorted((row for row in rows if row[0] == number), key=lambda row: int(row[1]))
        table = str(parts[0][2])
        targets = tuple(str(row[4]) for row in parts if row[4])
        if not targets:
            info = query(f"PRAGMA table_info({named(table)})")
            targets = tuple(str(row[1]) for row in sorted(info, key=lambda row: row[5]) if row[5])
        yield Reference(tuple(str(row[3]) for row in parts), named(table), targets)


def value_of(text: Text, base: str) -> str | int | float | bytes | None:
    """A value of Python for a text that was made for a column, or read as a literal from one."""
    if text is None:
        return None
    if text.startswith("'") and text.endswith("'") and len(text) > 1:
        return text[1:-1].replace("''", "'")
    if re.fullmatch(r"[xX]'[0-9a-fA-F]*'", text):
        return bytes.fromhex(text[2:-1])
    if base in ("integer", "numeric") and re.fullmatch(r"-?\d{1,19}", text):
        return int(text)
    if base in ("real", "numeric") and re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text):
        return float(text)
    return text
