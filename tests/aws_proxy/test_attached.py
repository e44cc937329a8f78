"""What is attached to the proxy's tables: expiry, backups, tags, policies, insights."""

from __future__ import annotations

from typing import Any

import pytest

from tests.aws_proxy.client import Client
from tests.aws_proxy.looks import Looks
from tests.aws_proxy.proxy import AwsProxy

POLICY = '{"Version": "2012-10-17", "Statement": []}'


def ttl(name: str, attribute: str, *, enabled: bool = True) -> dict[str, Any]:
    specification = {"Enabled": enabled, "AttributeName": attribute}
    return {"TableName": name, "TimeToLiveSpecification": specification}


def described_ttl(client: Client, name: str) -> Any:
    return client.do("DescribeTimeToLive", TableName=name)["TimeToLiveDescription"]


def test_expiry_does_not_change_twice_in_an_hour(aws: AwsProxy, client: Client, name: str) -> None:
    client.create(name)
    client.do("UpdateTimeToLive", **ttl(name, "gone_at"))
    off = ttl(name, "gone_at", enabled=False)
    code, text = client.refusal("UpdateTimeToLive", **off)
    assert code == "ValidationException"
    assert "modified multiple times within a fixed interval" in text
    aws.state.clock.move_on(3600)
    client.do("UpdateTimeToLive", **off)


def test_expiry_is_on_one_attribute(aws: AwsProxy, client: Client, name: str) -> None:
    client.create(name)
    client.do("UpdateTimeToLive", **ttl(name, "gone_at"))
    aws.state.clock.move_on(3600)
    _, text = client.refusal("UpdateTimeToLive", **ttl(name, "ends_at"))
    assert "active on a different AttributeName" in text


@pytest.mark.parametrize("enabled", [True, False])
def test_expiry_changes_to_something_else(
    aws: AwsProxy, client: Client, name: str, enabled: bool
) -> None:
    client.create(name)
    if enabled:
        client.do("UpdateTimeToLive", **ttl(name, "gone_at"))
    aws.state.clock.move_on(3600)
    _, text = client.refusal("UpdateTimeToLive", **ttl(name, "gone_at", enabled=enabled))
    assert text == f"TimeToLive is already {'enabled' if enabled else 'disabled'}"


def test_expiry_that_is_off_has_no_attribute(aws: AwsProxy, client: Client, name: str) -> None:
    client.create(name)
    client.do("UpdateTimeToLive", **ttl(name, "gone_at"))
    aws.state.clock.move_on(3600)
    client.do("UpdateTimeToLive", **ttl(name, "gone_at", enabled=False))
    assert described_ttl(client, name) == {"TimeToLiveStatus": "DISABLED"}
    aws.state.names_disabled_ttl = True
    assert described_ttl(client, name)["AttributeName"] == "gone_at"


def test_expiry_takes_a_while(aws: AwsProxy, client: Client, name: str) -> None:
    client.create(name)
    aws.state.looks = Looks(ttl=1)
    client.do("UpdateTimeToLive", **ttl(name, "gone_at"))
    seen = [described_ttl(client, name)["TimeToLiveStatus"] for _ in range(2)]
    assert seen == ["ENABLING", "ENABLED"]


def recovery(name: str, **specification: object) -> dict[str, Any]:
    return {"TableName": name, "PointInTimeRecoverySpecification": specification}


def test_backups_of_a_new_table_come_later(aws: AwsProxy, client: Client, name: str) -> None:
    aws.state.looks = Looks(creation=1, backups=2)
    client.create(name)
    describe = {"TableName": name}
    assert client.code("DescribeContinuousBackups", **describe) == "TableNotFoundException"
    client.table(name)
    on = recovery(name, PointInTimeRecoveryEnabled=True)
    code = client.code("UpdateContinuousBackups", **on)
    assert code == "ContinuousBackupsUnavailableException"
    seen = [
        client.do("DescribeContinuousBackups", **describe)["ContinuousBackupsDescription"]
        for _ in range(2)
    ]
    assert [each["ContinuousBackupsStatus"] for each in seen] == ["DISABLED", "ENABLED"]
    client.do("UpdateContinuousBackups", **on)


def test_days_of_recovery_are_kept(client: Client, name: str) -> None:
    client.create(name)
    on = recovery(name, PointInTimeRecoveryEnabled=True, RecoveryPeriodInDays=7)
    client.do("UpdateContinuousBackups", **on)
    body = client.do("DescribeContinuousBackups", TableName=name)
    described = body["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert described["RecoveryPeriodInDays"] == 7


def test_a_backup_takes_a_while_and_can_be_restored(
    aws: AwsProxy, client: Client, name: str
) -> None:
    client.create(name)
    item = {"a": {"S": "1"}, "value": {"N": "2"}}
    client.do("PutItem", TableName=name, Item=item)
    aws.state.looks = Looks(backup=1, creation=1)
    made = client.do("CreateBackup", TableName=name, BackupName="before")["BackupDetails"]
    assert made["BackupStatus"] == "CREATING"
    arn = made["BackupArn"]
    restored = f"{name}-restored"
    restore = {"TargetTableName": restored, "BackupArn": arn}
    assert client.code("RestoreTableFromBackup", **restore) == "BackupInUseException"
    client.do("DescribeBackup", BackupArn=arn)
    client.do("RestoreTableFromBackup", **restore)
    assert [client.table(restored)["TableStatus"] for _ in range(2)] == ["CREATING", "ACTIVE"]
    assert client.do("Scan", TableName=restored)["Items"] == [item]


def test_backups_that_take_a_while_are_listed_so(aws: AwsProxy, client: Client, name: str) -> None:
    client.create(name)
    aws.state.looks = Looks(backup=1)
    client.do("CreateBackup", TableName=name, BackupName="before")
    seen = [client.do("ListBackups", TableName=name)["BackupSummaries"] for _ in range(2)]
    assert [one["BackupStatus"] for each in seen for one in each] == ["CREATING", "AVAILABLE"]


def tag(value: str) -> list[dict[str, str]]:
    return [{"Key": "team", "Value": value}]


def test_tags_of_a_new_table_come_later(aws: AwsProxy, client: Client, name: str) -> None:
    aws.state.looks = Looks(creation=1, tags=1)
    resource = {"ResourceArn": client.create(name, Tags=tag("one"))["TableArn"]}
    assert client.code("ListTagsOfResource", **resource) == "ResourceNotFoundException"
    client.table(name)
    seen = [client.do("ListTagsOfResource", **resource)["Tags"] for _ in range(2)]
    assert seen == [[], tag("one")]


def test_tags_come_in_pages(aws: AwsProxy, client: Client, name: str) -> None:
    tags = [{"Key": f"tag-{number}", "Value": "x"} for number in range(3)]
    resource = {"ResourceArn": client.create(name, Tags=tags)["TableArn"]}
    aws.state.tags_per_page = 2
    first = client.do("ListTagsOfResource", **resource)
    second = client.do("ListTagsOfResource", **resource, NextToken=first["NextToken"])
    assert first["Tags"] + second["Tags"] == tags
    assert "NextToken" not in second


def test_tags_do_not_change_twice_at_once(aws: AwsProxy, client: Client, name: str) -> None:
    resource = {"ResourceArn": client.create(name)["TableArn"]}
    aws.state.looks = Looks(tag_lock=1)
    client.do("TagResource", **resource, Tags=tag("one"))
    untag = {**resource, "TagKeys": ["team"]}
    assert client.code("UntagResource", **untag) == "LimitExceededException"
    client.do("UntagResource", **untag)


def test_a_policy_given_at_creation_is_kept_and_ends_with_its_table(
    client: Client, name: str
) -> None:
    resource = {"ResourceArn": client.create(name, ResourcePolicy=POLICY)["TableArn"]}
    assert client.do("GetResourcePolicy", **resource)["Policy"] == POLICY
    client.do("DeleteTable", TableName=name)
    client.create(name)
    assert client.code("GetResourcePolicy", **resource) == "PolicyNotFoundException"


def test_a_policy_is_read_later(aws: AwsProxy, client: Client, name: str) -> None:
    resource = {"ResourceArn": client.create(name)["TableArn"]}
    aws.state.looks = Looks(policy=1)
    client.do("PutResourcePolicy", **resource, Policy=POLICY)
    assert client.code("GetResourcePolicy", **resource) == "PolicyNotFoundException"
    assert client.do("GetResourcePolicy", **resource)["Policy"] == POLICY


def test_the_mode_of_insights_is_kept(client: Client, name: str) -> None:
    client.create(name)
    body = {"TableName": name, "ContributorInsightsAction": "ENABLE"}
    client.do("UpdateContributorInsights", **body, ContributorInsightsMode="THROTTLED_KEYS")
    described = client.do("DescribeContributorInsights", TableName=name)
    assert described["ContributorInsightsMode"] == "THROTTLED_KEYS"
