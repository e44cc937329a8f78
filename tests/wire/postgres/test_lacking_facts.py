"""create_tables refuses a table that lacks what its declaration promises, and names each thing."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import psycopg
import pytest

import trueup
from trueup import Layer, Model, Relational, Table
from trueup.errors import ErrorCode
from trueup.relational import (
    Check,
    CountUpdates,
    References,
    SqlIndex,
    SqlObject,
    Unique,
)
from trueup.testing.suite.harness.refusals import refused


class Row(Model):
    """A row of a tenant, which may refer to another."""

    id: str
    tenant_id: str = ""
    n: int = 0
    above: str | None = None
    version: int = 0


PLAIN = Relational()
WHOLE = Relational(
    tenant="tenant_id",
    checks=[Check("n_is_positive", "n >= 0")],
    unique=[Unique("n", name="one_n"), Unique("above", where="n > 0", name="one_above")],
    references=[References("above", "rows", name="is_above")],
    indexes=[SqlIndex("by_n", ["n"])],
    triggers=[CountUpdates("version", trigger="counts")],
)


def layer(settings: Relational) -> Layer:
    return Layer(
        "rows", target="postgres", tables=[Table("rows", Row, partition="id", relational=settings)]
    )


def create(url: str, prefix: str, settings: Relational) -> None:
    with trueup.connect(url, layer(settings), table_names=f"{prefix}{{table}}") as db:
        db.create_tables()


def test_everything_that_a_plain_table_lacks_is_named(postgres_url: str, prefix: str) -> None:
    create(postgres_url, prefix, PLAIN)
    create(postgres_url, prefix, PLAIN)
    with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
        create(postgres_url, prefix, WHOLE)
    for what in (
        "constraint n_is_positive",
        f"constraint {prefix}rows.one_n",
        f"index {prefix}rows.one_above",
        "constraint is_above",
        f"index {prefix}rows.by_n",
        "trigger counts",
        "enabled row security",
        "forced row security",
        "policy trueup_tenant",
    ):
        assert refusal.says(what)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("ALTER TABLE {} DROP CONSTRAINT n_is_positive", "constraint n_is_positive"),
        ("ALTER TABLE {} DISABLE TRIGGER counts", "trigger counts"),
        ("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY", "forced row security"),
        ("DROP POLICY trueup_tenant ON {}", "policy trueup_tenant"),
        ("ALTER TABLE {} ALTER n DROP NOT NULL", "NOT NULL of n"),
    ],
)
def test_what_was_taken_away_is_all_that_is_named(
    postgres_url: str, prefix: str, other: psycopg.Connection[Any], sql: str, said: str
) -> None:
    create(postgres_url, prefix, WHOLE)
    create(postgres_url, prefix, WHOLE)
    other.execute(sql.format(f'"{prefix}rows"').encode())
    with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
        create(postgres_url, prefix, WHOLE)
    assert refusal.says(f"it lacks what is declared: {said}\n")


def test_trigger_of_ones_own_is_missed(
    postgres_url: str, prefix: str, other: psycopg.Connection[Any]
) -> None:
    name = f"own{uuid4().hex[:8]}"
    body = "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    statement = f"CREATE TRIGGER {name} BEFORE UPDATE ON {{rows}} FOR EACH ROW {body}"
    settings = Relational(objects=[SqlObject("trigger", name, statement)])
    create(postgres_url, prefix, settings)
    create(postgres_url, prefix, settings)
    other.execute(f'DROP TRIGGER {name} ON "{prefix}rows"'.encode())
    with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
        create(postgres_url, prefix, settings)
    assert refusal.says(f"trigger {name}")
