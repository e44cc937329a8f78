"""The commands on tables of columns: a plan that people can read, and drift found part by part."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.wire.postgres.test_commands import run
from trueup.engines.connect import find_driver

TABLES = """
from decimal import Decimal
from typing import Annotated, Literal
from pydantic import Field
from trueup import Index, Layer, Model, Relational, Table
from trueup.relational import SqlIndex, TouchOnUpdate, Unique

class Dish(Model):
    id: str
    name: Annotated[str, Field(max_length=80)] = Field(description="As on the menu")
    course: Literal["main", "dessert"] = "main"
    price: Annotated[Decimal, Field(max_digits=6, decimal_places=2, ge=0)] | None = None

dishes = Table(
    "dishes", Dish, partition="id",
    relational=Relational(
        unique=[Unique("name")],
        defaults={"price": "1"},
        indexes=[SqlIndex("by_course", ["course"], where="price > 1")],
    ),
)
layer = Layer("kitchen", target="postgres", tables=[dishes])
"""


@pytest.fixture
def project(
    tmp_path: Path, postgres_url: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> Path:
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.trueup]\nlayer = "kitchens:layer"\nurl = "{postgres_url}"\n', encoding="utf-8"
    )
    monkeypatch.setenv("TRUEUP_NAMES", f"{prefix}{{table}}")
    monkeypatch.setenv("TRUEUP_STATE_TABLE", f"{prefix}state")
    (tmp_path / "kitchens.py").write_text(TABLES, encoding="utf-8")
    return tmp_path


def test_plan_has_a_line_for_each_part(project: Path, prefix: str) -> None:
    code, text = run(project, "plan")
    assert code == 2
    assert [line.strip() for line in text.splitlines()[2:11]] == [
        "key (id text)",
        "column id: type text, collation C, required",
        "column name: type character varying(80), collation C, required, comment As",
        "on the menu",
        "column course: type text, collation C, required",
        "column price: type numeric(6,2), required, default 1",
        f"constraint {prefix}dishes_course_check: CHECK (\"course\" IN ('main',",
        "'dessert'))",
        f'constraint {prefix}dishes_price_check: CHECK ("price" >= 0)',
    ]


def test_drift_is_found_and_named(
    project: Path, prefix: str, other: psycopg.Connection[Any]
) -> None:
    assert run(project, "apply", "--auto-approve")[0] == 0
    code, text = run(project, "verify")
    assert code == 0
    assert "0 differ, 0 not known" in text
    assert run(project, "plan")[0] == 0
    other.execute(
        f'ALTER TABLE "{prefix}dishes" DROP CONSTRAINT "{prefix}dishes_name_key"'.encode()
    )
    code, text = run(project, "verify")
    assert code == 2
    assert f"constraints.{prefix}dishes_name_key: declared UNIQUE" in " ".join(text.split())
    assert "mend: trueup apply" in " ".join(text.split())
    code, text = run(project, "plan")
    assert (code, f"+ {prefix}dishes  constraint {prefix}dishes_name_key" in text) == (2, True)


def test_sql_is_not_known_to_a_role_that_may_not_compare_it(
    project: Path, postgres_url: str, postgres_owner_url: str, prefix: str
) -> None:
    assert run(project, "apply", "--auto-approve")[0] == 0
    role, owner = (
        dict(find_driver(url)[1].parameters) for url in (postgres_url, postgres_owner_url)
    )
    right = f"CREATE ON DATABASE {role['dbname']}"
    with psycopg.connect("", autocommit=True, **owner) as connection:
        connection.execute(f"REVOKE {right} FROM {role['user']}".encode())
        try:
            code, text = run(project, "verify")
        finally:
            connection.execute(f"GRANT {right} TO {role['user']}".encode())
    assert (code, prefix in text) == (1, True)
    assert "may not do this" in " ".join(text.split())
    assert "type: declared" not in text


def test_step_that_the_server_refused_is_said_to_have_done_nothing(project: Path) -> None:
    wrong = TABLES.replace('where="price > 1"', 'where="cost > 1"')
    (project / "kitchens.py").write_text(wrong, encoding="utf-8")
    code, text = run(project, "apply", "--auto-approve")
    said = " ".join(text.split())
    assert code == 1
    assert "done: nothing. refused, with nothing of it done: create " in said
    assert "the SQL that is declared for the index" in said
    (project / "kitchens.py").write_text(TABLES, encoding="utf-8")
    assert run(project, "apply", "--auto-approve")[0] == 0


DRIFTS = [
    'ALTER TABLE {} DROP CONSTRAINT "{name}_name_key"',
    'ALTER TABLE {} DROP CONSTRAINT "{name}_price_check", '
    'ADD CONSTRAINT "{name}_price_check" CHECK (price > 1)',
    'DROP INDEX "{name}.by_course"',
    "ALTER TABLE {} ALTER price SET DEFAULT 2",
    "ALTER TABLE {} ALTER course DROP NOT NULL",
    "ALTER TABLE {} ALTER name TYPE text",
    "COMMENT ON COLUMN {}.name IS 'x'",
]


@pytest.mark.parametrize("drift", DRIFTS)
def test_drift_is_mended_by_apply(
    project: Path, prefix: str, other: psycopg.Connection[Any], drift: str
) -> None:
    assert run(project, "apply", "--auto-approve")[0] == 0
    name = f"{prefix}dishes"
    other.execute(drift.format(f'"{name}"', name=name).encode())
    code, text = run(project, "verify", "--json")
    facts = [one for one in json.loads(text)["facts"] if one["verdict"] == "differs"]
    assert (code, bool(facts)) == (2, True)
    assert not any("in SQL" in one["mended_by"] for one in facts)
    code, text = run(project, "apply", "--auto-approve", "--allow-data-loss")
    assert code == 0, text
    assert run(project, "verify")[0] == 0
    assert run(project, "plan")[0] == 0


def test_verify_names_the_options_that_drop_what_is_not_declared(
    project: Path, prefix: str, other: psycopg.Connection[Any]
) -> None:
    assert run(project, "apply", "--auto-approve")[0] == 0
    other.execute(f'ALTER TABLE "{prefix}dishes" ADD COLUMN former text'.encode())
    code, text = run(project, "verify", "--json")
    [fact] = [one for one in json.loads(text)["facts"] if one["verdict"] == "differs"]
    assert (code, fact["mended_by"]) == (2, "trueup apply --prune --allow-data-loss")
    options = fact["mended_by"].split()[2:]
    assert run(project, "apply", "--auto-approve", options[0])[0] == 3
    code, text = run(project, "plan", "--prune", "--verbose")
    assert f'ALTER TABLE "{prefix}dishes" DROP COLUMN "former";' in text
    assert run(project, "apply", "--auto-approve", *options)[0] == 0
    assert run(project, "verify")[0] == 0


def test_adopt_says_who_declares_a_table_of_columns(project: Path, prefix: str) -> None:
    assert run(project, "apply", "--auto-approve")[0] == 0
    code, text = run(project, "adopt", f"{prefix}dishes")
    said = " ".join(text.split())
    assert code == 1
    assert "declared without" not in said
    assert "its declaration is written by hand, with relational=" in said
    assert "trueup verify compares it" in said
