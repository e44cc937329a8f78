"""What became of an index that a run built or dropped outside of a transaction, and is gone.

An interrupted CREATE INDEX CONCURRENTLY leaves an index behind that is not valid, which is dropped.
Source: https://www.postgresql.org/docs/15/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..port import Outcome, Row, literal
from ..statements import Dialect, Kind, Token, says_something, tokens_of

_AGAIN = frozenset({"VACUUM", "ANALYZE", "REINDEX", "CLUSTER"})
"""Statements that may run twice."""
_NOISE = frozenset({"UNIQUE", "IF", "NOT", "EXISTS", "CONCURRENTLY"})


class Queries(Protocol):
    """What asks a database."""

    def query(self, sql: str) -> Sequence[Row]:
        """The rows of a query."""
        ...


def outcome(database: Queries, sql: str) -> Outcome:
    """What became of a statement. What an interrupted build left behind is dropped."""
    tokens = [one for one in tokens_of(sql, Dialect.POSTGRES) if says_something(one)]
    words = [token.word for token in tokens]
    if words[0] in _AGAIN:
        _drop_remains(database)
        return Outcome.NOTHING
    name = index_of(tokens)
    if not name:
        return Outcome.UNKNOWN
    found = _find(database, name, words, tokens)
    if words[0] == "DROP":
        return Outcome.NOTHING if found else Outcome.DONE
    if found and found[0][1] is True:
        return Outcome.DONE
    if found:
        database.query(f"DROP INDEX CONCURRENTLY IF EXISTS {found[0][0]}")
    return Outcome.NOTHING


def index_of(tokens: Sequence[Token]) -> str:
    """The index that a statement creates or drops, as SQL names it; empty for other statements,
    and for an index that the server names."""
    words = [token.word for token in tokens]
    if words[:1] not in (["CREATE"], ["DROP"]) or "INDEX" not in words[:3]:
        return ""
    at = words.index("INDEX") + 1
    while at < len(words) and words[at] in _NOISE:
        at += 1
    name = ""
    while at < len(tokens) and words[at] != "ON":
        if tokens[at].kind not in (Kind.WORD, Kind.NAME) and tokens[at].text != ".":
            break
        name += tokens[at].text
        at += 1
    return name


def _find(
    database: Queries, name: str, words: Sequence[str], tokens: Sequence[Token]
) -> Sequence[Row]:
    """The index, and whether it is valid. That of a CREATE is in the schema of its table."""
    if words[0] == "CREATE" and "." not in name and "ON" in words:
        table = ""
        for token in tokens[words.index("ON") + 1 :]:
            if token.word == "ONLY":
                continue
            if token.kind not in (Kind.WORD, Kind.NAME) and token.text != ".":
                break
            if token.word == "USING":
                break
            table += token.text
        return database.query(
            "SELECT i.indexrelid::regclass::text, i.indisvalid FROM pg_index AS i"
            f" WHERE i.indrelid = to_regclass({literal(table)})"
            " AND i.indexrelid = (SELECT c.oid FROM pg_class AS c WHERE c.relnamespace ="
            f" (SELECT relnamespace FROM pg_class WHERE oid = to_regclass({literal(table)}))"
            f" AND c.relname = (parse_ident({literal(name)}))[1])"
        )
    return database.query(
        "SELECT i.indexrelid::regclass::text, i.indisvalid FROM pg_index AS i"
        f" WHERE i.indexrelid = to_regclass({literal(name)})"
    )


def _drop_remains(database: Queries) -> None:
    """Drop the copies that an interrupted REINDEX CONCURRENTLY left behind.
    Source: https://www.postgresql.org/docs/15/sql-reindex.html#SQL-REINDEX-CONCURRENTLY"""
    rows = database.query(
        "SELECT i.indexrelid::regclass::text FROM pg_index AS i JOIN pg_class AS c"
        " ON c.oid = i.indexrelid WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$'"
        " AND c.relnamespace <> 'pg_toast'::regnamespace"
    )
    for (name,) in rows:
        database.query(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
