"""A policy allows what a function declares, action by action and resource by resource."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.infra.permissions.shop import (
    EXPIRING,
    GROUPED,
    KEY,
    ORDERS,
    PETS,
    SECRET,
    VERSIONED,
    allowed,
    arn,
    policy,
    statements,
)
from trueup import DynamoDB, Function, Layer, Table
from trueup.infra.permissions.functions import Deployed, policy_of, statements_of
from trueup.model.declarations.access import Access

ALLOWED: list[tuple[Access, str, list[str]]] = [
    (ORDERS.get, "orders", ["GetItem"]),
    (ORDERS.get_many, "orders", ["BatchGetItem"]),
    (ORDERS.pattern("orders_of_customer"), "orders", ["Query"]),
    (ORDERS.pattern("orders_in_status"), "orders/index/ByStatus", ["Query"]),
    (ORDERS.query(), "orders", ["Query"]),
    (ORDERS.query("ByNumber"), "orders/index/ByNumber", ["Query"]),
    (ORDERS.scan(), "orders", ["Scan"]),
    (ORDERS.scan("ByStatus"), "orders/index/ByStatus", ["Scan"]),
    (ORDERS.create, "orders", ["PutItem"]),
    (ORDERS.put, "orders", ["PutItem"]),
    (ORDERS.put_many, "orders", ["BatchWriteItem"]),
    (ORDERS.update, "orders", ["UpdateItem"]),
    (ORDERS.update_or_create, "orders", ["UpdateItem"]),
    (ORDERS.delete, "orders", ["DeleteItem"]),
    (ORDERS.delete_many, "orders", ["BatchWriteItem"]),
    (ORDERS.check, "orders", ["ConditionCheckItem"]),
    (VERSIONED.put, "versioned", ["PutItem"]),
    (VERSIONED.put_many, "versioned", ["PutItem"]),
    (VERSIONED.delete_many, "versioned", ["BatchWriteItem", "DeleteItem"]),
    (VERSIONED.update_or_create, "versioned", ["UpdateItem"]),
    (EXPIRING.put_many, "expiring", ["BatchWriteItem"]),
    (EXPIRING.update, "expiring", ["UpdateItem"]),
    (EXPIRING.update_or_create, "expiring", ["PutItem", "UpdateItem"]),
    (GROUPED.update, "grouped", ["GetItem", "UpdateItem"]),
    (GROUPED.update_or_create, "grouped", ["GetItem", "UpdateItem"]),
    (GROUPED.put, "grouped", ["PutItem"]),
    (PETS.delete_many, "pets", ["BatchWriteItem", "DeleteItem"]),
    (PETS.put_many, "pets", ["BatchWriteItem"]),
]


def accessing(*accesses: Access) -> dict[str, Any]:
    """The options of a function with these accesses."""
    reads = [one for one in accesses if one.is_read]
    return {"reads": reads, "writes": [one for one in accesses if not one.is_read]}


@pytest.mark.case("S27", "S30")
@pytest.mark.parametrize(("access", "resource", "actions"), ALLOWED, ids=str)
def test_access_allows_its_actions_on_its_resource_and_nothing_else(
    access: Access, resource: str, actions: list[str]
) -> None:
    expected = {arn(resource): {f"dynamodb:{action}" for action in actions}}
    assert allowed(**accessing(access)) == expected


def test_accesses_of_one_resource_are_one_statement() -> None:
    accesses = [ORDERS.put, ORDERS.get, ORDERS.pattern("orders_in_status"), VERSIONED.get]
    assert allowed(**accessing(*accesses)) == {
        arn("orders"): {"dynamodb:GetItem", "dynamodb:PutItem"},
        arn("orders/index/ByStatus"): {"dynamodb:Query"},
        arn("versioned"): {"dynamodb:GetItem"},
    }


def test_policy_is_the_same_text_whatever_the_order_of_the_declaration() -> None:
    accesses = [ORDERS.put, VERSIONED.get, ORDERS.get, ORDERS.pattern("orders_in_status")]
    texts = {
        json.dumps(policy(**accessing(*given))) for given in (accesses, list(reversed(accesses)))
    }
    [text] = texts
    for statement in json.loads(text)["Statement"]:
        assert statement["Action"] == sorted(statement["Action"])
        assert list(statement) == ["Effect", "Action", "Resource"]


@pytest.mark.req("IT10")
def test_what_one_function_may_do_says_nothing_of_another() -> None:
    functions = [
        Function("reader", handler="app:read", reads=[ORDERS.get]),
        Function("writer", handler="app:write", writes=[VERSIONED.put]),
    ]
    tables: list[Table[Any]] = [ORDERS, VERSIONED]
    layer = Layer("shop", target="dynamodb", tables=tables, functions=functions)
    deployed = Deployed(layer, {"orders": "orders", "versioned": "versioned"})
    reader, writer = (json.dumps(policy_of(one, deployed)) for one in functions)
    assert "versioned" not in reader
    assert "orders" not in writer
    assert "PutItem" not in reader


def test_no_statement_is_about_everything() -> None:
    every = [access for access, _, _ in ALLOWED]
    for statement in statements(**accessing(*every), stream=SECRET):
        assert statement.resource != "*"
        assert "*" not in str(statement.resource).removesuffix("/stream/*")
        assert not any("*" in action for action in statement.actions)


def test_consumer_reads_its_stream_and_writes_dead_letters() -> None:
    found = allowed(stream=ORDERS)
    queue = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:shop-beta-work-dead-letters"
    assert found == {
        arn("orders/stream/*"): {
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
        },
        queue: {"sqs:SendMessage"},
    }


@pytest.mark.case("S29")
def test_consumer_may_decrypt_with_the_key_of_the_table_through_dynamodb() -> None:
    [key] = [one for one in statements(stream=SECRET) if str(one.resource).startswith(KEY)]
    assert key.resource == KEY
    assert key.actions == {"kms:Decrypt"}
    via = {"kms:ViaService": "dynamodb.${AWS::Region}.amazonaws.com"}
    assert key.condition == {"StringEquals": via}
    assert not any("kms" in str(one) for one in statements(stream=ORDERS))


def test_calls_of_an_encrypted_table_may_use_its_key_once() -> None:
    [key] = [one for one in statements(reads=[SECRET.get], stream=SECRET) if "kms:" in str(one)]
    assert key.actions == {"kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"}


ALIASED = "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key"


@pytest.mark.parametrize(
    ("key", "resource", "aliases"),
    [
        ("abc", f"{ALIASED}/abc", None),
        ("alias/orders", f"{ALIASED}/*", "alias/orders"),
        (
            "arn:aws:kms:eu-west-1:123456789012:alias/orders",
            "arn:aws:kms:eu-west-1:123456789012:key/*",
            "alias/orders",
        ),
    ],
)
def test_key_is_named_by_arn_id_or_alias(key: str, resource: str, aliases: str | None) -> None:
    table = Table(
        "sealed",
        ORDERS.model,
        partition="customer",
        dynamodb=DynamoDB(encryption="customer", kms_key_arn=key),
    )
    function = Function("work", handler="app:work", reads=[table.get])
    layer = Layer("shop", target="dynamodb", tables=[table], functions=[function])
    found = list(statements_of(function, Deployed(layer, {"sealed": "sealed"})))
    [one] = [statement for statement in found if "kms:Decrypt" in statement.actions]
    assert one.resource == resource
    named = one.condition.get("ForAnyValue:StringEquals")
    assert named == (None if aliases is None else {"kms:ResourceAliases": aliases})


@pytest.mark.case("S28")
def test_leading_keys_must_be_there_and_be_the_tenants() -> None:
    keys = ["TENANT#${aws:PrincipalTag/tenant}#*", "TENANT#${aws:PrincipalTag/tenant}"]
    accesses = accessing(ORDERS.get, ORDERS.pattern("orders_in_status"), ORDERS.put)
    for statement in statements(**accesses, leading_keys=keys):
        assert statement.condition == {
            "ForAllValues:StringLike": {"dynamodb:LeadingKeys": sorted(keys)},
            "Null": {"dynamodb:LeadingKeys": "false"},
        }
        assert "dynamodb:Scan" not in statement.actions
