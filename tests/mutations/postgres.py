"""What others can do to relational tables on PostgreSQL, one fact at a time, as SQL."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.postgres_changes.cases import on
from tests.postgres_changes.schemas import HOUSE, SHOP
from tests.postgres_changes.shapes import Shapes
from trueup.relational import IndexColumn, SqlIndex, SqlObject
from trueup.schema.severity import Severity

_GROWN = """CREATE OR REPLACE FUNCTION grown(age bigint) RETURNS boolean LANGUAGE sql IMMUTABLE
SECURITY DEFINER SET search_path = pg_catalog AS $$SELECT age >= 18$$"""
_ADULTS = """CREATE OR REPLACE VIEW adults WITH (security_invoker = true) AS
SELECT id FROM {people} WHERE age >= 18"""
_COUNT = """CREATE OR REPLACE VIEW order_count WITH (security_invoker = true) AS
SELECT count(*) AS orders FROM {orders}"""
_ALL = "CREATE MATERIALIZED VIEW everyone AS SELECT name FROM {people}"
_NOTED = """CREATE OR REPLACE TRIGGER noted BEFORE UPDATE ON {orders} FOR EACH ROW
WHEN (OLD.weight IS DISTINCT FROM NEW.weight)
EXECUTE FUNCTION suppress_redundant_updates_trigger()"""

SHAPES: Shapes = on(
    on(
        {**SHOP, **HOUSE},
        "people",
        lambda shape: shape.also(
            "indexes", SqlIndex("people_group", ["group"], include=["age"])
        ).set(
            objects=[
                SqlObject("function", "grown(bigint)", _GROWN),
                SqlObject("view", "adults", _ADULTS),
                SqlObject("materialized view", "everyone", _ALL),
            ],
            extensions=["citext"],
        ),
    ),
    "orders",
    lambda shape: shape.set(
        objects=[
            SqlObject("view", "order_count", _COUNT),
            SqlObject("trigger", "noted", _NOTED),
        ]
    ).also(
        "indexes",
        SqlIndex("orders_bytes", [IndexColumn("note", opclass="text_pattern_ops")]),
    ),
)


@dataclass(frozen=True, slots=True)
class SqlMutation:
    """Something that others do to the tables of SHAPES.

    group: of the page. sql: what the owner of the tables does, or a superuser.
    paths: of what then differs, from the table's name on, with dots; each stands for everything
        below it. severity: of the worst.
    left: why `trueup apply` leaves it to a person; empty if it mends it.
    """

    group: str
    name: str
    sql: str
    paths: tuple[str, ...]
    severity: Severity
    left: str
    by_superuser: bool

    def __str__(self) -> str:
        return self.name


def _mutation(entry: Mapping[str, Any]) -> SqlMutation:
    return SqlMutation(
        entry["group"],
        entry["name"],
        entry["sql"],
        tuple(entry["paths"]),
        Severity[entry["severity"].upper()],
        entry.get("left", ""),
        entry.get("by_superuser", False),
    )


_READ = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
MUTATIONS = tuple(map(_mutation, _READ["mutation"]))
CLEAN: Mapping[str, str] = {entry["name"]: entry["sql"] for entry in _READ["clean"]}
"""By name, what changes no declared fact, as SQL of a superuser."""
