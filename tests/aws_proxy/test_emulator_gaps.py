"""`emulator_gaps.toml` says which facts the server of the tests keeps; each is tried."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import pytest

from tests.aws_proxy.client import Client, adding, index_on_b
from trueup.testing.ministack import ministack_version

GAPS = tomllib.loads(
    files("trueup.testing").joinpath("emulator_gaps.toml").read_text(encoding="utf-8")
)["ministack"]

Told = Callable[[Client, str], tuple[object, object]]
"""Tells a server a fact of a table of this name; what it was told, and what it says."""

WARM = {"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 5_000}
MAXIMA = {"MaxReadRequestUnits": 7, "MaxWriteRequestUnits": 8}
POLICY = '{"Version": "2012-10-17", "Statement": []}'


def part(described: Mapping[str, Any] | None, *names: str) -> object:
    """The part of a reply that was told, without what the server adds."""
    return {name: (described or {}).get(name) for name in names}


def created(field: str, value: Any) -> Told:
    """A fact that is told to CreateTable, and is in the description of the table."""

    def tell(client: Client, name: str) -> tuple[object, object]:
        client.create(name, **{field: value})
        found = client.table(name).get(field)
        return value, part(found, *value) if isinstance(value, dict) else found

    return tell


def table_class(client: Client, name: str) -> tuple[object, object]:
    client.create(name)
    told = "STANDARD_INFREQUENT_ACCESS"
    client.do("UpdateTable", TableName=name, TableClass=told)
    return told, client.table(name)["TableClassSummary"]["TableClass"]


def of_index(field: str, value: Any) -> Told:
    """A fact of an index that is told when it is created."""

    def tell(client: Client, name: str) -> tuple[object, object]:
        client.create(name)
        parameters = adding(name, "by-b")
        parameters["GlobalSecondaryIndexUpdates"][0]["Create"][field] = value
        client.do("UpdateTable", **parameters)
        return value, part(client.table(name)["GlobalSecondaryIndexes"][0].get(field), *value)

    return tell


def of_index_later(field: str, told: str, value: Any) -> Told:
    """A fact of an index that is told later."""

    def tell(client: Client, name: str) -> tuple[object, object]:
        client.create(name)
        client.add_index(name, "by-b")
        update = {"Update": {"IndexName": "by-b", field: value}}
        client.do("UpdateTable", TableName=name, GlobalSecondaryIndexUpdates=[update])
        found = client.table(name)["GlobalSecondaryIndexes"][0].get(field) or {}
        return value[told], found.get(told)

    return tell


def ttl(client: Client, name: str) -> tuple[object, object]:
    client.create(name)
    specification = {"Enabled": True, "AttributeName": "gone_at"}
    client.do("UpdateTimeToLive", TableName=name, TimeToLiveSpecification=specification)
    described = client.do("DescribeTimeToLive", TableName=name)["TimeToLiveDescription"]
    return {"TimeToLiveStatus": "ENABLED", "AttributeName": "gone_at"}, described


def protection(client: Client, name: str) -> tuple[object, object]:
    client.create(name, DeletionProtectionEnabled=True)
    found = client.table(name)["DeletionProtectionEnabled"]
    client.do("UpdateTable", TableName=name, DeletionProtectionEnabled=False)
    return True, found


def encryption(client: Client, name: str) -> tuple[object, object]:
    key = "arn:aws:kms:us-east-1:000000000000:key/one"
    specification = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    client.create(name, SSESpecification=specification)
    return key, client.table(name)["SSEDescription"]["KMSMasterKeyArn"]


def tags(client: Client, name: str) -> tuple[object, object]:
    tags = [{"Key": "team", "Value": "orders"}]
    arn = client.create(name, Tags=tags)["TableArn"]
    return tags, client.do("ListTagsOfResource", ResourceArn=arn)["Tags"]


def index(client: Client, name: str) -> tuple[object, object]:
    client.create(name)
    client.add_index(name, "by-b")
    told = index_on_b("by-b")
    return told, part(client.table(name)["GlobalSecondaryIndexes"][0], *told)


def recovery_days(client: Client, name: str) -> tuple[object, object]:
    client.create(name)
    on = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7}
    client.do("UpdateContinuousBackups", TableName=name, PointInTimeRecoverySpecification=on)
    body = client.do("DescribeContinuousBackups", TableName=name)
    described = body["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert described["PointInTimeRecoveryStatus"] == "ENABLED"
    return 7, described.get("RecoveryPeriodInDays")


def recovery(client: Client, name: str) -> tuple[object, object]:
    client.create(name)
    on = {"PointInTimeRecoveryEnabled": True}
    client.do("UpdateContinuousBackups", TableName=name, PointInTimeRecoverySpecification=on)
    body = client.do("DescribeContinuousBackups", TableName=name)
    described = body["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    return "ENABLED", described["PointInTimeRecoveryStatus"]


def insights(client: Client, name: str) -> Mapping[str, Any]:
    client.create(name)
    on = {"ContributorInsightsAction": "ENABLE", "ContributorInsightsMode": "THROTTLED_KEYS"}
    client.do("UpdateContributorInsights", TableName=name, **on)
    return client.do("DescribeContributorInsights", TableName=name)


def insights_status(client: Client, name: str) -> tuple[object, object]:
    return "ENABLED", insights(client, name)["ContributorInsightsStatus"]


def insights_mode(client: Client, name: str) -> tuple[object, object]:
    return "THROTTLED_KEYS", insights(client, name).get("ContributorInsightsMode")


def insights_at_deletion(client: Client, name: str) -> tuple[object, object]:
    insights(client, name)
    client.do("DeleteTable", TableName=name)
    client.create(name)
    described = client.do("DescribeContributorInsights", TableName=name)
    return "DISABLED", described["ContributorInsightsStatus"]


def policy(client: Client, name: str) -> tuple[object, object]:
    resource = {"ResourceArn": client.create(name)["TableArn"]}
    client.do("PutResourcePolicy", **resource, Policy=POLICY)
    return POLICY, client.do("GetResourcePolicy", **resource)["Policy"]


def policy_at_creation(client: Client, name: str) -> tuple[object, object]:
    arn = client.create(name, ResourcePolicy=POLICY)["TableArn"]
    return 200, client.raw("GetResourcePolicy", ResourceArn=arn)[0]


def policy_at_deletion(client: Client, name: str) -> tuple[object, object]:
    policy(client, name)
    client.do("DeleteTable", TableName=name)
    arn = client.create(name)["TableArn"]
    return 400, client.raw("GetResourcePolicy", ResourceArn=arn)[0]


STREAM = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
KEPT: dict[str, Told] = {
    "key": created("KeySchema", [{"AttributeName": "a", "KeyType": "HASH"}]),
    "index": index,
    "ttl": ttl,
    "stream": created("StreamSpecification", STREAM),
    "billing": created("OnDemandThroughput", MAXIMA),
    "index.billing": of_index("OnDemandThroughput", MAXIMA),
    "index.warm_throughput": of_index("WarmThroughput", WARM),
    "table_class": table_class,
    "encryption": encryption,
    "deletion_protection": protection,
    "tags": tags,
    "contributor_insights": insights_status,
    "resource_policy": policy,
    "pitr.enabled": recovery,
}
_INDEX_MAXIMUM = "index.billing.max_{}_request_units at update"
DROPPED: dict[str, Told] = {
    "pitr.days": recovery_days,
    "warm_throughput": created("WarmThroughput", WARM),
    "contributor_insights.mode": insights_mode,
    "resource_policy at creation": policy_at_creation,
    "resource_policy at deletion": policy_at_deletion,
    "contributor_insights at deletion": insights_at_deletion,
    "index.warm_throughput at update": of_index_later("WarmThroughput", "ReadUnitsPerSecond", WARM),
    _INDEX_MAXIMUM.format("read"): of_index_later(
        "OnDemandThroughput", "MaxReadRequestUnits", MAXIMA
    ),
    _INDEX_MAXIMUM.format("write"): of_index_later(
        "OnDemandThroughput", "MaxWriteRequestUnits", MAXIMA
    ),
}


@pytest.fixture
def ministack(server: tuple[str, int]) -> Client:
    """The server itself, past every proxy."""
    if GAPS["version"] != ministack_version():
        pytest.skip(f"the file is about ministack {GAPS['version']}")
    return Client(server[1])


@pytest.mark.parametrize("fact", GAPS["kept"])
def test_a_kept_fact_reads_back(ministack: Client, name: str, fact: str) -> None:
    told, found = KEPT[fact](ministack, name)
    assert found == told


@pytest.mark.parametrize("fact", GAPS["dropped"])
def test_a_dropped_fact_does_not_read_back(ministack: Client, name: str, fact: str) -> None:
    told, found = DROPPED[fact](ministack, name)
    assert found != told


@pytest.mark.parametrize("fact", [*GAPS["kept"], *GAPS["dropped"]])
def test_the_proxy_keeps_it(client: Client, name: str, fact: str) -> None:
    told, found = (KEPT | DROPPED)[fact](client, name)
    assert found == told


def test_every_fact_that_is_tried_is_in_the_file() -> None:
    assert set(KEPT) == set(GAPS["kept"])
    assert set(DROPPED) == set(GAPS["dropped"])
