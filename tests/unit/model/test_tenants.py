"""Declarations of tenants: which field says whose a row is, and views that would show all rows."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

import pytest

from trueup import DeclarationError, Layer, Model, Relational, Table
from trueup.relational import SqlObject


class Row(Model):
    """A row with fields that can say whose it is, and others that cannot."""

    id: str
    tenant: str
    owner: UUID
    nobody: str | None = None
    number: int = 0
    kind: Literal["a", "b"] = "a"


def problems(*objects: SqlObject, **settings: Any) -> list[str]:
    rows = Table("rows", Row, partition="id", relational=Relational(objects=objects, **settings))
    try:
        Layer("l", target="postgres", tables=[rows])
    except DeclarationError as error:
        return [problem.partition("relational: ")[2] for problem in error.problems]
    return []


@pytest.mark.parametrize("name", ["tenant", "owner", "id"])
def test_a_text_or_a_uuid_says_whose_a_row_is(name: str) -> None:
    assert problems(tenant=name) == []


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"tenant": "none"}, "tenant= names 'none', which is no field"),
        ({"tenant": "number"}, "tenant= names 'number', which is not a text or a UUID"),
        ({"tenant": "kind"}, "tenant= names 'kind', which is not a text or a UUID"),
        (
            {"tenant": "nobody"},
            "'nobody' says whose a row is, so that it may not be None",
        ),
        (
            {"tenant": "tenant", "types": {"tenant": "citext"}},
            "'tenant' says whose a row is; leave it out of types=",
        ),
        (
            {"tenant": "tenant", "collations": {"tenant": "en-US-x-icu"}},
            "'tenant' says whose a row is; leave it out of collations=",
        ),
        (
            {"tenant": "tenant", "defaults": {"tenant": "'acme'"}},
            "'tenant' says whose a row is; leave it out of defaults=",
        ),
    ],
)
def test_what_leaves_open_whose_a_row_is_is_refused(settings: dict[str, Any], problem: str) -> None:
    assert problem in problems(**settings)


def test_database_may_make_the_identifier_of_a_tenant_itself() -> None:
    assert problems(tenant="id", defaults={"id": "gen_random_uuid()"}) == []


def view(options: str, kind: Literal["view", "materialized view"] = "view") -> SqlObject:
    statement = f"CREATE OR REPLACE {kind} mine {options} AS SELECT id FROM rows"
    return SqlObject(kind, "mine", statement)


@pytest.mark.case("P26")
@pytest.mark.parametrize(
    "options",
    [
        "WITH (security_invoker = true)",
        "with (security_invoker)",
        "WITH (security_barrier = true, security_invoker = on)",
        "WITH (SECURITY_INVOKER='1')",
    ],
)
def test_a_view_that_reads_as_its_reader_is_allowed(options: str) -> None:
    assert problems(view(options), tenant="tenant") == []


@pytest.mark.case("P26")
@pytest.mark.parametrize(
    "options",
    [
        "",
        "WITH (security_barrier = true)",
        "WITH (security_invoker = false)",
        "WITH (security_invoker = 'off')",
        "/* security_invoker */",
    ],
)
def test_a_view_that_reads_as_its_owner_is_refused(options: str) -> None:
    [problem] = problems(view(options), tenant="tenant")
    assert problem.startswith("SqlObject 'mine': in a layer with tenants, a view is created WITH")
    assert problems(view(options)) == []


@pytest.mark.case("P26")
def test_a_view_that_keeps_rows_of_all_tenants_is_refused() -> None:
    [problem] = problems(view("", "materialized view"), tenant="tenant")
    assert "it would keep the rows of all tenants of rows" in problem
    other = SqlObject("materialized view", "sums", "CREATE MATERIALIZED VIEW sums AS SELECT 1")
    assert problems(other, tenant="tenant") == []
