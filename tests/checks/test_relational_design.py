"""Each rule of relational tables finds its mistake, and nothing where the mistake is not made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import pytest
from pydantic import create_model

from systems.domainflow.models import AgentDefinition, DomainConfiguration, Team, Tenant, User
from trueup import AccessPattern, Index, Layer, Model, Table
from trueup.checks.design import columns, relational, sql_indexes
from trueup.checks.design.layer import design_problems
from trueup.relational import (
    IndexColumn,
    References,
    Relational,
    SqlIndex,
    SqlObject,
    TouchOnUpdate,
    Unique,
)

NOW = datetime(2026, 11, 27, tzinfo=UTC)
FIELDS: dict[str, Any] = {
    "id": (str, ...),
    "parent": (str, ...),
    "other": (str | None, None),
    "flag": (bool, False),
    "state": (Literal["open", "closed"], "open"),
    "letter": (Literal["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"], "a"),
}
"""Of every table here; further ones are a test's."""


def codes(
    indexes: Any = (), fields: Any = (), sql: Sequence[SqlIndex] = (), **settings: Any
) -> list[str]:
    """The codes that are found of one table, whose indexes are all asked."""
    model = create_model("Row", __base__=Model, **FIELDS, **dict(fields))
    table: Table[Any] = Table(
        "rows",
        model,
        partition="id",
        indexes=indexes,
        patterns=[AccessPattern(f"by_{one.name}", index=one.name) for one in indexes],
        relational=Relational(indexes=sql, **settings),
    )
    layer = Layer("notes", target="postgres", tables=[table])
    return [problem.code for problem in design_problems(layer, NOW)]


def referring(field: str, **settings: Any) -> list[str]:
    defaults = {"other": "'x'"} if settings.pop("is_given", False) else {}
    return codes(
        [Index("a", "parent"), Index("b", "other")],
        references=[References(field, "rows", **settings)],
        defaults=defaults,
    )


BY_PARENT = Index("by_parent", "parent")
DOWN = IndexColumn("parent", descending=True)
TOUCHED: dict[str, Any] = {"updated_at": (datetime | None, None)}
OWN_TRIGGER = SqlObject("trigger", "own", "CREATE TRIGGER own … NEW.updated_at := now() …")
OTHER_TRIGGER = SqlObject("trigger", "own", "CREATE TRIGGER own … NEW.created_at := now() …")
EITHER = {"either": (str | None, "x")}
MISTAKES: dict[str, Callable[[], list[str]]] = {
    "D015": lambda: codes(references=[References("parent", "rows")]),
    "D015 part": lambda: codes(
        references=[References("parent", "rows")], unique=[Unique("parent", where="flag")]
    ),
    "D015 second": lambda: codes(
        [Index("a", "letter", "parent")], references=[References("parent", "rows")]
    ),
    "D016": lambda: codes(fields={"at": (datetime, ...)}, types={"at": "timestamp(3)"}),
    "D101 index": lambda: codes([BY_PARENT, Index("longer", "parent", "letter")]),
    "D101 constraint": lambda: codes([BY_PARENT], unique=[Unique(["parent", "letter"])]),
    "D101 same": lambda: codes([BY_PARENT], unique=[Unique("parent")]),
    "D101 key": lambda: codes([Index("again", "id")]),
    "D101 twice": lambda: codes([BY_PARENT, Index("again", "parent")]),
    "D102 boolean": lambda: codes(sql=[SqlIndex("flags", ["flag"])]),
    "D102 values": lambda: codes([Index("states", "state")]),
    "D102 both": lambda: codes(sql=[SqlIndex("both", ["state", "flag"])]),
    "D103": lambda: codes(fields=EITHER),
    "D104": lambda: codes(unique=[Unique(["parent", "other"])]),
    "D105": lambda: codes(fields=TOUCHED),
    "D105 another trigger": lambda: codes(fields=TOUCHED, objects=[OTHER_TRIGGER]),
    "D106 uuids": lambda: codes(fields={"members": (list[UUID], [])}),
    "D106 called ids": lambda: codes(fields={"member_ids": (list[str], [])}),
    "D107": lambda: codes(fields={"price": (float, 0.0)}),
    "D107 net": lambda: codes(fields={"unit_price_net": (float, 0.0)}),
    "D107 money": lambda: codes(fields={"fee": (Decimal, Decimal(0))}, types={"fee": "money"}),
    "D108": lambda: codes([BY_PARENT], collations={"parent": "en_US"}),
    "D109": lambda: referring("parent", on_delete="set null"),
    "D109 update": lambda: referring("parent", on_update="set null"),
    "D109 given": lambda: referring("other", on_delete="set null", is_given=True),
}
FINE: dict[str, Callable[[], list[str]]] = {
    "D015 the other way round": lambda: codes(
        [Index("a", "letter", "parent")],
        references=[References(["parent", "letter"], "rows", to=["parent", "letter"])],
    ),
    "D016 zone": lambda: codes(fields={"at": (datetime, ...)}, types={"at": "timestamptz"}),
    "D101 another order": lambda: codes([BY_PARENT, Index("turned", "letter", "parent")]),
    "D101 longer than the constraint": lambda: codes(
        [Index("longer", "parent", "letter")], unique=[Unique("parent")]
    ),
    "D101 part of the rows": lambda: codes([BY_PARENT], unique=[Unique("parent", where="flag")]),
    "D102 more values": lambda: codes([Index("letters", "letter")]),
    "D102 with another": lambda: codes([Index("states", "state", "parent")]),
    "D103 said each time": lambda: codes(fields={"either": (str | None, ...)}),
    "D103 given": lambda: codes(fields=EITHER, defaults={"either": "'x'"}),
    "D104 single": lambda: codes(unique=[Unique("other")]),
    "D104 equal": lambda: codes(unique=[Unique(["parent", "other"], nulls_distinct=False)]),
    "D104 given": lambda: codes(unique=[Unique(["parent", "other"])], defaults={"other": "'x'"}),
    "D105 touched": lambda: codes(fields=TOUCHED, triggers=[TouchOnUpdate("updated_at")]),
    "D105 own trigger": lambda: codes(fields=TOUCHED, objects=[OWN_TRIGGER]),
    "D105 another name": lambda: codes(fields={"updated_by_at": (datetime | None, None)}),
    "D105 no time": lambda: codes(fields={"updated": (bool, False)}),
    "D106 other lists": lambda: codes(fields={"tags": (list[str], []), "grid": (list[int], [])}),
    "D106 one": lambda: codes(fields={"member_id": (UUID | None, None)}),
    "D107 exact": lambda: codes(fields={"price": (Decimal, Decimal(0))}),
    "D107 a factor": lambda: codes(fields={"price_factor": (float, 1.0)}),
    "D107 given as exact": lambda: codes(
        fields={"price": (Decimal, Decimal(0))}, types={"price": "numeric(9, 2)"}
    ),
    "D108 bytes": lambda: codes([BY_PARENT], collations={"parent": "C"}),
    "D108 no index": lambda: codes(collations={"parent": "en_US"}),
    "D109 may be empty": lambda: referring("other", on_delete="set null"),
    "D109 cascade": lambda: referring("parent", on_delete="cascade"),
}


def sql_index(index: SqlIndex) -> list[str]:
    """Beside a constraint that begins with the parent."""
    return codes(sql=[index], unique=[Unique(["parent", "flag"])])


SQL_MISTAKES = {
    "D101 backwards": SqlIndex("down", [DOWN]),
}
SQL_FINE = {
    "another method": SqlIndex("hashed", ["parent"], method="hash"),
    "part of the rows": SqlIndex("part", ["flag"], where="flag"),
    "holds more": SqlIndex("more", ["parent"], include=["letter"]),
    "an expression": SqlIndex("lower", [IndexColumn(expression="lower(parent)")]),
    "nulls first": SqlIndex("nulls", [IndexColumn("parent", nulls="first")]),
    "two directions": SqlIndex("mixed", [DOWN, "flag"]),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistake_is_found_alone(case: str) -> None:
    assert MISTAKES[case]() == [case[:4]]


@pytest.mark.parametrize("case", FINE)
def test_what_is_fine_gives_no_finding(case: str) -> None:
    assert FINE[case]() == []


@pytest.mark.parametrize("case", SQL_MISTAKES)
def test_mistake_of_an_index_of_sql_is_found(case: str) -> None:
    assert sql_index(SQL_MISTAKES[case]) == [case[:4]]


@pytest.mark.parametrize("case", SQL_FINE)
def test_index_of_sql_that_does_more_is_fine(case: str) -> None:
    assert sql_index(SQL_FINE[case]) == []


def test_every_rule_has_a_mistake() -> None:
    rules = relational.RULES | sql_indexes.RULES | columns.RULES
    assert {rule.code for rule in rules} == {case[:4] for case in MISTAKES}


def test_tables_of_items_are_left_alone() -> None:
    model = create_model("Row", __base__=Model, **FIELDS, **TOUCHED)
    pattern = AccessPattern("states", index="states")
    indexes = [Index("states", "state")]
    table: Table[Any] = Table("rows", model, partition="id", indexes=indexes, patterns=[pattern])
    layer = Layer("notes", target="postgres", tables=[table])
    assert list(design_problems(layer, NOW)) == []


@pytest.mark.req("DT7")
@pytest.mark.parametrize(
    ("table", "model", "field", "other"),
    [
        ("users", User, "tenant_id", "tenants"),
        ("teams", Team, "tenant_id", "tenants"),
        ("teams", Team, "created_by", "users"),
        ("agent_definitions", AgentDefinition, "created_by", "users"),
        ("domain_configurations", DomainConfiguration, "created_by", "users"),
    ],
)
def test_references_of_the_document_are_found_to_have_no_index(
    table: str, model: type[Model], field: str, other: str
) -> None:
    others = {"users": User, "tenants": Tenant}
    tables: list[Table[Any]] = [
        Table(name, one, partition="id", relational=Relational())
        for name, one in others.items()
        if name != table
    ]
    referring = Relational(references=[References(field, other)])
    tables.append(Table(table, model, partition="id", relational=referring))
    layer = Layer("document", target="postgres", tables=tables)
    found = [one.what for one in design_problems(layer, NOW) if one.code == "D015"]
    assert found == [f"no index of {table} begins with {field}, which refers to {other}"]
