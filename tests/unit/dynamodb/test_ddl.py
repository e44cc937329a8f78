"""Tables: what creates them, how long they are waited for, and what counts as different."""

from __future__ import annotations

import json
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.dynamodb.engines import Exchange, created, failed, live, ok
from trueup.engines.dynamodb.ddl.body import create_body
from trueup.engines.dynamodb.ddl.declared import declared, facts_of, index_facts_of
from trueup.engines.dynamodb.ddl.render import render
from trueup.engines.dynamodb.inspect.described import read_table
from trueup.engines.dynamodb.inspect.tables import inspect_table
from trueup.errors import ErrorCode, InvalidCall, Place
from trueup.model import DynamoDB, ExpiresAt, Index, Model, Scaling, Table
from trueup.model.description.check import describe
from trueup.schema.changes import (
    AddIndex,
    AddTable,
    Change,
    ChangeIndex,
    ChangeKey,
    DropIndex,
    DropTable,
    SetFact,
    SetStream,
    SetTtl,
)
from trueup.schema.diff import diff_table
from trueup.schema.facts import Json, Unknown, Value
from trueup.schema.severity import OF_FACT, OF_INDEX_FACT
from trueup.schema.tables import TableSchema
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


def schema_of(table: Table[Any], **facts: Json) -> TableSchema:
    schema = declared(describe(table), table.name)
    return replace(schema, facts={**schema.facts, "deletion_protection": False, **facts})


def body_of(table: Table[Any]) -> dict[str, Any]:
    return create_body(declared(describe(table), table.name))


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
    found = replace(read_table(live(table)["Table"]), ttl=schema_of(table).ttl)
    assert list(diff_table(schema_of(table), found)) == []


ABSENT = failed("ResourceNotFoundException")
NO_TTL = ok(TimeToLiveDescription={"TimeToLiveStatus": "DISABLED"})
NO_BACKUPS = ok(ContinuousBackupsDescription={})
BACKUPS = ok(
    ContinuousBackupsDescription={
        "PointInTimeRecoveryDescription": {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": 35,
        }
    }
)


def test_table_is_waited_for_and_what_create_table_cannot_say_follows() -> None:
    waiting = ok(**live(SESSIONS, TableStatus="CREATING"))
    exchange = Exchange(ABSENT, ok(), ABSENT, waiting, ok(**live(SESSIONS)), ok(), ok())
    exchange.run(created(SESSIONS))
    assert exchange.targets == [
        "DescribeTable",
        "CreateTable",
        *["DescribeTable"] * 3,
        "UpdateTimeToLive",
        "UpdateContinuousBackups",
    ]
    assert exchange.sent[-1][1] == {
        "TableName": "Sessions",
        "PointInTimeRecoverySpecification": {
            "PointInTimeRecoveryEnabled": True,
            "RecoveryPeriodInDays": 35,
        },
    }
    assert exchange.slept_s == [0.1, 0.2]


def test_recovery_that_an_interrupted_call_left_off_is_enabled() -> None:
    ttl = {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiresAt"}
    exchange = Exchange(ok(**live(SESSIONS)), ok(TimeToLiveDescription=ttl), NO_BACKUPS, ok())
    exchange.run(created(SESSIONS))
    assert exchange.targets[-1] == "UpdateContinuousBackups"


def test_table_that_is_there_is_left_alone() -> None:
    ttl = {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiresAt"}
    exchange = Exchange(ok(**live(SESSIONS)), ok(TimeToLiveDescription=ttl), BACKUPS)
    exchange.run(created(SESSIONS))
    assert exchange.targets == ["DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups"]


def test_table_that_others_are_making_is_waited_for() -> None:
    waiting = ok(**live(PEOPLE, TableStatus="CREATING"))
    exchange = Exchange(waiting, waiting, ok(**live(PEOPLE)), NO_TTL, BACKUPS)
    exchange.run(created(PEOPLE))
    assert exchange.slept_s == [0.1, 0.2]
    assert set(exchange.targets[:3]) == {"DescribeTable"}


def test_table_that_others_made_meanwhile_is_compared() -> None:
    made = failed("ResourceInUseException")
    other = ok(**live(TEXTS, GlobalSecondaryIndexes=[]))
    exchange = Exchange(ABSENT, made, other, ok(), other, NO_TTL, BACKUPS)
    with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
        exchange.run(created(TEXTS))
    assert refusal.says("index ByLabel is missing")


EXTRA = {
    "IndexName": "Extra",
    "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"KeySchema": [{"AttributeName": "key", "KeyType": "HASH"}]}, "the key is (key S), "),
        ({"GlobalSecondaryIndexes": []}, "index ByLabel is missing"),
        ({"GlobalSecondaryIndexes": [EXTRA]}, "index Extra is not declared"),
        ({"LocalSecondaryIndexes": []}, "index ByN is missing"),
        (
            {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}},
            "the stream is KEYS_ONLY, declared is off",
        ),
    ],
)
def test_table_that_differs_is_refused_and_left_alone(changed: Any, words: str) -> None:
    exchange = Exchange(ok(**live(TEXTS, **changed)), NO_TTL, BACKUPS)
    with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
        exchange.run(created(TEXTS))
    assert refusal.says(words)
    assert {target for target in exchange.targets if not target.startswith("Describe")} == set()


def test_table_that_expires_by_another_attribute_is_refused() -> None:
    ttl = ok(TimeToLiveDescription={"TimeToLiveStatus": "ENABLED", "AttributeName": "other"})
    with refused(ErrorCode.SCHEMA_MISMATCH) as refusal:
        Exchange(ok(**live(SESSIONS)), ttl, BACKUPS).run(created(SESSIONS))
    assert refusal.says("the ttl attribute is other, declared is expiresAt")


def test_ttl_that_is_off_is_switched_on() -> None:
    exchange = Exchange(ok(**live(SESSIONS)), NO_TTL, BACKUPS, ok())
    exchange.run(created(SESSIONS))
    assert exchange.sent[-1] == (
        "UpdateTimeToLive",
        {
            "TableName": "Sessions",
            "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expiresAt"},
        },
    )


@pytest.mark.parametrize(("attribute", "is_fine"), [("expiresAt", True), ("other", False)])
def test_ttl_that_others_switched_on_meanwhile_is_fine_if_it_is_the_same(
    attribute: str, is_fine: bool
) -> None:
    ttl = {"TimeToLiveStatus": "ENABLING", "AttributeName": attribute}
    refusal, look = failed("ValidationException"), ok(TimeToLiveDescription=ttl)
    exchange = Exchange(ok(**live(SESSIONS)), NO_TTL, BACKUPS, refusal, look)
    if is_fine:
        exchange.run(created(SESSIONS))
    else:
        with pytest.raises(InvalidCall):
            exchange.run(created(SESSIONS))


def test_backups_of_a_new_table_are_waited_for() -> None:
    early = failed("ContinuousBackupsUnavailableException")
    exchange = Exchange(ABSENT, ok(), ok(**live(PEOPLE)), early, early, ok())
    exchange.run(created(PEOPLE))
    assert exchange.targets[3:] == ["UpdateContinuousBackups"] * 3
    assert exchange.slept_s == [0.1, 0.2]


def test_server_without_backups_makes_tables() -> None:
    unknown = failed("UnknownOperationException")
    exchange = Exchange(ABSENT, ok(), ok(**live(PEOPLE)), unknown)
    exchange.run(created(PEOPLE))
    exchange = Exchange(ok(**live(PEOPLE)), NO_TTL, unknown)
    exchange.run(created(PEOPLE))


def test_fact_that_differs_is_no_reason_to_refuse_a_table() -> None:
    provisioned = {"BillingMode": "PROVISIONED"}
    exchange = Exchange(ok(**live(PEOPLE, BillingModeSummary=provisioned)), NO_TTL, BACKUPS)
    exchange.run(created(PEOPLE))


ON_DEMAND: dict[str, Json] = {
    "mode": "on_demand",
    "max_read_request_units": None,
    "max_write_request_units": None,
}
CAPPED: dict[str, Json] = {**ON_DEMAND, "max_read_request_units": 50}
PROVISIONED: dict[str, Json] = {"mode": "provisioned", "read_units": 5, "write_units": 2}
KEY = "arn:aws:kms:eu-west-1:1:key/1"


@pytest.mark.parametrize(
    ("described", "fact", "value"),
    [
        ({}, "billing", ON_DEMAND),
        ({"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}, "billing", ON_DEMAND),
        (
            {"OnDemandThroughput": {"MaxReadRequestUnits": 50, "MaxWriteRequestUnits": -1}},
            "billing",
            CAPPED,
        ),
        (
            {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2}},
            "billing",
            PROVISIONED,
        ),
        ({}, "table_class", "standard"),
        (
            {"TableClassSummary": {"TableClass": "STANDARD_INFREQUENT_ACCESS"}},
            "table_class",
            "infrequent_access",
        ),
        ({}, "encryption", {"type": "owned"}),
        ({"SSEDescription": {"Status": "DISABLED"}}, "encryption", {"type": "owned"}),
        (
            {"SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY}},
            "encryption",
            {"type": "kms", "key": KEY, "owner": Unknown("it was not read")},
        ),
        ({"DeletionProtectionEnabled": True}, "deletion_protection", True),
        ({}, "deletion_protection", False),
    ],
)
def test_fact_of_a_live_table(described: Any, fact: str, value: Json) -> None:
    assert read_table(live(PEOPLE, **described)["Table"]).facts[fact] == value


@pytest.mark.parametrize(
    ("recovery", "fact"),
    [
        ({}, {"enabled": False}),
        ({"PointInTimeRecoveryStatus": "DISABLED"}, {"enabled": False}),
        (
            {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 7},
            {"enabled": True, "days": 7},
        ),
        (
            {"PointInTimeRecoveryStatus": "ENABLED"},
            {"enabled": True, "days": Unknown("the server does not tell")},
        ),
    ],
)
def test_days_that_a_live_table_can_be_restored_to(recovery: Any, fact: Value) -> None:
    backups = ok(ContinuousBackupsDescription={"PointInTimeRecoveryDescription": recovery})
    operation = inspect_table("People", "People", Place("dynamodb"))
    found = Exchange(ok(**live(PEOPLE)), NO_TTL, backups).run(operation)
    assert found.schema.facts["pitr"] == fact


def targets_and_bodies(*changes: Change) -> list[tuple[str, Any]]:
    """What is sent for changes, the waits left out."""
    sent = [step.request for step in render(changes, {}, {})]
    found = [(request.action, json.loads(request.payload.body)) for request in sent]
    assert all(body.pop("TableName") == "Tokens" for _, body in found)
    return [(action, body) for action, body in found if action != "DescribeTable"]


SCHEMA = schema_of(TOKENS)
BY_RANK = SCHEMA.indexes["ByRank"]
BY_RANK_BODY = {
    "IndexName": "ByRank",
    "KeySchema": [{"AttributeName": "rank", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["expires_at", "note"]},
}
CREATE_BY_RANK = (
    "UpdateTable",
    {
        "AttributeDefinitions": [{"AttributeName": "rank", "AttributeType": "N"}],
        "GlobalSecondaryIndexUpdates": [{"Create": BY_RANK_BODY}],
    },
)
DROP_BY_RANK = (
    "UpdateTable",
    {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ByRank"}}]},
)


def ttl_of(attribute: str, enabled: bool) -> tuple[str, Any]:
    setting = {"Enabled": enabled, "AttributeName": attribute}
    return "UpdateTimeToLive", {"TimeToLiveSpecification": setting}


LOOK_AT_TTL: tuple[str, Any] = ("DescribeTimeToLive", {})


def stream_of(view: str) -> tuple[str, Any]:
    on = {"StreamEnabled": True, "StreamViewType": view} if view else {"StreamEnabled": False}
    return "UpdateTable", {"StreamSpecification": on}


def switched(**throughput: Any) -> tuple[str, Any]:
    indexes = [{"Update": {"IndexName": name, **throughput}} for name in ("ByOwner", "ByRank")]
    updates = {"GlobalSecondaryIndexUpdates": indexes}
    return "UpdateTable", {"BillingMode": "PROVISIONED", **throughput, **updates}


def index_set(name: str, **throughput: Any) -> tuple[str, Any]:
    update = {"Update": {"IndexName": name, **throughput}}
    return "UpdateTable", {"GlobalSecondaryIndexUpdates": [update]}


UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2}
MORE_UNITS: dict[str, Json] = {**PROVISIONED, "read_units": 9}
NO_INDEX_CAP = {"max_read_request_units": None, "max_write_request_units": None}
WARM = {"read_units_per_second": 13_000, "write_units_per_second": 5_000}
WARM_BODY = {"WarmThroughput": {"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 5_000}}
CAP = {"MaxReadRequestUnits": 50, "MaxWriteRequestUnits": -1}
NO_CAP = {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1}
SSE = {"Enabled": True, "SSEType": "KMS"}


@pytest.mark.parametrize(
    ("change", "sent"),
    [
        (DropTable(SCHEMA), [("DeleteTable", {})]),
        (AddIndex(SCHEMA, BY_RANK), [CREATE_BY_RANK]),
        (DropIndex(SCHEMA, BY_RANK), [DROP_BY_RANK]),
        (ChangeIndex(SCHEMA, BY_RANK, BY_RANK), [DROP_BY_RANK, CREATE_BY_RANK]),
        (SetTtl(SCHEMA, None, "a"), [ttl_of("a", True)]),
        (SetTtl(SCHEMA, "a", "b"), [ttl_of("a", False), LOOK_AT_TTL, ttl_of("b", True)]),
        (SetStream(SCHEMA, "OLD_IMAGE", None), [stream_of("")]),
        (SetStream(SCHEMA, "OLD_IMAGE", "NEW_IMAGE"), [stream_of(""), stream_of("NEW_IMAGE")]),
        (
            SetFact(SCHEMA, "billing", ON_DEMAND, PROVISIONED),
            [switched(ProvisionedThroughput=UNITS)],
        ),
        (
            SetFact(SCHEMA, "billing", PROVISIONED, MORE_UNITS),
            [("UpdateTable", {"ProvisionedThroughput": {**UNITS, "ReadCapacityUnits": 9}})],
        ),
        (
            SetFact(SCHEMA, "billing", PROVISIONED, CAPPED),
            [("UpdateTable", {"BillingMode": "PAY_PER_REQUEST", "OnDemandThroughput": CAP})],
        ),
        (
            SetFact(SCHEMA, "billing", PROVISIONED, ON_DEMAND),
            [("UpdateTable", {"BillingMode": "PAY_PER_REQUEST"})],
        ),
        (
            SetFact(SCHEMA, "billing", ON_DEMAND, CAPPED),
            [("UpdateTable", {"OnDemandThroughput": CAP})],
        ),
        (
            SetFact(SCHEMA, "billing", CAPPED, ON_DEMAND),
            [("UpdateTable", {"OnDemandThroughput": NO_CAP})],
        ),
        (
            SetFact(SCHEMA, "billing", ON_DEMAND, CAPPED, "ByRank"),
            [index_set("ByRank", OnDemandThroughput=CAP)],
        ),
        (
            SetFact(SCHEMA, "billing", CAPPED, NO_INDEX_CAP, "ByRank"),
            [index_set("ByRank", OnDemandThroughput=NO_CAP)],
        ),
        (
            SetFact(SCHEMA, "billing", {}, {"read_units": 5, "write_units": 2}, "ByRank"),
            [index_set("ByRank", ProvisionedThroughput=UNITS)],
        ),
        (SetFact(SCHEMA, "warm_throughput", None, WARM), [("UpdateTable", WARM_BODY)]),
        (
            SetFact(SCHEMA, "warm_throughput", None, WARM, "ByRank"),
            [index_set("ByRank", **WARM_BODY)],
        ),
        (
            SetFact(SCHEMA, "table_class", "standard", "infrequent_access"),
            [("UpdateTable", {"TableClass": "STANDARD_INFREQUENT_ACCESS"})],
        ),
        (
            SetFact(SCHEMA, "encryption", {"type": "owned"}, {"type": "kms"}),
            [("UpdateTable", {"SSESpecification": SSE})],
        ),
        (
            SetFact(SCHEMA, "encryption", {"type": "kms"}, {"type": "owned"}),
            [("UpdateTable", {"SSESpecification": {"Enabled": False}})],
        ),
        (
            SetFact(SCHEMA, "deletion_protection", False, True),
            [("UpdateTable", {"DeletionProtectionEnabled": True})],
        ),
        (
            SetFact(SCHEMA, "pitr", {"enabled": True, "days": 35}, {"enabled": False}),
            [
                (
                    "UpdateContinuousBackups",
                    {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False}},
                )
            ],
        ),
    ],
)
def test_change_is_sent_as(change: Change, sent: list[tuple[str, Any]]) -> None:
    assert targets_and_bodies(change) == sent


def test_each_change_of_a_table_is_waited_for() -> None:
    steps = render([ChangeIndex(SCHEMA, BY_RANK, BY_RANK)], {}, {})
    assert [step.comment for step in steps] == [
        "drop the index ByRank of Tokens",
        "wait until the index ByRank of Tokens is gone",
        "create the index ByRank of Tokens",
        "wait until the index ByRank of Tokens is built",
    ]


def test_tables_are_all_asked_for_before_the_first_is_waited_for() -> None:
    steps = render([AddTable(schema_of(PEOPLE)), AddTable(SCHEMA)], {}, {})
    assert [step.comment for step in steps] == [
        "create People",
        "create Tokens",
        "wait until People can be used",
        "People can be restored to any of the last 35 days",
        "wait until Tokens can be used",
        "expire items by expires_at in Tokens",
        "Tokens can be restored to any of the last 35 days",
    ]


LOCAL = schema_of(TEXTS).indexes["ByN"]


@pytest.mark.parametrize(
    "change",
    [
        AddIndex(SCHEMA, LOCAL),
        DropIndex(SCHEMA, LOCAL),
        ChangeIndex(SCHEMA, LOCAL, BY_RANK),
        ChangeKey(SCHEMA, SCHEMA),
        SetFact(SCHEMA, "colour", "red", "blue"),
    ],
)
def test_change_that_dynamodb_does_not_make_is_refused(change: Change) -> None:
    with refused(ErrorCode.SCHEMA_MISMATCH):
        render([change], {}, {})


FACTS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"deletion_protection": True}, {"DeletionProtectionEnabled": True}),
    ({"table_class": "infrequent_access"}, {"TableClass": "STANDARD_INFREQUENT_ACCESS"}),
    ({"tags": {"team": "shop"}}, {"Tags": [{"Key": "team", "Value": "shop"}]}),
    ({"encryption": "aws_managed"}, {"SSESpecification": SSE}),
    (
        {"encryption": "customer", "kms_key_arn": KEY},
        {"SSESpecification": {**SSE, "KMSMasterKeyId": KEY}},
    ),
    (
        {"billing": "provisioned", "read_units": 5, "write_units": 2},
        {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS},
    ),
    (
        {"max_read_request_units": 50, "max_write_request_units": 20},
        {"OnDemandThroughput": {**CAP, "MaxWriteRequestUnits": 20}},
    ),
    ({"max_read_request_units": 50}, {"OnDemandThroughput": CAP}),
    ({"warm_read_units_per_second": 13_000, "warm_write_units_per_second": 5_000}, WARM_BODY),
]
LATER = {"pitr_days", "contributor_insights", "resource_policy"}
"""Settings that have requests of their own, once the table is there."""
OF_TEMPLATES = {"removal", "former_ttl", "scaling", "write_scaling"}
"""Settings that CreateTable has not: see tests/infra."""


def test_every_setting_has_an_effect() -> None:
    names = {name for declared_facts, _ in FACTS for name in declared_facts}
    assert names | LATER | OF_TEMPLATES == {field.name for field in dataclass_fields(DynamoDB)}


@pytest.mark.parametrize(("declared_facts", "fields"), FACTS)
def test_table_is_made_with_its_declared_facts(
    declared_facts: dict[str, Any], fields: dict[str, Any]
) -> None:
    facts = DynamoDB(**declared_facts)
    plain, made = (
        body_of(Table("People", PEOPLE.model, partition="id", dynamodb=facts))
        for facts in (DynamoDB(), facts)
    )
    assert made == {**plain, **fields}


@pytest.mark.parametrize(("declared_facts", "fields"), FACTS[-3:])
def test_index_has_the_units_of_its_table(
    declared_facts: dict[str, Any], fields: dict[str, Any]
) -> None:
    facts = DynamoDB(**declared_facts)
    index = Index("ByName", partition="name")
    table = Table("People", PEOPLE.model, partition="id", indexes=[index], dynamodb=facts)
    (made,) = body_of(table)["GlobalSecondaryIndexes"]
    units = {name: value for name, value in fields.items() if name != "BillingMode"}
    assert made.items() >= units.items()


EVERY_SETTING = (
    DynamoDB(
        max_read_request_units=1,
        max_write_request_units=1,
        table_class="infrequent_access",
        pitr_days=1,
        deletion_protection=True,
        encryption="customer",
        kms_key_arn="alias/shop",
        warm_read_units_per_second=1,
        warm_write_units_per_second=1,
        contributor_insights="throttled_keys",
        resource_policy={},
        tags={"team": "shop"},
        removal="keep",
        former_ttl="due",
    ),
    DynamoDB(
        billing="provisioned",
        read_units=1,
        write_units=1,
        scaling=Scaling(least=1, most=2),
        write_scaling=Scaling(least=1, most=3),
    ),
)


def test_every_fact_has_a_severity_of_its_own() -> None:
    """Else a difference of it would weigh as one that nobody has thought of."""
    unset = [
        setting.name
        for setting in dataclass_fields(DynamoDB)
        if all(
            getattr(one, setting.name) == getattr(DynamoDB(), setting.name) for one in EVERY_SETTING
        )
    ]
    assert unset == []
    assert {name for one in EVERY_SETTING for name in facts_of(one)} <= OF_FACT.keys()
    assert {name for one in EVERY_SETTING for name in index_facts_of(one)} <= OF_INDEX_FACT
