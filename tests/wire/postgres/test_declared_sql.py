"""Mistakes in declared SQL: the error names what is wrong, and quotes no row."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest

import trueup
from tests.wire.postgres.live import differences
from trueup import DeclarationError, Layer, Model, Relational, Table
from trueup.errors import ErrorCode
from trueup.relational import Check, Exclude, References, SqlIndex, SqlObject, Unique
from trueup.testing.suite.harness.refusals import refused


class Row(Model):
    """What SQL is declared over."""

    id: str
    name: str = ""
    n: int = 0
    other: int | None = None


def layer(**settings: Any) -> Layer:
    table = Table("rows", Row, partition="id", relational=Relational(**settings))
    return Layer("rows", target="postgres", tables=[table])


WRONG: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "a column that is not there": (
        {"checks": [Check("fine", "n > 0"), Check("steep", "mst > 0"), Check("last", "n < 9")]},
        "the constraint steep",
        "42703",
        'column "mst" does not exist',
    ),
    "arguments in the other order": (
        {"checks": [Check("n > 0", "positive")]},
        "the constraint n > 0",
        "42703",
        'column "positive" does not exist',
    ),
    "SQL that is none": (
        {"checks": [Check("unfinished", "n >")]},
        "the constraint unfinished",
        "42601",
        "syntax error",
    ),
    "a type that is none": (
        {"types": {"n": "integr"}},
        "the column n",
        "42704",
        'type "integr" does not exist',
    ),
    "a default of another type": (
        {"defaults": {"other": "'x'"}},
        "the column other",
        "22P02",
        "invalid input syntax",
    ),
    "an index by the wrong method": (
        {"indexes": [SqlIndex("by_name", ["name"], method="gin")]},
        "by_name",
        "42704",
        "no default operator class",
    ),
    "a unique index over what is not there": (
        {"unique": [Unique("n", where="mst", name="one_n")]},
        "one_n",
        "42703",
        "mst",
    ),
    "an exclusion without its operator": (
        {"exclusions": [Exclude({"name": "&&"}, name="alone")]},
        "alone",
        "42",
        "operator",
    ),
    "a reference of a number to a text": (
        {"references": [References("n", "rows", name="to_text")]},
        "the constraint to_text",
        "42804",
        "incompatible types",
    ),
    "a generated column of another type": (
        {"generated": {"other": "upper(name)"}},
        "the column other",
        "42804",
        "other",
    ),
    "an object of one's own": (
        {"objects": [SqlObject("view", "none", "CREATE VIEW none AS SELECT mst FROM {rows}")]},
        "the object 'view none'",
        "42703",
        "mst",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_error_names_what_is_wrong(postgres_url: str, prefix: str, wrong: str) -> None:
    settings, what, state, words = WRONG[wrong]
    names = f"{prefix}{{table}}"
    with (
        trueup.connect(postgres_url, layer(**settings), table_names=names) as db,
        refused(DeclarationError) as refusal,
    ):
        db.create_tables()
    assert refusal.error is not None
    assert refusal.error.code is ErrorCode.DECLARATION
    assert refusal.error.native.startswith(state)
    assert refusal.error.where.table == f"{prefix}rows"
    assert refusal.says("the SQL that is declared for ", what, words)
    with trueup.connect(postgres_url, layer(), table_names=names) as db:
        db.create_tables()  # nothing was made of the wrong one


def test_error_is_the_same_for_asyncio(postgres_url: str, prefix: str) -> None:
    wrong = layer(checks=[Check("steep", "mst > 0")])

    async def create() -> None:
        names = f"{prefix}{{table}}"
        async with trueup.connect_async(postgres_url, wrong, table_names=names) as db:
            await db.create_tables()

    with refused(DeclarationError) as refusal:
        asyncio.run(create())
    assert refusal.says("the SQL that is declared for the constraint steep is wrong (42703)")


def test_verify_says_what_it_cannot_make(postgres_url: str, prefix: str) -> None:
    names = f"{prefix}{{table}}"
    with trueup.connect(postgres_url, layer(checks=[Check("c", "n > 0")]), table_names=names) as db:
        db.create_tables()
    [found, *_] = differences(postgres_url, layer(checks=[Check("c", "mst > 0")]), names)
    assert "the SQL that is declared for the constraint c is wrong (42703)" in found.reason
    assert 'column "mst" does not exist' in found.reason


def test_no_row_is_quoted(postgres_url: str, prefix: str, other: psycopg.Connection[Any]) -> None:
    """A view that is stored reads rows when it is made."""
    secrets = f"{prefix}secrets"
    other.execute(f"CREATE TABLE \"{secrets}\" AS SELECT 'hidden-value' AS value".encode())
    view = f'CREATE MATERIALIZED VIEW "{prefix}v" AS SELECT value::integer FROM "{secrets}"'
    wrong = layer(objects=[SqlObject("materialized view", f"{prefix}v", view)])
    with (
        trueup.connect(postgres_url, wrong, table_names=f"{prefix}{{table}}") as db,
        refused(DeclarationError) as refusal,
    ):
        db.create_tables()
    assert refusal.says(f"{prefix}v", "22P02")
    assert not refusal.says("hidden-value")


def test_extension_that_the_role_may_not_make_is_named(
    postgres_url: str, prefix: str, other: psycopg.Connection[Any]
) -> None:
    untrusted = """SELECT name FROM pg_available_extension_versions
        WHERE superuser AND NOT trusted AND NOT installed AND requires IS NULL
        AND name NOT IN (SELECT extname FROM pg_extension) ORDER BY name"""
    [(name,), *_] = other.execute(untrusted).fetchall()
    wanting = layer(extensions=[name])
    with (
        trueup.connect(postgres_url, wanting, table_names=f"{prefix}{{table}}") as db,
        refused(ErrorCode.ACCESS_DENIED) as refusal,
    ):
        db.create_tables()
    assert refusal.says(f"this user may not make the extension {name}")
    assert refusal.says(
        f'let a superuser run in this database: CREATE EXTENSION IF NOT EXISTS "{name}"'
    )
