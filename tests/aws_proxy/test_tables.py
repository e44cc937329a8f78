"""The proxy's tables take a while, and refuse what AWS refuses meanwhile."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.aws_proxy.client import Client, adding, dropping, index_on_b
from tests.aws_proxy.looks import Looks
from tests.aws_proxy.proxy import AwsProxy
from tests.aws_proxy.table import WARM_READS, WARM_WRITES


def test_a_new_table_is_creating_for_some_looks(aws: AwsProxy, client: Client, name: str) -> None:
    aws.state.looks = Looks(creation=2)
    assert client.create(name)["TableStatus"] == "CREATING"
    seen = [client.table(name)["TableStatus"] for _ in range(3)]
    assert seen == ["CREATING", "CREATING", "ACTIVE"]


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("UpdateTable", {"TableClass": "STANDARD"}),
        ("DeleteTable", {}),
        ("UpdateTimeToLive", {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "t"}}),
    ],
)
def test_a_table_that_is_creating_is_in_use(
    aws: AwsProxy, client: Client, name: str, action: str, parameters: dict[str, Any]
) -> None:
    aws.state.looks = Looks(creation=1)
    client.create(name)
    assert client.code(action, TableName=name, **parameters) == "ResourceInUseException"
    assert aws.refused == [(action, "ResourceInUseException")]


def test_a_table_that_is_creating_has_no_items(aws: AwsProxy, client: Client, name: str) -> None:
    aws.state.looks = Looks(creation=1)
    client.create(name)
    put = {"TableName": name, "Item": {"a": {"S": "1"}}}
    assert client.code("PutItem", **put) == "ResourceNotFoundException"
    client.table(name)
    client.do("PutItem", **put)


def test_a_table_that_is_deleted_stays_for_some_looks(
    aws: AwsProxy, client: Client, name: str
) -> None:
    client.create(name)
    aws.state.looks = Looks(deletion=2)
    deleted = client.do("DeleteTable", TableName=name)
    assert deleted["TableDescription"]["TableStatus"] == "DELETING"
    assert client.code("DeleteTable", TableName=name) == "ResourceInUseException"
    seen = [client.table(name)["TableStatus"] for _ in range(2)]
    assert seen == ["DELETING", "DELETING"]
    assert client.code("DescribeTable", TableName=name) == "ResourceNotFoundException"
    client.create(name)


def test_the_name_of_a_table_that_is_deleted_is_taken(
    aws: AwsProxy, client: Client, name: str
) -> None:
    client.create(name)
    aws.state.looks = Looks(deletion=1)
    client.do("DeleteTable", TableName=name)
    with pytest.raises(AssertionError, match="ResourceInUseException"):
        client.create(name)


def test_a_protected_table_is_not_deleted(client: Client, name: str) -> None:
    client.create(name, DeletionProtectionEnabled=True)
    assert client.code("DeleteTable", TableName=name) == "ValidationException"
    client.do("UpdateTable", TableName=name, DeletionProtectionEnabled=False)
    client.do("DeleteTable", TableName=name)


def test_protection_does_not_change_twice_in_15_s(aws: AwsProxy, client: Client, name: str) -> None:
    client.create(name)
    client.do("UpdateTable", TableName=name, DeletionProtectionEnabled=True)
    change = {"TableName": name, "DeletionProtectionEnabled": False}
    assert client.code("UpdateTable", **change) == "ThrottlingException"
    aws.state.clock.move_on(15)
    client.do("UpdateTable", **change)


def test_an_index_allocates_then_backfills_then_is_active(
    aws: AwsProxy, client: Client, name: str
) -> None:
    client.create(name)
    aws.state.looks = Looks(allocation=1, backfilling=2)
    client.add_index(name, "by-b")
    seen = []
    for _ in range(4):
        table = client.table(name)
        index = table["GlobalSecondaryIndexes"][0]
        seen.append((table["TableStatus"], index["IndexStatus"], index.get("Backfilling")))
    assert seen == [
        ("UPDATING", "CREATING", False),
        ("ACTIVE", "CREATING", True),
        ("ACTIVE", "CREATING", True),
        ("ACTIVE", "ACTIVE", None),
    ]


def test_an_index_that_backfills_is_not_read(aws: AwsProxy, client: Client, name: str) -> None:
    client.create(name)
    aws.state.looks = Looks(backfilling=1)
    client.add_index(name, "by-b")
    scan = {"TableName": name, "IndexName": "by-b"}
    assert client.code("Scan", **scan) == "ValidationException"
    client.table(name)
    client.do("Scan", **scan)


def test_two_indexes_in_one_request_are_too_many(client: Client, name: str) -> None:
    client.create(name)
    assert client.code("UpdateTable", **adding(name, "one", "two")) == "LimitExceededException"


@pytest.mark.parametrize("looks", [Looks(allocation=1), Looks(backfilling=1)], ids=str)
def test_two_indexes_at_a_time_are_too_many(
    aws: AwsProxy, client: Client, name: str, looks: Looks
) -> None:
    client.create(name)
    aws.state.looks = looks
    client.add_index(name, "one")
    assert client.code("UpdateTable", **adding(name, "two")) == "LimitExceededException"
    client.table(name)
    client.add_index(name, "two")


def test_an_index_is_deleted_while_it_backfills_not_before(
    aws: AwsProxy, client: Client, name: str
) -> None:
    client.create(name)
    aws.state.looks = Looks(allocation=1, backfilling=1)
    client.add_index(name, "one")
    assert client.code("UpdateTable", **dropping(name, "one")) == "ResourceInUseException"
    client.table(name)
    client.do("UpdateTable", **dropping(name, "one"))
    assert "GlobalSecondaryIndexes" not in client.table(name)


def test_an_index_that_is_deleted_stays_for_some_looks(
    aws: AwsProxy, client: Client, name: str
) -> None:
    client.create(name)
    client.add_index(name, "one")
    aws.state.looks = Looks(index_deletion=1)
    client.do("UpdateTable", **dropping(name, "one"))
    assert client.code("UpdateTable", **adding(name, "two")) == "LimitExceededException"
    assert client.code("DeleteTable", TableName=name) == "ResourceInUseException"
    table = client.table(name)
    assert table["TableStatus"] == "UPDATING"
    assert [index["IndexStatus"] for index in table["GlobalSecondaryIndexes"]] == ["DELETING"]
    assert [one["AttributeName"] for one in table["AttributeDefinitions"]] == ["a", "b"]
    table = client.table(name)
    assert "GlobalSecondaryIndexes" not in table
    assert [one["AttributeName"] for one in table["AttributeDefinitions"]] == ["a"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"DeletionProtectionEnabled": True, "TableClass": "STANDARD"},
        {"SSESpecification": {"Enabled": True}, "DeletionProtectionEnabled": True},
        {"OnDemandThroughput": {"MaxReadRequestUnits": 9}, "TableClass": "STANDARD"},
        {
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
            "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        },
        {"StreamSpecification": {"StreamEnabled": False}},
    ],
    ids="+".join,
)
def test_an_update_that_aws_does_not_take_is_refused(
    client: Client, name: str, parameters: dict[str, Any]
) -> None:
    client.create(name)
    before = client.table(name)
    assert client.code("UpdateTable", TableName=name, **parameters) == "ValidationException"
    assert client.table(name) == before


def test_the_view_of_a_stream_does_not_change(client: Client, name: str) -> None:
    def stream(view: str) -> dict[str, Any]:
        return {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}}

    client.create(name, **stream("KEYS_ONLY"))
    assert client.code("UpdateTable", TableName=name, **stream("NEW_IMAGE")) == (
        "ValidationException"
    )
    client.do("UpdateTable", TableName=name, StreamSpecification={"StreamEnabled": False})
    client.do("UpdateTable", TableName=name, **stream("NEW_IMAGE"))
    assert client.table(name)["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"


def test_units_are_given_to_each_index(client: Client, name: str) -> None:
    client.create(name)
    client.add_index(name, "by-b")
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}
    change = {
        "TableName": name,
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": units,
    }
    assert client.code("UpdateTable", **change) == "ValidationException"
    update = {"Update": {"IndexName": "by-b", "ProvisionedThroughput": units}}
    client.do("UpdateTable", **change, GlobalSecondaryIndexUpdates=[update])


def test_a_change_takes_a_while(aws: AwsProxy, client: Client, name: str) -> None:
    client.create(name)
    aws.state.looks = Looks(update=1)
    change = {"TableName": name, "TableClass": "STANDARD_INFREQUENT_ACCESS"}
    client.do("UpdateTable", **change)
    assert client.code("UpdateTable", **change) == "ResourceInUseException"
    assert client.code("DeleteTable", TableName=name) == "ResourceInUseException"
    seen = [client.table(name)["TableStatus"] for _ in range(2)]
    assert seen == ["UPDATING", "ACTIVE"]


def test_a_key_of_aws_is_described_by_its_arn(aws: AwsProxy, client: Client, name: str) -> None:
    client.create(name)
    assert "SSEDescription" not in client.table(name)
    aws.state.looks = Looks(encryption=1)
    client.do("UpdateTable", TableName=name, SSESpecification={"Enabled": True})
    seen = [client.table(name)["SSEDescription"] for _ in range(2)]
    assert [each["Status"] for each in seen] == ["UPDATING", "ENABLED"]
    assert ":key/" in seen[1]["KMSMasterKeyArn"]
    aws.state.looks = Looks()
    client.do("UpdateTable", TableName=name, SSESpecification={"Enabled": False})
    assert "SSEDescription" not in client.table(name)


def test_warm_throughput_is_kept_and_has_a_value_unasked(client: Client, name: str) -> None:
    warm = {"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 5_000}
    client.create(name, WarmThroughput=warm)
    client.add_index(name, "by-b")
    table = client.table(name)
    unasked = {"ReadUnitsPerSecond": WARM_READS, "WriteUnitsPerSecond": WARM_WRITES}
    assert table["WarmThroughput"] == warm | {"Status": "ACTIVE"}
    assert table["GlobalSecondaryIndexes"][0]["WarmThroughput"] == unasked | {"Status": "ACTIVE"}
    change = {"Update": {"IndexName": "by-b", "WarmThroughput": warm}}
    client.do("UpdateTable", TableName=name, GlobalSecondaryIndexUpdates=[change])
    raised = client.table(name)["GlobalSecondaryIndexes"][0]["WarmThroughput"]
    assert raised == warm | {"Status": "ACTIVE"}


def test_maxima_of_an_index_are_kept(client: Client, name: str) -> None:
    client.create(name)
    client.add_index(name, "by-b")
    maxima = {"MaxReadRequestUnits": 7, "MaxWriteRequestUnits": 8}
    change = {"Update": {"IndexName": "by-b", "OnDemandThroughput": maxima}}
    client.do("UpdateTable", TableName=name, GlobalSecondaryIndexUpdates=[change])
    assert client.table(name)["GlobalSecondaryIndexes"][0]["OnDemandThroughput"] == maxima


def test_lists_come_in_another_order_each_time(aws: AwsProxy, client: Client, name: str) -> None:
    attributes = [{"AttributeName": x, "AttributeType": "S"} for x in "ab"]
    indexes = [index_on_b(f"index-{number}") for number in range(4)]
    tags = [{"Key": f"tag-{number}", "Value": "x"} for number in range(4)]
    created = client.create(
        name, AttributeDefinitions=attributes, GlobalSecondaryIndexes=indexes, Tags=tags
    )
    aws.state.shuffled = random.Random(1)
    orders = set()
    for _ in range(30):
        table = client.table(name)
        listed = client.do("ListTagsOfResource", ResourceArn=created["TableArn"])["Tags"]
        names = [index["IndexName"] for index in table["GlobalSecondaryIndexes"]]
        definitions = [each["AttributeName"] for each in table["AttributeDefinitions"]]
        orders.add((tuple(names), tuple(definitions), tuple(tag["Key"] for tag in listed)))
    assert len(orders) > 20
    assert {frozenset(names) for names, _, _ in orders} == {
        frozenset(f"index-{number}" for number in range(4))
    }
