"""A description is data: all attributes, the engines' facts, equal for equal declarations."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any, Literal

from trueup import DynamoDB, ExpiresAt, Model, Relational, Table, Version, loggable, stored_as
from trueup.expressions.values import Kind
from trueup.model.declarations.fields import EXPIRES, LOGGABLE, VERSION
from trueup.model.description.check import describe
from trueup.model.description.tables import Attribute, KeyAttribute
from trueup.model.translation.constraints import Constraints
from trueup.model.translation.shapes import Anything, Leaf, Scalar, SetOf


class Order(Model, names="camelCase"):
    customer_id: Annotated[str, loggable()]
    total: int = 0
    tags: set[str]
    note: Annotated[str | None, stored_as("NOTE")] = None
    version: Version = 0
    expires_at: ExpiresAt | None = None


class Animal(Model):
    id: str


class Cat(Animal):
    lives: int


class Dog(Animal):
    """What only some entities have, an item may lack."""

    kind: Literal["big", "small"]


FACTS: dict[str, Any] = {
    "physical": "shop-orders",
    "dynamodb": DynamoDB(pitr_days=7),
    "relational": Relational(extensions=["citext"]),
}


def orders() -> Table[Order]:
    return Table("Orders", Order, partition="customer_id", **FACTS)


def test_description_has_every_attribute_in_declared_order() -> None:
    text = Scalar(Leaf.TEXT)
    described = describe(orders())
    assert described.attributes == (
        Attribute("customer_id", "customerId", text, markers=(LOGGABLE,)),
        Attribute("total", "total", Scalar(Leaf.INTEGER), has_default=True),
        Attribute("tags", "tags", SetOf(text), nullable=True),
        Attribute("note", "NOTE", text, nullable=True, has_default=True),
        Attribute(
            "version",
            "version",
            Scalar(Leaf.INTEGER),
            has_default=True,
            markers=(VERSION,),
            constraints=Constraints(ge=0),
        ),
        Attribute(
            "expires_at",
            "expiresAt",
            Scalar(Leaf.EPOCH),
            nullable=True,
            has_default=True,
            markers=(EXPIRES,),
        ),
    )
    assert described.version == described.attributes[4]
    assert described.expires == described.attributes[5]


def test_attribute_that_not_every_entity_has_may_be_absent() -> None:
    table = Table("Animals", Animal, partition="id", entities=[Cat, Dog])
    nullable = {one.attribute: one.nullable for one in describe(table).attributes}
    assert nullable == {"id": False, "lives": True, "kind": True}


def test_description_of_a_field_is_that_of_its_attribute() -> None:
    from pydantic import Field

    class Note(Model):
        id: str
        text: Any = Field(default=None, description="what to remember")

    (_, text) = describe(Table("Notes", Note, partition="id")).attributes
    assert (text.description, text.shape) == ("what to remember", Anything())


def test_description_has_the_facts_of_engines_and_the_place() -> None:
    described = describe(orders())
    assert {name: getattr(described, name) for name in FACTS} == FACTS
    assert described.declared_at.startswith(__file__)


def test_equal_declarations_have_equal_descriptions() -> None:
    first = describe(orders())
    second = describe(Table("Orders", Order, partition="customer_id", **FACTS))
    assert first.declared_at != second.declared_at
    assert first == second
    assert first != describe(Table("Orders", Order, partition="customer_id"))


def test_key_of_a_description_holds_no_functions() -> None:
    (key,) = describe(orders()).key
    assert key == KeyAttribute("customer_id", "customerId", Kind.S, loggable=True)
    assert hash(key) == hash(KeyAttribute("customer_id", "customerId", Kind.S, loggable=True))
    assert not any(callable(getattr(key, one.name)) for one in fields(key))
