"""Actions as bodies: exact, and as DynamoDB's own model of its API allows."""

from __future__ import annotations

import json
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from tests.unit.dynamodb.engines import body_of, engine
from trueup.errors import ErrorCode
from trueup.expressions import Kind, Path, SortCondition, SortOp, as_condition
from trueup.model.description.check import describe
from trueup.operations.actions import (
    Action,
    BatchGet,
    BatchWrite,
    Check,
    Count,
    Delete,
    Expect,
    Get,
    Guard,
    Put,
    Query,
    Scan,
    TransactGet,
    TransactWrite,
    Update,
    View,
)
from trueup.testing.suite.harness.refusals import refused
from trueup.testing.suite.oracle import wire
from trueup.testing.suite.tables import (
    DOCUMENTS,
    PEOPLE,
    SESSIONS,
    TEXTS,
    TILES,
    AccountKey,
)

TEXT, PERSON, SESSION = describe(TEXTS), describe(PEOPLE), describe(SESSIONS)
DOCUMENT, TILE = describe(DOCUMENTS), describe(TILES)
KEY = {"group": {"S": "g"}, "key": {"S": "k"}}
S_KEY = {"user": {"S": "u"}, "session": {"S": "s"}}
NOTHING, SOMETHING = Guard(Expect.NOTHING), Guard(Expect.SOMETHING)
OLD = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
PATH = Path(None, ("key",))

CASES: dict[str, tuple[Action, str, dict[str, Any]]] = {
    "get": (Get(TEXT, ("g", "k")), "GetItem", {"TableName": "t-Texts", "Key": KEY}),
    "consistent get": (
        Get(TEXT, ("g", "k"), consistent=True),
        "GetItem",
        {"TableName": "t-Texts", "Key": KEY, "ConsistentRead": True},
    ),
    "get of a part": (
        Get(SESSION, ("u", "s"), View(AccountKey, frozenset({"device"}))),
        "GetItem",
        {
            "TableName": "t-Sessions",
            "Key": S_KEY,
            "ProjectionExpression": "#0, #1, #2, #3",
            "ExpressionAttributeNames": {
                "#0": "device",
                "#1": "expiresAt",
                "#2": "session",
                "#3": "user",
            },
        },
    ),
    "put": (
        Put(PERSON, {"id": "a", "tags": frozenset({"x"})}),
        "PutItem",
        {"TableName": "t-People", "Item": {"id": {"S": "a"}, "tags": {"SS": ["x"]}}},
    ),
    "create": (
        Put(PERSON, {"id": "a"}, NOTHING, "old"),
        "PutItem",
        {
            "TableName": "t-People",
            "Item": {"id": {"S": "a"}},
            "ConditionExpression": "attribute_not_exists(#0)",
            "ExpressionAttributeNames": {"#0": "id"},
            "ReturnValues": "ALL_OLD",
            **OLD,
        },
    ),
    "put of version 0": (
        Put(DOCUMENT, {"id": "a", "edition": 1}, Guard(version=0)),
        "PutItem",
        {
            "TableName": "t-Documents",
            "Item": {"id": {"S": "a"}, "edition": {"N": "1"}},
            "ConditionExpression": "attribute_not_exists(#0) OR #0 = :0",
            "ExpressionAttributeNames": {"#0": "edition"},
            "ExpressionAttributeValues": {":0": {"N": "0"}},
            **OLD,
        },
    ),
    "update": (
        Update(TEXT, ("g", "k"), (wire("n").add(1),), {}, SOMETHING, "new"),
        "UpdateItem",
        {
            "TableName": "t-Texts",
            "Key": KEY,
            "UpdateExpression": "ADD #0 :0",
            "ConditionExpression": "attribute_exists(#1)",
            "ExpressionAttributeNames": {"#0": "n", "#1": "group"},
            "ExpressionAttributeValues": {":0": {"N": "1"}},
            "ReturnValues": "ALL_NEW",
            **OLD,
        },
    ),
    "delete": (
        Delete(TEXT, ("g", "k")),
        "DeleteItem",
        {"TableName": "t-Texts", "Key": KEY, "ReturnValues": "ALL_OLD"},
    ),
    "delete of a version": (
        Delete(DOCUMENT, ("a",), Guard(version=3)),
        "DeleteItem",
        {
            "TableName": "t-Documents",
            "Key": {"id": {"S": "a"}},
            "ConditionExpression": "#0 = :0",
            "ExpressionAttributeNames": {"#0": "edition"},
            "ExpressionAttributeValues": {":0": {"N": "3"}},
            "ReturnValues": "ALL_OLD",
            **OLD,
        },
    ),
    "query": (
        Query(
            TEXT,
            None,
            ("g",),
            (SortCondition(PATH, SortOp.BETWEEN, ("a", "b")),),
            as_condition(wire("n") == 1),
            ascending=False,
            page_size=5,
            start=("g", "k"),
        ),
        "Query",
        {
            "TableName": "t-Texts",
            "KeyConditionExpression": "#0 = :0 AND #1 BETWEEN :1 AND :2",
            "FilterExpression": "#2 = :3",
            "ScanIndexForward": False,
            "Limit": 5,
            "ExclusiveStartKey": KEY,
            "ExpressionAttributeNames": {"#0": "group", "#1": "key", "#2": "n"},
            "ExpressionAttributeValues": {
                ":0": {"S": "g"},
                ":1": {"S": "a"},
                ":2": {"S": "b"},
                ":3": {"N": "1"},
            },
        },
    ),
    "query of an index with several attributes": (
        Query(
            TILE,
            TILE.indexes["ByAll"],
            ("a", 1, b"c", "d"),
            (
                SortCondition(Path(None, ("e",)), SortOp.EQ, (1,)),
                SortCondition(Path(None, ("f",)), SortOp.BEGINS_WITH, ("x",)),
            ),
        ),
        "Query",
        {
            "TableName": "t-Tiles",
            "IndexName": "ByAll",
            "KeyConditionExpression": "#0 = :0 AND #1 = :1 AND #2 = :2 AND #3 = :3 AND #4 = :4 "
            "AND begins_with(#5, :5)",
            "ExpressionAttributeNames": {f"#{n}": name for n, name in enumerate("abcdef")},
            "ExpressionAttributeValues": {
                ":0": {"S": "a"},
                ":1": {"N": "1"},
                ":2": {"B": "Yw=="},
                ":3": {"S": "d"},
                ":4": {"N": "1"},
                ":5": {"S": "x"},
            },
        },
    ),
    "query of what expires": (
        Query(SESSION, None, ("u",), now_epoch_s=9),
        "Query",
        {
            "TableName": "t-Sessions",
            "KeyConditionExpression": "#0 = :0",
            "FilterExpression": "NOT #1 <= :1",
            "ExpressionAttributeNames": {"#0": "user", "#1": "expiresAt"},
            "ExpressionAttributeValues": {":0": {"S": "u"}, ":1": {"N": "9"}},
        },
    ),
    "scan of a segment": (
        Scan(TEXT, TEXT.indexes["ByN"], segment=1, segments=4, consistent=True),
        "Scan",
        {
            "TableName": "t-Texts",
            "IndexName": "ByN",
            "Segment": 1,
            "TotalSegments": 4,
            "ConsistentRead": True,
        },
    ),
    "count": (Count(Scan(TEXT)), "Scan", {"TableName": "t-Texts", "Select": "COUNT"}),
    "batch get": (
        BatchGet(TEXT, (("g", "k"),), consistent=True),
        "BatchGetItem",
        {"RequestItems": {"t-Texts": {"Keys": [KEY], "ConsistentRead": True}}},
    ),
    "batch write": (
        BatchWrite((Put(PERSON, {"id": "a"}), Delete(PERSON, ("b",)))),
        "BatchWriteItem",
        {
            "RequestItems": {
                "t-People": [
                    {"PutRequest": {"Item": {"id": {"S": "a"}}}},
                    {"DeleteRequest": {"Key": {"id": {"S": "b"}}}},
                ]
            }
        },
    ),
    "transaction": (
        TransactWrite(
            (
                Put(PERSON, {"id": "a"}),
                Delete(TEXT, ("g", "k")),
                Check(PERSON, ("b",), Guard(condition=wire("name").has_type(Kind.S))),
            )
        ),
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Put": {"TableName": "t-People", "Item": {"id": {"S": "a"}}}},
                {"Delete": {"TableName": "t-Texts", "Key": KEY}},
                {
                    "ConditionCheck": {
                        "TableName": "t-People",
                        "Key": {"id": {"S": "b"}},
                        "ConditionExpression": "attribute_type(#0, :0)",
                        "ExpressionAttributeNames": {"#0": "name"},
                        "ExpressionAttributeValues": {":0": {"S": "S"}},
                        **OLD,
                    }
                },
            ],
            "ClientRequestToken": "token",
        },
    ),
    "read of one instant": (
        TransactGet((Get(PERSON, ("a",)), Get(TEXT, ("g", "k")))),
        "TransactGetItems",
        {
            "TransactItems": [
                {"Get": {"TableName": "t-People", "Key": {"id": {"S": "a"}}}},
                {"Get": {"TableName": "t-Texts", "Key": KEY}},
            ]
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_action_has_exactly_this_body(name: str) -> None:
    action, target, body = CASES[name]
    request = engine().compile(action)
    assert (request.payload.target, request.action) == (target, target)
    assert body_of(request) == body
    assert json.loads(request.payload.body)["ReturnConsumedCapacity"] == "TOTAL"


@pytest.fixture(scope="session")
def service_model() -> Any:
    return botocore.session.Session().get_service_model("dynamodb")


@pytest.mark.parametrize("name", CASES)
def test_botocore_knows_every_parameter(name: str, service_model: Any) -> None:
    action, target, _ = CASES[name]
    body = body_of(engine().compile(action))
    shape = service_model.operation_model(target).input_shape
    report = ParamValidator().validate(body, shape)
    assert not report.has_errors(), report.generate_report()
    assert set(body) <= set(shape.members)


SOON = Guard(now_epoch_s=9)


@pytest.mark.parametrize(
    ("action", "text"),
    [
        (Put(SESSION, {"user": "u", "session": "s"}, SOON), None),
        (
            Put(SESSION, {"user": "u", "session": "s"}, Guard(Expect.NOTHING, now_epoch_s=9)),
            "#1 <= :0 OR attribute_not_exists(#0)",
        ),
        (
            Delete(
                SESSION, ("u", "s"), Guard(condition=as_condition(wire("a") == 1), now_epoch_s=9)
            ),
            "NOT #1 <= :1 AND #0 = :0",
        ),
        (
            Delete(
                SESSION, ("u", "s"), Guard(condition=as_condition(wire("a") != 1), now_epoch_s=9)
            ),
            "#1 <= :1 OR #0 <> :0",
        ),
        (
            Update(SESSION, ("u", "s"), (wire("a").assign(1),), {}, Guard(now_epoch_s=9)),
            "NOT #1 <= :1",
        ),
        (
            Update(
                SESSION,
                ("u", "s"),
                (wire("a").assign(1),),
                {},
                Guard(Expect.SOMETHING, now_epoch_s=9),
            ),
            "NOT #2 <= :1 AND attribute_exists(#1)",
        ),
    ],
)
def test_expired_item_counts_as_absent_in_a_condition(action: Action, text: str | None) -> None:
    assert body_of(engine().compile(action)).get("ConditionExpression") == text


def test_expression_that_is_too_long_is_refused() -> None:
    condition = wire("a").is_in(*range(100))
    for _ in range(4):
        condition = condition | condition
    with refused(ErrorCode.INVALID_EXPRESSION):
        engine().compile(Scan(TEXT, filter=condition))


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"id": "a", "name": "\ud800"}, ErrorCode.INVALID_TEXT),
        ({"id": "a", "name": "x" * 410_000}, ErrorCode.ITEM_TOO_LARGE),
    ],
)
def test_item_that_dynamodb_refuses_is_not_sent(item: Any, code: ErrorCode) -> None:
    with refused(code):
        engine().compile(Put(PERSON, item))


def test_item_that_is_too_deep_for_json_is_refused() -> None:
    deep: Any = []
    for _ in range(300):
        deep = [deep]
    with refused(ErrorCode.TOO_DEEP):
        engine().compile(Put(PERSON, {"id": "a", "notes": deep}))
