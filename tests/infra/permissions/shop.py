"""A layer with every kind of table that a repository treats otherwise, and the accesses of each."""

from __future__ import annotations

from typing import Any

from trueup import (
    AccessPattern,
    DynamoDB,
    ExpiresAt,
    Function,
    Index,
    Layer,
    Model,
    Table,
    Version,
)
from trueup.infra.permissions.functions import Deployed, policy_of, statements_of
from trueup.infra.permissions.statements import Statement


class Order(Model):
    """An item without anything special."""

    customer: str
    number: int
    status: str = "new"
    tags: frozenset[str] = frozenset()
    parts: dict[str, dict[str, int]] = {}


class Versioned(Model):
    """One with a version."""

    id: str
    text: str = ""
    version: Version = 0


class Expiring(Model):
    """One that expires."""

    id: str
    text: str = ""
    expires_at: ExpiresAt | None = None


class Grouped(Model):
    """One with a set in a map, which stays when it is empty."""

    id: str
    groups: dict[str, frozenset[str]] = {}


class Pet(Model):
    """The base of two entities."""

    id: str
    name: str = ""


class Cat(Pet):
    """An entity."""


class Dog(Pet):
    """Another."""


ORDERS = Table(
    "orders",
    Order,
    partition="customer",
    sort="number",
    indexes=[
        Index("ByStatus", partition="status", sort="number"),
        Index("ByNumber", partition="number", shards=1),
    ],
    patterns=[
        AccessPattern("orders_of_customer"),
        AccessPattern("orders_in_status", index="ByStatus"),
    ],
    stream="NEW_AND_OLD_IMAGES",
)
VERSIONED = Table("versioned", Versioned, partition="id")
EXPIRING = Table("expiring", Expiring, partition="id")
GROUPED = Table("grouped", Grouped, partition="id")
PETS = Table("pets", Pet, partition="id", entities=[Cat, Dog])
KEY = "arn:aws:kms:eu-west-1:123456789012:key/abc"
SECRET = Table(
    "secret",
    Expiring,
    partition="id",
    stream="NEW_IMAGE",
    dynamodb=DynamoDB(
        encryption="customer",
        kms_key_arn=KEY,
        tags={"team": "shop"},
        contributor_insights="throttled_keys",
        resource_policy={
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "dynamodb:ExportTable"}],
        },
    ),
)
TABLES: list[Table[Any]] = [ORDERS, VERSIONED, EXPIRING, GROUPED, PETS, SECRET]
NAMES = {table.name: f"beta-{table.name}" for table in TABLES}
LOGS = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group"


ACCOUNT = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}"


def arn(name: str) -> str:
    """The ARN of a table, an index or a stream of the stage."""
    return f"{ACCOUNT}:table/beta-{name}"


def placed(**options: Any) -> tuple[Function, Deployed]:
    """A function with these settings in a layer of its own."""
    function = Function("work", handler="app:work", **options)
    layer = Layer("shop", target="dynamodb", tables=TABLES, functions=[function])
    return function, Deployed(layer, NAMES, "beta")


def statements(**options: Any) -> list[Statement]:
    """The statements of a function, without that of its log, which each has."""
    found = list(statements_of(*placed(**options)))
    [log] = [one for one in found if one.resource == f"{LOGS}:/aws/lambda/shop-beta-work:*"]
    assert log.actions == {"logs:CreateLogStream", "logs:PutLogEvents"}
    return [one for one in found if one is not log]


def allowed(**options: Any) -> dict[str, set[str]]:
    """The actions by resource, without those on the log."""
    return {str(one.resource): set(one.actions) for one in statements(**options)}


def policy(**options: Any) -> Any:
    """The policy of a function."""
    return policy_of(*placed(**options))
