"""A table of jobs as AWS describes it, in recorded replies, and its declaration."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.unit.dynamodb.engines import Recorded, failed, ok
from trueup import DynamoDB, Index, Model, Table
from trueup.engines.dynamodb.ddl.declared import declared
from trueup.model.description.check import describe
from trueup.schema.tables import TableSchema

ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/Jobs"
WARM = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000, "Status": "ACTIVE"}


class Job(Model):
    id: str
    state: str = ""
    rank: int = 0


def declare(**settings: Any) -> TableSchema:
    indexes = [
        Index("ByState", partition="state", projection=["rank"]),
        Index("ByRank", partition="rank"),
    ]
    table = Table("Jobs", Job, partition="id", indexes=indexes, dynamodb=DynamoDB(**settings))
    schema = declared(describe(table), "Jobs")
    protected = {"deletion_protection": False, **settings}["deletion_protection"]
    return replace(schema, facts={**schema.facts, "deletion_protection": protected})


def key_of(attribute: str) -> list[dict[str, str]]:
    return [{"AttributeName": attribute, "KeyType": "HASH"}]


def index(name: str, attribute: str, **changed: Any) -> dict[str, Any]:
    return {
        "IndexName": name,
        "KeySchema": key_of(attribute),
        "Projection": {"ProjectionType": "ALL"},
        "IndexStatus": "ACTIVE",
        "WarmThroughput": WARM,
        **changed,
    }


SOME = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["rank"]}
DESCRIBED: dict[str, Any] = {
    "TableName": "Jobs",
    "TableArn": ARN,
    "TableId": "one",
    "TableStatus": "ACTIVE",
    "ItemCount": 1_200_000,
    "TableSizeBytes": 1_100_000_000,
    "KeySchema": key_of("id"),
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "rank", "AttributeType": "N"},
        {"AttributeName": "state", "AttributeType": "S"},
    ],
    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
    "GlobalSecondaryIndexes": [
        index("ByState", "state", Projection=SOME),
        index("ByRank", "rank"),
    ],
    "WarmThroughput": WARM,
    "DeletionProtectionEnabled": False,
}
LOOKS = {
    "DescribeTimeToLive": ok(TimeToLiveDescription={"TimeToLiveStatus": "DISABLED"}),
    "DescribeContinuousBackups": ok(
        ContinuousBackupsDescription={
            "PointInTimeRecoveryDescription": {
                "PointInTimeRecoveryStatus": "ENABLED",
                "RecoveryPeriodInDays": 35,
            }
        }
    ),
    "DescribeContributorInsights": ok(ContributorInsightsStatus="DISABLED"),
    "GetResourcePolicy": failed("PolicyNotFoundException"),
    "ListTagsOfResource": ok(Tags=[]),
}


def recorded(looks: Any = None, **described: Any) -> Recorded:
    """A table on AWS. looks: replies other than those of a plain table."""
    table = {**DESCRIBED, **described}
    return Recorded({"DescribeTable": ok(Table=table), **LOOKS, **(looks or {})})
