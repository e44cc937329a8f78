"""A layer for DynamoDB accepts the tables that the rules of CreateTable accept, and no others."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from hypothesis import example, given, settings
from pydantic import create_model

from tests.property.created_tables import IndexSpec, TableSpec, broken_rules
from tests.property.drawn_tables import KINDS, LONGEST, PROJECTED, TOO_LONG, table_specs
from trueup import DeclarationError, Index, Layer, Model, Table, connect, stored_as
from trueup.engines.dynamodb.ddl.body import create_body
from trueup.engines.dynamodb.ddl.declared import declared

TYPES: dict[str, Any] = {"S": str, "N": int, "B": bytes}
# Python names are short: a stored name may be longer than an identifier should be.
FIELDS = {f"f{number}": name for number, name in enumerate([*KINDS, *PROJECTED])}
NAMES = {stored: field for field, stored in FIELDS.items()}
_FIELDS: dict[str, Any] = {
    field: (Annotated[TYPES[KINDS.get(name, "S")], stored_as(name)], ...)
    for field, name in FIELDS.items()
}
Drawn: Any = create_model("Drawn", __base__=Model, **_FIELDS)


def table_of(spec: TableSpec) -> Table[Any]:
    """The declaration of a table."""
    return Table(
        spec.name,
        Drawn,
        partition=NAMES[spec.partition],
        sort=None if spec.sort is None else NAMES[spec.sort],
        indexes=[
            Index(
                index.name,
                partition=[NAMES[name] for name in index.partition],
                sort=[NAMES[name] for name in index.sort],
                projection="all"
                if index.projected is None
                else [NAMES[name] for name in index.projected],
                local=index.is_local,
            )
            for index in spec.indexes
        ],
    )


def accepts(spec: TableSpec) -> bool:
    """Whether the layer is declared, and opened under these names."""
    try:
        layer = Layer("drawn", target="dynamodb", tables=[table_of(spec)])
        connect("sqlite://", layer).close()
    except DeclarationError:
        return False
    return True


def few(count: int, **options: Any) -> tuple[IndexSpec, ...]:
    return tuple(IndexSpec(f"Index{number}", **options) for number in range(count))


@pytest.mark.fault("F11")
@settings(max_examples=400, deadline=None)
@given(table_specs())
@example(TableSpec("Drawn", "a", "a"))
@example(TableSpec("Drawn", "a", None, few(1, partition=("a",), sort=("b",), is_local=True)))
@example(TableSpec("Drawn", "a", None, few(20, partition=("b",))))
@example(TableSpec("Drawn", "a", None, few(21, partition=("b",))))
@example(TableSpec("Drawn", "a", "b", few(5, partition=("a",), sort=("c",), is_local=True)))
@example(TableSpec("Drawn", "a", "b", few(6, partition=("a",), sort=("c",), is_local=True)))
@example(TableSpec("Drawn", "a", None, few(5, partition=("b",), projected=tuple(PROJECTED[:20]))))
@example(
    TableSpec(
        "Drawn",
        "a",
        None,
        (
            *few(5, partition=("b",), projected=tuple(PROJECTED[:20])),
            IndexSpec("Other", ("b",), projected=("p00",)),
        ),
    )
)
@example(TableSpec("Drawn", "a", None, few(1, partition=tuple("abcde"))))
@example(TableSpec("Drawn", "a", None, few(1, partition=("a",), sort=("b", "c", "d", "e", "f"))))
@example(TableSpec("Drawn", LONGEST, TOO_LONG))
def test_a_layer_accepts_what_the_rules_accept(spec: TableSpec) -> None:
    assert accepts(spec) is (broken_rules(spec.body(KINDS)) == []), broken_rules(spec.body(KINDS))


@settings(max_examples=100, deadline=None)
@given(table_specs())
def test_the_rules_are_asked_of_what_is_sent(spec: TableSpec) -> None:
    """The request that the rules were written for is the one that Trueup makes."""
    if broken_rules(spec.body(KINDS)):
        return
    table = table_of(spec)
    description = Layer("drawn", target="dynamodb", tables=[table]).describe(table)
    assert _sorted(create_body(declared(description, spec.name))) == _sorted(spec.body(KINDS))


def _sorted(body: dict[str, Any]) -> dict[str, Any]:
    definitions = sorted(body["AttributeDefinitions"], key=lambda one: str(one["AttributeName"]))
    return {**body, "AttributeDefinitions": definitions}
