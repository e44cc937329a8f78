"""The tables of the reference systems, live: what the requirements want of each, read without
Trueup, and found by its verification where it is otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from json import loads
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import systems.nexus
from systems.iops.models import layer as iops_layer
from tests.aws_proxy.client import Client
from trueup import Layer
from trueup.cli.exit_codes import ExitCode
from trueup.cli.verify import exit_code
from trueup.configuration import StageOptions, load_stage
from trueup.engines.connect import find_driver, new_engine
from trueup.lifecycle.declared import protected
from trueup.lifecycle.verification import Verification, verify_tables
from trueup.operations.operation import Operation, send
from trueup.operations.run import run
from trueup.schema.changes import AddTable
from trueup.schema.engine import LiveTable
from trueup.schema.severity import Severity
from trueup.schema.verify import verify_table
from trueup.testing.cleanup import drop_tables

READER = "444455556666"
CORE = ["Frameworks", "Controls", "Mappings", "Reviews", "Feedbacks", "ControlEnrichments"]


class Deployed:
    """A system's tables on a stage that protects them."""

    def __init__(self, layer: Layer, url: str, client: Client, prefix: str) -> None:
        self.client = client
        driver, address = find_driver(url)
        self.wire = driver.open_wire(address, 30)
        self.engine = new_engine(driver, layer, f"{prefix}{{table}}", None)
        self.declared = {
            table.name: protected(self.engine.declared(layer.describe(table)), True)
            for table in layer.tables
        }
        for step in self.engine.render([AddTable(schema) for schema in self.declared.values()]):
            while not self.run(send(step.request)).is_done:
                pass

    def run(self, operation: Operation[Any]) -> Any:
        return run(operation, self.wire, time.monotonic() + 30)

    def ask(self, action: str, table: str, **parameters: Any) -> Mapping[str, Any]:
        """A raw request about a table, by its name or its ARN."""
        name = self.declared[table].name
        if action.endswith(("Tags", "TagsOfResource", "ResourcePolicy", "TagResource")):
            arn = self.client.table(name)["TableArn"]
            return self.client.do(action, ResourceArn=arn, **parameters)
        return self.client.do(action, TableName=name, **parameters)

    def table(self, table: str) -> Mapping[str, Any]:
        return self.client.table(self.declared[table].name)

    def verified(self) -> Verification:
        """What the command finds."""

        def look(name: str) -> LiveTable | None:
            live: Mapping[str, LiveTable] = self.run(self.engine.inspect([name]))
            return live.get(name)

        return verify_tables({one.name: one for one in self.declared.values()}, look)

    def differing(self) -> list[str]:
        """Table and path of what differs, in all tables."""
        live = self.run(self.engine.inspect([one.name for one in self.declared.values()]))
        return [
            ".".join((name, *one.difference.path))
            for name, schema in self.declared.items()
            for one in verify_table(schema, live.get(schema.name))
            if one.verdict == "differs"
        ]


def deployed(layer: Layer, url: str, port: int) -> Iterator[Deployed]:
    prefix = f"trueup-live-{uuid4().hex[:8]}-"
    client = Client(port)
    try:
        found = Deployed(layer, url, client, prefix)
        with closing(found.wire):
            yield found
    finally:
        for name in client.do("ListTables")["TableNames"]:
            if name.startswith(prefix):
                client.do("UpdateTable", TableName=name, DeletionProtectionEnabled=False)
        drop_tables(url, prefix)


def nexus_layer() -> Layer:
    """The layer as it is on the stage beta, with readers of another account."""
    folder = Path(systems.nexus.__file__).parent
    return load_stage(StageOptions("beta"), environ={}, folder=folder).layer


@pytest.fixture(scope="module")
def nexus(dynamodb_url: str, server: tuple[str, int]) -> Iterator[Deployed]:
    yield from deployed(nexus_layer(), dynamodb_url, server[1])


@pytest.fixture(scope="module")
def iops(dynamodb_url: str, server: tuple[str, int]) -> Iterator[Deployed]:
    yield from deployed(iops_layer, dynamodb_url, server[1])


def test_live_tables_are_as_declared(nexus: Deployed, iops: Deployed) -> None:
    assert nexus.differing() == []
    assert iops.differing() == []


@pytest.mark.req("N22")
def test_all_six_core_tables_exist(nexus: Deployed) -> None:
    there = {nexus.table(name)["TableName"] for name in CORE}
    assert len(there) == 6
    told = nexus.verified()
    assert there <= set(told.present) == {schema.name for schema in nexus.declared.values()}
    assert told.differing() == []


@pytest.mark.req("N16", "N22")
def test_verification_fails_if_a_core_table_is_absent(
    dynamodb_url: str, server: tuple[str, int]
) -> None:
    absent: list[str] = []
    with contextmanager(deployed)(nexus_layer(), dynamodb_url, server[1]) as nexus:
        for name in CORE[::-1]:
            nexus.ask("UpdateTable", name, DeletionProtectionEnabled=False)
            nexus.ask("DeleteTable", name)
            absent.append(nexus.declared[name].name)
            told = nexus.verified()
            assert {one.table for one in told.differing()} == set(absent)
            assert {one.severity for one in told.differing()} == {Severity.CRITICAL}
            assert exit_code(told, Severity.LOW) is ExitCode.CHANGES


@pytest.mark.req("N16")
def test_enrichments_have_a_partition_key_and_nothing_else(nexus: Deployed) -> None:
    table = nexus.table("ControlEnrichments")
    assert table["TableName"].endswith("-Enrichment")
    assert table["KeySchema"] == [{"AttributeName": "control_id", "KeyType": "HASH"}]
    assert table["AttributeDefinitions"] == [{"AttributeName": "control_id", "AttributeType": "S"}]
    assert not table.get("GlobalSecondaryIndexes")
    assert not table.get("LocalSecondaryIndexes")


@pytest.mark.req("N19", "N32")
def test_enrichments_expire_by_expiry_time(nexus: Deployed) -> None:
    described = nexus.ask("DescribeTimeToLive", "ControlEnrichments")["TimeToLiveDescription"]
    assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiryTime"}


@pytest.mark.req("N29")
def test_every_table_is_paid_by_request(nexus: Deployed) -> None:
    modes = {nexus.table(name)["BillingModeSummary"]["BillingMode"] for name in nexus.declared}
    assert modes == {"PAY_PER_REQUEST"}


def recovery(system: Deployed, table: str) -> str:
    body = system.ask("DescribeContinuousBackups", table)["ContinuousBackupsDescription"]
    status: str = body["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    return status


@pytest.mark.req("N30")
def test_every_table_can_be_restored(nexus: Deployed) -> None:
    assert {recovery(nexus, name) for name in nexus.declared} == {"ENABLED"}


@pytest.mark.req("N31")
def test_every_table_of_a_protected_stage_refuses_to_be_dropped(nexus: Deployed) -> None:
    assert all(nexus.table(name)["DeletionProtectionEnabled"] for name in nexus.declared)
    name = nexus.declared["Controls"].name
    assert nexus.client.code("DeleteTable", TableName=name) == "ValidationException"


@pytest.mark.req("N33")
def test_every_table_has_the_encryption_of_dynamodb(nexus: Deployed) -> None:
    """A key that AWS owns, which is the default, is one that no description names."""
    assert [name for name in nexus.declared if nexus.table(name).get("SSEDescription")] == []


@pytest.mark.req("N35")
@pytest.mark.parametrize("table", CORE)
def test_another_account_may_read_a_table_and_its_indexes(nexus: Deployed, table: str) -> None:
    (statement,) = loads(nexus.ask("GetResourcePolicy", table)["Policy"])["Statement"]
    arn = nexus.table(table)["TableArn"]
    assert statement["Effect"] == "Allow"
    assert statement["Principal"] == {"AWS": [f"arn:aws:iam::{READER}:root"]}
    assert statement["Resource"] == [arn, f"{arn}/index/*"]
    assert {"dynamodb:GetItem", "dynamodb:Query"} <= set(statement["Action"])
    assert not [one for one in statement["Action"] if "Put" in one or "Delete" in one]


@pytest.mark.req("N39")
@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("Mappings", {"controlKey": {"S": "a"}, "mappedControlKey": {"S": "b"}}),
        ("Controls", {"frameworkKey": {"S": "a"}, "controlKey": {"S": "b"}}),
    ],
)
def test_stream_of_a_table_has_records_with_both_images(
    nexus: Deployed, table: str, key: Mapping[str, Any]
) -> None:
    assert nexus.table(table)["StreamSpecification"] == {
        "StreamEnabled": True,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    for status in ("DRAFT", "FINAL"):
        nexus.ask("PutItem", table, Item={**key, "status": {"S": status}})
    streams = replace(nexus.client, api="DynamoDBStreams_20120810")
    arn = nexus.table(table)["LatestStreamArn"]
    [shard] = streams.do("DescribeStream", StreamArn=arn)["StreamDescription"]["Shards"]
    begin = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = streams.do("GetShardIterator", **begin)["ShardIterator"]
    first, second = streams.do("GetRecords", ShardIterator=iterator)["Records"]
    assert (first["eventName"], second["eventName"]) == ("INSERT", "MODIFY")
    assert second["dynamodb"]["Keys"] == key
    assert second["dynamodb"]["OldImage"]["status"] == {"S": "DRAFT"}
    assert second["dynamodb"]["NewImage"]["status"] == {"S": "FINAL"}


@pytest.mark.req("N36")
def test_every_table_has_the_five_tags(nexus: Deployed) -> None:
    tags = [
        {tag["Key"]: tag["Value"] for tag in nexus.ask("ListTagsOfResource", name)["Tags"]}
        for name in nexus.declared
    ]
    assert len(tags) == 9
    assert {frozenset(one) for one in tags} == {
        frozenset({"Service", "Team", "Stage", "CostCenter", "Owner"})
    }
    assert {one["Stage"] for one in tags} == {"beta"}


METRICS, INSIGHTS = "iops-dashboard-metrics", "iops-dashboard-insights"


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(METRICS, marks=pytest.mark.req("I7")),
        pytest.param(INSIGHTS, marks=pytest.mark.req("I27")),
    ],
)
def test_dashboard_is_paid_by_request(iops: Deployed, table: str) -> None:
    assert iops.table(table)["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(METRICS, marks=pytest.mark.req("I8")),
        pytest.param(INSIGHTS, marks=pytest.mark.req("I28")),
    ],
)
def test_dashboard_can_be_restored(iops: Deployed, table: str) -> None:
    assert recovery(iops, table) == "ENABLED"


@pytest.mark.req("I10")
def test_metrics_have_a_stream_of_both_images(iops: Deployed) -> None:
    stream = iops.table(METRICS)["StreamSpecification"]
    assert stream == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


Request = tuple[str, dict[str, Any]]


def ttl(enabled: bool) -> Request:
    told = {"Enabled": enabled, "AttributeName": "expiryTime"}
    return "UpdateTimeToLive", {"TimeToLiveSpecification": told}


def backups(enabled: bool) -> Request:
    told = {"PointInTimeRecoveryEnabled": enabled}
    return "UpdateContinuousBackups", {"PointInTimeRecoverySpecification": told}


def protection(enabled: bool) -> Request:
    return "UpdateTable", {"DeletionProtectionEnabled": enabled}


@pytest.mark.parametrize(
    ("table", "switch", "paths"),
    [
        ("ControlEnrichments", ttl, ["ttl"]),
        pytest.param(
            "Controls", backups, ["pitr.enabled", "pitr.days"], marks=pytest.mark.req("N103")
        ),
        ("Reviews", protection, ["deletion_protection"]),
    ],
)
def test_what_others_switch_off_is_found(
    nexus: Deployed, table: str, switch: Callable[[bool], Request], paths: Sequence[str]
) -> None:
    action, off = switch(False)
    nexus.ask(action, table, **off)
    found = nexus.differing()
    nexus.ask(action, table, **switch(True)[1])
    assert found == [f"{table}.{path}" for path in paths]
    assert nexus.differing() == []


@pytest.mark.req("N104")
def test_indexes_are_verified_one_by_one(nexus: Deployed) -> None:
    before = nexus.table("Mappings")
    index = before["GlobalSecondaryIndexes"][0]
    wanted = {part: index[part] for part in ("IndexName", "KeySchema", "Projection")}
    name = wanted["IndexName"]

    def change(how: str, told: Mapping[str, Any]) -> None:
        definitions = before["AttributeDefinitions"]
        updates = [{how: told}]
        nexus.ask(
            "UpdateTable",
            "Mappings",
            AttributeDefinitions=definitions,
            GlobalSecondaryIndexUpdates=updates,
        )

    change("Delete", {"IndexName": name})
    found = nexus.differing()
    change("Create", wanted)
    assert found == [f"Mappings.index.{name}"]
    assert nexus.differing() == []
