"""What AWS shows in its own way is no drift, and what it does not show is unknown."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.aws_proxy.client import Client
from tests.aws_proxy.lookers import Looker, looking
from tests.aws_proxy.looks import Looks
from tests.aws_proxy.proxy import AwsProxy
from tests.aws_proxy.recorded import changes
from tests.aws_proxy.test_create_tables import LAYER, ORDERS
from trueup import DynamoDB, Index, Layer, Table, connect
from trueup.errors import ErrorCode, NeedsOperator

ORDERS_IN_TWO_ORDERS = Layer(
    "orders",
    target="dynamodb",
    tables=[
        Table(
            "orders",
            ORDERS.model,
            partition="id",
            indexes=[
                Index("by-day", partition="day", projection=["expires"]),
                Index("by-expiry", partition="expires", sort="day"),
                Index("by-id", partition="id", sort="day"),
            ],
            ttl="expires",
            dynamodb=DynamoDB(deletion_protection=False, tags={f"tag-{n}": "x" for n in range(12)}),
        )
    ],
)


@pytest.fixture
def names(name: str) -> str:
    return name.removesuffix("orders") + "{table}"


@pytest.fixture
def made(aws: AwsProxy, names: str) -> Iterator[Looker]:
    """A layer whose tables are there."""
    with connect(aws.url, LAYER, table_names=names) as db:
        db.create_tables()
    with looking(aws.url, LAYER, names) as looker:
        yield looker


@pytest.mark.case("S1")
def test_warm_throughput_that_aws_raises_is_no_drift(
    aws: AwsProxy, client: Client, name: str, made: Looker
) -> None:
    warm = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 37_240}
    aws.state.table(name).warm = {"": warm, "by-day": warm}
    shown = client.table(name)
    assert shown["GlobalSecondaryIndexes"][0]["WarmThroughput"] == warm | {"Status": "ACTIVE"}
    assert made.changes() == []
    assert made.findings() == []


@pytest.mark.case("S2")
def test_another_order_is_no_drift_and_one_fingerprint(aws: AwsProxy, names: str) -> None:
    with connect(aws.url, ORDERS_IN_TWO_ORDERS, table_names=names) as db:
        db.create_tables()
    aws.state.shuffled = random.Random(2)
    with looking(aws.url, ORDERS_IN_TWO_ORDERS, names) as looker:
        prints = {looker.plan().fingerprint for _ in range(100)}
        assert len(prints) == 1
        assert looker.changes() == []
        assert looker.findings() == []


@pytest.mark.case("S15")
def test_an_index_that_is_being_built_is_unknown(
    aws: AwsProxy, client: Client, name: str, made: Looker
) -> None:
    client.do("UpdateTable", TableName=name, **dropping_by_day())
    aws.state.looks = Looks(backfilling=1)
    client.do("UpdateTable", TableName=name, **adding_by_day())
    assert made.findings() == [("unknown", "index by-day")]
    assert made.findings() == []


def dropping_by_day() -> dict[str, object]:
    return {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-day"}}]}


def adding_by_day() -> dict[str, object]:
    key = [{"AttributeName": "day", "KeyType": "HASH"}]
    index = {"IndexName": "by-day", "KeySchema": key, "Projection": {"ProjectionType": "ALL"}}
    return {
        "AttributeDefinitions": [{"AttributeName": "day", "AttributeType": "S"}],
        "GlobalSecondaryIndexUpdates": [{"Create": index}],
    }


@pytest.mark.case("S22")
def test_a_table_that_may_not_be_described_is_not_missing(
    aws: AwsProxy, name: str, made: Looker
) -> None:
    aws.state.denied = {"DescribeTable"}
    aws.forget()
    with pytest.raises(NeedsOperator) as caught:
        made.plan()
    assert caught.value.code is ErrorCode.ACCESS_DENIED
    assert "dynamodb:DescribeTable" in str(caught.value)
    assert f"table/{name}" in str(caught.value)
    assert changes(aws.asked) == []
