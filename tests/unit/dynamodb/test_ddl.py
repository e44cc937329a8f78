"""Tables: what creates them, how long they are waited for, and what counts as different."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.dynamodb.engines import Exchange, created, failed, live, ok
from trueup.engines.dynamodb.ddl.create import create_body
from trueup.engines.dynamodb.ddl.layout import differences, layout_of
from trueup.engines.dynamodb.inspect import read_table
from trueup.errors import ErrorCode
from trueup.model import ExpiresAt, Index, Model, Table
from trueup.model.description.check import describe
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.tables import EVENTS, PEOPLE, SESSIONS, TEXTS, TILES


class Token(Model):
    id: str
    owner: str
    rank: int = 0
    note: str = ""
    expires_at: ExpiresAt | None = None


TOKENS = Table(
    "Tokens",
    Token,
    partition="id",
    ttl="expires_at",
    stream="NEW_AND_OLD_IMAGES",
    indexes=[
        Index("ByOwner", partition="owner", sort="rank", projection="keys"),
        Index("ByRank", partition="rank", projection=["note"]),
    ],
)


def body_of(table: Table[Any]) -> dict[str, Any]:
    return create_body(layout_of(describe(table), table.name))


def test_table_of_keys_only() -> None:
    assert body_of(PEOPLE) == {
        "TableName": "People",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }


def test_index_holds_what_every_read_looks_at() -> None:
    body = body_of(TOKENS)
    projections = [index["Projection"] for index in body["GlobalSecondaryIndexes"]]
    assert projections == [
        {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["expires_at"]},
        {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["expires_at", "note"]},
    ]
    assert body["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"


def test_index_with_several_attributes_names_them_in_order() -> None:
    (index,) = body_of(TILES)["GlobalSecondaryIndexes"]
    assert [one["KeyType"] for one in index["KeySchema"]] == ["HASH"] * 4 + ["RANGE"] * 4
    assert [one["AttributeName"] for one in index["KeySchema"]] == list("abcdefgh")


def test_sharded_index_is_partitioned_by_its_shard() -> None:
    (index,) = body_of(EVENTS)["GlobalSecondaryIndexes"]
    assert index["KeySchema"][0]["AttributeName"] == "ByKind.shard"


@pytest.mark.parametrize("table", [PEOPLE, TEXTS, TILES, EVENTS, TOKENS])
def test_table_made_from_a_declaration_is_as_declared(table: Table[Any]) -> None:
    found = read_table(live(table)["Table"])
    assert found.is_ready
    assert differences(layout_of(describe(table), table.name), found.layout) == []


NO_TTL = ok(TimeToLiveDescription={"TimeToLiveStatus": "DISABLED"})


def test_table_is_waited_for_and_ttl_is_switched_on() -> None:
    waiting = ok(**live(SESSIONS, TableStatus="CREATING"))
    exchange = Exchange(ok(), waiting, waiting, ok(**live(SESSIONS)), NO_TTL, ok())
    exchange.run(created(SESSIONS))
    assert exchange.targets == [
        "CreateTable",
        *["DescribeTable"] * 3,
        "DescribeTimeToLive",
        "UpdateTimeToLive",
    ]
    assert exchange.slept_s == [0.1, 0.2]


def test_table_that_is_there_is_left_alone() -> None:
    ttl = {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiresAt"}
    exchange = Exchange(
        failed("ResourceInUseException"), ok(**live(SESSIONS)), ok(TimeToLiveDescription=ttl)
    )
    exchange.run(created(SESSIONS))
    assert "UpdateTimeToLive" not in exchange.targets


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"KeySchema": [{"AttributeName": "key", "KeyType": "HASH"}]}, "its key is"),
        ({"GlobalSecondaryIndexes": []}, "no index 'ByLabel'"),
        ({"LocalSecondaryIndexes": []}, "no index 'ByN'"),
        (
            {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}},
            "its stream",
        ),
    ],
)
def test_table_that_differs_is_refused_and_left_alone(changed: Any, words: str) -> None:
    exchange = Exchange(failed("ResourceInUseException"), ok(**live(TEXTS, **changed)), NO_TTL)
    with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
        exchange.run(created(TEXTS))
    assert refusal.says(words)
    assert exchange.targets == ["CreateTable", "DescribeTable", "DescribeTimeToLive"]


def test_table_that_expires_by_another_attribute_is_refused() -> None:
    ttl = ok(TimeToLiveDescription={"TimeToLiveStatus": "ENABLED", "AttributeName": "other"})
    with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
        Exchange(ok(), ok(**live(SESSIONS)), ttl).run(created(SESSIONS))
    assert refusal.says("other")
