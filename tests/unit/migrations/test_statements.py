"""SQL is split at the semicolons that end statements, and at no others."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.migrations.statements import Dialect, split, tokens_of, words_of

BOTH = [
    "SELECT ';'",
    "SELECT 'it''s; --'",
    'SELECT "a;b"',
    "SELECT 1 -- ; not here\n, 2",
    "SELECT /* ; ' */ 1",
    "INSERT INTO t VALUES ('$$;$$')",
    "SELECT CASE WHEN a THEN 1 END FROM t",
]
POSTGRES = [
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; SELECT 2; $$",
    "DO $body$ BEGIN PERFORM $$;$$; END; $body$",
    r"SELECT E'it\'s; '",
    "SELECT /* a /* nested; */ ; */ 1",
    "SELECT a$1; ".rstrip("; "),
    "SELECT $1, $2",
    "CREATE OR REPLACE FUNCTION g(n int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN n > 1"
    " THEN 1 END; SELECT 2; END",
]
SQLITE = [
    "SELECT [a;b], `c;d`",
    "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = CASE WHEN 1 THEN ';' END;"
    " DELETE FROM d; END",
    "CREATE TEMP TRIGGER IF NOT EXISTS t AFTER INSERT ON a BEGIN SELECT 1; END",
]
OF = {Dialect.POSTGRES: BOTH + POSTGRES, Dialect.SQLITE: BOTH + SQLITE}
BETWEEN = [" ", "\n\n", "\n-- a comment; with one\n", " /* ; */ ", "\t"]


@pytest.mark.parametrize("dialect", Dialect)
@given(data=st.data())
def test_statements_that_are_joined_are_split_into_themselves(
    dialect: Dialect, data: st.DataObject
) -> None:
    statements = data.draw(st.lists(st.sampled_from(OF[dialect]), max_size=5))
    gap = st.sampled_from(BETWEEN)
    text = "".join(f"{data.draw(gap)}{one}{data.draw(gap)};" for one in statements)
    assert split(text + data.draw(gap), dialect) == statements


@pytest.mark.parametrize("dialect", Dialect)
@given(text=st.text(alphabet="ab1 ;'\"$-/*\\\n[]`eE", max_size=40))
def test_tokens_together_are_the_text(dialect: Dialect, text: str) -> None:
    tokens = list(tokens_of(text, dialect))
    assert "".join(token.text for token in tokens) == text
    assert [token.line for token in tokens] == sorted(token.line for token in tokens)


@pytest.mark.parametrize("statement", OF[Dialect.SQLITE])
def test_statements_of_sqlite_end_where_sqlite_says(statement: str) -> None:
    assert sqlite3.complete_statement(f"{statement};")
    assert split(f"{statement};", Dialect.SQLITE) == [statement]


def test_the_last_statement_needs_no_semicolon() -> None:
    assert split("SELECT 1; SELECT 2", Dialect.SQLITE) == ["SELECT 1", "SELECT 2"]


def test_words_have_no_comments_and_no_texts() -> None:
    sql = "create index -- concurrently\n \"By\" on t /* x */ ('y')"
    assert words_of(sql, Dialect.POSTGRES) == ["CREATE", "INDEX", "By", "ON", "T"]
