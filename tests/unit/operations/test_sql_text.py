"""Where a statement's placeholders are, and what kind of statement it is."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup import ErrorCode, InvalidCall
from trueup.engines.postgres.sql.dialect import DIALECT as POSTGRES
from trueup.engines.sqlite.sql import DIALECT as SQLITE
from trueup.operations.sql.slots import Slot
from trueup.operations.sql.text import Dialect, parse_sql
from trueup.testing.suite.harness.refusals import refused

BOTH = pytest.mark.parametrize("dialect", [POSTGRES, SQLITE], ids=lambda one: one.engine)
# Text in which nothing is a placeholder, in both dialects and in each.
OPAQUE = [
    "'it''s :a'",
    "':a'",
    '"a "" :a"',
    "-- :a '\n",
    "/* :a ' */",
    "x1",
    "1.5e3",
    "(",
    ")",
    ",",
    "=",
    "->>",
]
OF_POSTGRES = [
    "E'\\' :a'",
    "e'\\\\'",
    "$$ :a ' $$",
    "$tag$ :a $$ ' $tag$",
    "/* :a /* ' */ :b */",
    "a::text",
    "a :: int",
    "b[1:2]",
    "b[lo:hi]",
    "b[f(x):n]",
    "?",
    "@>",
    "#>>",
    "f(x := 1)",
    "U&'\\0041 :a'",
    "-- it's :a\r",
    "E'a' -- b\n -- c\n '\\' :a'",
    "E'a'\r'\\' :a'",
    "$\xa0$ :a $\xa0$",
]
OF_SQLITE = ["`a :a`", "[a :a]", "x'00'", "/* :a /* */"]


@pytest.mark.parametrize(
    ("dialect", "token"),
    [(POSTGRES, token) for token in OPAQUE + OF_POSTGRES]
    + [(SQLITE, token) for token in OPAQUE + OF_SQLITE],
)
def test_no_placeholder_is_found_in_what_is_no_sql(dialect: Dialect, token: str) -> None:
    parsed = parse_sql(f"select {token} , :p", dialect)
    assert parsed.names == ("p",)
    assert parsed.sql == f"select {token} , {dialect.place(1)}"


@given(
    pieces=st.lists(
        st.sampled_from([*OPAQUE, *OF_POSTGRES]) | st.from_regex(r":[a-z_]\w{0,4}", fullmatch=True),
        max_size=12,
    )
)
def test_every_placeholder_is_numbered_by_its_first_place(pieces: list[str]) -> None:
    parsed = parse_sql(" , ".join(["select 1", *pieces]), POSTGRES)
    found = [piece[1:] for piece in pieces if piece[0] == ":"]
    assert parsed.names == tuple(dict.fromkeys(found))
    numbered = [
        f"${parsed.names.index(piece[1:]) + 1}" if piece[0] == ":" else piece for piece in pieces
    ]
    assert parsed.sql == " , ".join(["select 1", *numbered])


@given(text=st.text(st.sampled_from(":a1'\"$-*/;[]()E \n\\?@"), max_size=20))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    for dialect in (POSTGRES, SQLITE):
        with suppress(InvalidCall):
            parsed = parse_sql(f"select {text}", dialect)
            assert len(parsed.names) == len(set(parsed.names))


@BOTH
@pytest.mark.parametrize("text", ["select 1;", "select 1 ; -- end", "select 1;/* end */\n"])
def test_last_semicolon_is_left_out(dialect: Dialect, text: str) -> None:
    assert parse_sql(text, dialect).sql.partition(";")[0].strip().startswith("select 1")
    assert ";" not in parse_sql(text, dialect).sql


@BOTH
@pytest.mark.parametrize(
    "text", ["select 1; select 2", "", " ", ";", "-- x", "select 'a", 'select "a']
)
def test_no_statement_or_several_are_refused(dialect: Dialect, text: str) -> None:
    with refused(ErrorCode.INVALID_SQL):
        parse_sql(text, dialect)


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        (POSTGRES, "select $1"),
        (POSTGRES, "select /* a /* b */"),
        (SQLITE, "select ?"),
        (SQLITE, "select ?1"),
        (SQLITE, "select @a"),
        (SQLITE, "select $a"),
        (SQLITE, "pragma journal_mode = off"),
        (SQLITE, "attach 'x' as y"),
        (SQLITE, "vacuum"),
        (POSTGRES, "set role admin"),
        (POSTGRES, "Reset All"),
        (POSTGRES, "/* x */ prepare a as select 1"),
        (POSTGRES, "listen a"),
        (POSTGRES, "copy a from stdin"),
        (POSTGRES, "fetch a"),
    ],
)
def test_what_is_not_for_sql_of_ones_own_is_refused(dialect: Dialect, text: str) -> None:
    with refused(ErrorCode.INVALID_SQL):
        parse_sql(text, dialect)


@pytest.mark.parametrize(
    ("text", "reads", "returns_rows"),
    [
        ("select 1", True, True),
        ("(select 1) union (select 2)", True, True),
        ("with a as (select 1) select * from a", True, True),
        ("with a as (delete from b returning 1) select * from a", False, True),
        ("select 1 into t", False, True),
        ("select * from a for update", False, True),
        ("select 'delete' from \"update\"", True, True),
        ("explain select 1", True, True),
        ("explain analyze delete from a", False, True),
        ("delete from a", False, False),
        ("delete from a returning b", False, True),
        ("insert into a values (1)", False, False),
        ("values (1)", True, True),
        ("table a", True, True),
        ("show timezone", True, True),
        ("merge into a using b on true when matched then delete", False, False),
        ("merge into a using b on true when matched then delete returning a.id", False, True),
        (
            "with b as (select 1) merge into a using b on true when matched then do nothing",
            False,
            True,
        ),
        ("with a as (merge into b using c on true when matched then delete) table a", False, True),
        ("with a as (insert into b values (1) returning c) table a", False, True),
        ("with a as (update b set c = 1 returning c) table a", False, True),
        ("with a as (select 1) delete from b", False, True),
        ("update a set b = 1", False, False),
        ("update a set b = 1 returning b", False, True),
        ("EXPLAIN (ANALYZE, BUFFERS) INSERT INTO a VALUES (1)", False, True),
        ("explain analyze update a set b = 1", False, True),
        ("explain analyze create table a as select 1", False, True),
        ("explain (analyze) execute a", False, True),
        ("explain analyse create table a as select 1", False, True),
        ("explain (verbose, Analyse) refresh materialized view a", False, True),
        ("analyze", False, False),
        ("analyze a", False, False),
        ("analyse a", False, False),
        ("call a()", False, True),
        ("create table a as select 1", False, True),
        ("truncate a", False, True),
    ],
)
def test_statements_that_read_are_told_from_others(
    text: str, reads: bool, returns_rows: bool
) -> None:
    parsed = parse_sql(text, POSTGRES)
    assert (parsed.reads, parsed.returns_rows) == (reads, returns_rows)


LISTED, COMPARED, ARRAY, PLAIN = Slot


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("delete from a where id not in (:k)", [LISTED]),
        ("delete from a where id IN (1, f(2), :k)", [LISTED]),
        ("select a in :k", [LISTED]),
        ("select (a, b) in ((1, 2), (:k, 3))", [LISTED]),
        ("select a in (values (:k))", [LISTED]),
        ("select a in (f(:k))", [PLAIN]),
        ("select a in (select f(:k) from t where b = :c)", [PLAIN, COMPARED]),
        ("select a = :k, b <> /* x */ :l, :m >= c", [COMPARED] * 3),
        ("select a like :k or b between :l and c", [COMPARED] * 2),
        ("select :k = any(tags)", [COMPARED]),
        ("select a @> :k, b && :l, c -> :m, f(x => :n)", [PLAIN] * 4),
        ("select a = any(:k), a <> ALL ( :l )", [ARRAY] * 2),
        ("select a = :k::text[] and b in (:l::text, :l)", [ARRAY, LISTED]),
        ("select cast(:k as character varying(9)[]), :l::text and y[1]", [ARRAY, PLAIN]),
        ('select :k::"My"."T" [], :l::timestamp(3) with time zone array', [ARRAY] * 2),
        ("insert into t values (:k)", [PLAIN]),
        ("update t set a = :k where b = :c", [PLAIN, COMPARED]),
        ("update t set a = (b = :k)", [COMPARED]),
        ("insert into t values (1) on conflict (id) do update set a = :k", [PLAIN]),
        ("select a = any(:k) or b = :k", [COMPARED]),
    ],
)
def test_text_says_where_an_array_belongs(text: str, slots: list[Slot]) -> None:
    assert list(parse_sql(text, POSTGRES).slots) == slots


def test_time_grows_as_the_placeholders_do() -> None:
    """Not as their square: 60,000 took more than half a minute."""
    names = [f":a{number}" for number in range(60_000)]
    began_s = time.monotonic()
    parsed = parse_sql(f"select 1 where a in ({', '.join(names)})", POSTGRES)
    assert len(parsed.names) == len(names)
    assert set(parsed.slots) == {Slot.LISTED}
    assert time.monotonic() - began_s < 15
