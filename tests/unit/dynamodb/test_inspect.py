"""What is read of live tables, from recorded replies: facts, and what cannot be known."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from tests.unit.dynamodb.engines import Recorded, failed, ok
from tests.unit.dynamodb.jobs import ARN, DESCRIBED, SOME, declare, index, recorded
from trueup.engines.dynamodb.inspect.listings import MOST_PAGES
from trueup.engines.dynamodb.inspect.owners import manager_in
from trueup.engines.dynamodb.inspect.tables import inspect_table, list_tables
from trueup.errors import ErrorCode, NeedsOperator, Place, Unavailable
from trueup.schema.diff import diff_table, unseen
from trueup.schema.engine import LiveTable
from trueup.schema.facts import Unknown, known
from trueup.schema.plan import fingerprint, make_plan
from trueup.schema.tables import TableSchema
from trueup.schema.verify import verify_table
from trueup.testing.suite.harness.refusals import refused

KEY = "arn:aws:kms:eu-west-1:111122223333:key/0f"


def read(wanted: TableSchema | None = None, looks: Any = None, **described: Any) -> LiveTable:
    live: LiveTable = recorded(looks, **described).run(
        inspect_table("Jobs", "Jobs", Place("dynamodb"), wanted=wanted, all_facts=True)
    )
    return live


def differences(wanted: TableSchema, live: LiveTable) -> list[str]:
    return [
        f"{'.'.join(one.difference.path)} {one.verdict}"
        for one in verify_table(wanted, live)
        if one.verdict != "agrees"
    ]


def test_table_as_declared_agrees_in_every_fact() -> None:
    live = read(declare())
    assert differences(declare(), live) == []
    assert (live.schema.source, live.identity) == (ARN, f"{ARN} one")
    assert (live.items, live.item_bytes) == (1_200_000, 1_100_000_000)
    assert live.busy == {}


def test_only_what_create_tables_compares_costs_requests() -> None:
    server = recorded()
    live = server.run(inspect_table("Jobs", "Jobs", Place("dynamodb")))
    assert server.actions == ["DescribeTable", "DescribeTimeToLive", "DescribeContinuousBackups"]
    assert live.schema.facts["tags"] == Unknown("it was not read")


@pytest.mark.case("S1")
def test_warm_throughput_that_aws_raised_is_no_difference() -> None:
    warm = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 37_240, "Status": "ACTIVE"}
    indexes = [
        index("ByState", "state", Projection=SOME, WarmThroughput=warm),
        index("ByRank", "rank"),
    ]
    live = read(declare(), GlobalSecondaryIndexes=indexes)
    assert differences(declare(), live) == []
    assert make_plan({"Jobs": declare()}, {"Jobs": live}, owned=["Jobs"]).changes == ()
    shown = live.schema.indexes["ByState"].facts["warm_throughput"]
    assert shown == {"read_units_per_second": 12_000, "write_units_per_second": 37_240}


@pytest.mark.parametrize(
    ("units", "found"), [(12_000, []), (11_000, []), (13_000, ["read_units_per_second"])]
)
def test_declared_warm_throughput_is_the_least(units: int, found: list[str]) -> None:
    wanted = declare(warm_read_units_per_second=units, warm_write_units_per_second=4_000)
    paths = ["warm_throughput", "index.ByRank.warm_throughput", "index.ByState.warm_throughput"]
    lacking = {f"{path}.{name} differs" for name in found for path in paths}
    assert set(differences(wanted, read(wanted))) == lacking


@pytest.mark.case("S2")
def test_order_of_lists_makes_no_difference() -> None:
    tags = [{"Key": name, "Value": "x"} for name in "abcdef"]
    wanted = declare(tags=dict.fromkeys("abcdef", "x"))
    mixed = random.Random(2)
    prints = set()
    for _ in range(100):
        described = {
            name: mixed.sample(DESCRIBED[name], len(DESCRIBED[name]))
            for name in ("AttributeDefinitions", "GlobalSecondaryIndexes")
        }
        listed = {"ListTagsOfResource": ok(Tags=mixed.sample(tags, len(tags)))}
        live = read(wanted, listed, **described)
        assert differences(wanted, live) == []
        prints.add(fingerprint({"Jobs": wanted}, {"Jobs": live}))
    assert len(prints) == 1


@pytest.mark.case("S4")
@pytest.mark.parametrize("status", ["DISABLED", "DISABLING"])
def test_expiry_that_is_off_with_a_name_is_absent(status: str) -> None:
    off = ok(TimeToLiveDescription={"TimeToLiveStatus": status, "AttributeName": "gone"})
    live = read(declare(), {"DescribeTimeToLive": off})
    assert live.schema.ttl is None
    assert list(diff_table(declare(), live.schema)) == []


SSE = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY}


def described_key(arn: str, manager: str = "CUSTOMER") -> Any:
    return ok(KeyMetadata={"Arn": arn, "KeyManager": manager})


DENIED = failed("AccessDeniedException")


@pytest.mark.case("S5")
@pytest.mark.parametrize(
    ("reply", "verdicts"),
    [
        (described_key(KEY), []),
        (described_key(f"{KEY}-another"), ["encryption.key differs"]),
        (DENIED, ["encryption.key unknown"]),
        (failed("InternalFailure", 500), ["encryption.key unknown"]),
    ],
    ids=["same key", "another key", "not permitted", "no answer"],
)
def test_alias_is_compared_by_the_key_it_names(reply: Any, verdicts: list[str]) -> None:
    wanted = declare(encryption="customer", kms_key_arn="alias/jobs")
    live = read(wanted, {"DescribeKey": reply}, SSEDescription=SSE)
    assert differences(wanted, live) == verdicts
    reasons = ("the credentials do not allow kms:DescribeKey on alias/jobs", "kms:DescribeKey of")
    assert all(one.reason.startswith(reasons) for one in unseen(wanted, live.schema))


@pytest.mark.parametrize(
    ("reply", "verdicts"),
    [
        (described_key(KEY, "AWS"), []),
        (described_key(KEY), ["encryption.owner differs"]),
        (DENIED, ["encryption.owner unknown"]),
    ],
    ids=["of AWS", "of a customer", "not permitted"],
)
def test_key_of_a_customer_is_not_one_of_aws(reply: Any, verdicts: list[str]) -> None:
    wanted = declare(encryption="aws_managed")
    live = read(wanted, {"DescribeKey": reply}, SSEDescription=SSE)
    assert differences(wanted, live) == verdicts


def test_key_that_is_declared_by_its_arn_needs_no_permission() -> None:
    wanted = declare(encryption="customer", kms_key_arn=KEY)
    live = read(wanted, {"DescribeKey": DENIED}, SSEDescription=SSE)
    assert differences(wanted, live) == []


OPTIONAL = {
    "DescribeTimeToLive": "ttl",
    "DescribeContinuousBackups": "pitr",
    "DescribeContributorInsights": "contributor_insights",
    "GetResourcePolicy": "resource_policy",
    "ListTagsOfResource": "tags",
}


@pytest.mark.parametrize("action", OPTIONAL)
@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("AccessDeniedException", "the credentials do not allow dynamodb:{action} on {arn}"),
        ("UnknownOperationException", "the server does not implement {action}"),
    ],
)
def test_fact_that_cannot_be_read_is_unknown(action: str, code: str, why: str) -> None:
    wanted = declare(contributor_insights="off", resource_policy={}, tags={"a": "b"})
    live = read(wanted, {action: failed(code)})
    facts = [live.schema.ttl, *live.schema.facts.values()]
    facts += [fact for one in live.schema.indexes.values() for fact in one.facts.values()]
    found = {fact.why for fact in facts if isinstance(fact, Unknown)}
    of = [""]
    if action == "DescribeContributorInsights":
        of += ["/index/ByRank", "/index/ByState"]
    assert found == {why.format(action=action, arn=ARN + one) for one in of}
    name = OPTIONAL[action]
    assert name in {path for one in unseen(wanted, live.schema) for path in one.path}
    assert known(live.schema.ttl if name == "ttl" else live.schema.facts[name]) is None


@pytest.mark.case("S22")
def test_table_that_may_not_be_described_is_not_taken_for_missing() -> None:
    words = (
        "User: arn:aws:iam::1:user/u is not authorized to perform: dynamodb:DescribeTable on "
        f"resource: {ARN}"
    )
    denied_reply = failed("AccessDeniedException", message=words)
    server = Recorded({"DescribeTable": denied_reply})
    with refused(ErrorCode.ACCESS_DENIED) as refusal:
        server.run(inspect_table("Jobs", "Jobs", Place("dynamodb"), all_facts=True))
    assert refusal.says("dynamodb:DescribeTable")
    assert isinstance(refusal.error, NeedsOperator)
    assert ARN in refusal.error.reply
    assert refusal.error.reply_is_shown
    assert server.actions == ["DescribeTable"]


@pytest.mark.case("S15")
def test_index_that_is_built_is_busy_and_not_asked_about() -> None:
    building = index("ByRank", "rank", IndexStatus="CREATING", Backfilling=True)
    indexes = [index("ByState", "state", Projection=SOME), building]
    server = recorded(GlobalSecondaryIndexes=indexes)
    live = server.run(
        inspect_table("Jobs", "Jobs", Place("dynamodb"), wanted=declare(), all_facts=True)
    )
    assert not live.is_usable
    assert live.busy == {"index ByRank": "CREATING, backfilling"}
    assert differences(declare(), live) == ["index.ByRank unknown"]
    asked = [body.get("IndexName") for action, body in server.asked if "Insights" in action]
    assert "ByRank" not in asked


@pytest.mark.parametrize(
    ("described", "busy"),
    [
        ({"TableStatus": "CREATING"}, {"table": "CREATING"}),
        ({"SSEDescription": {**SSE, "Status": "UPDATING"}}, {"encryption": "UPDATING"}),
    ],
)
def test_what_changes_is_said(described: Any, busy: dict[str, str]) -> None:
    assert read(declare(), {"DescribeKey": DENIED}, **described).busy == busy


@pytest.mark.parametrize("status", ["ENABLED", "ENABLING", "UPDATING"])
def test_key_that_is_being_changed_is_the_one_that_is_told(status: str) -> None:
    wanted = declare(encryption="customer", kms_key_arn=KEY)
    live = read(wanted, {"DescribeKey": DENIED}, SSEDescription={**SSE, "Status": status})
    assert differences(wanted, live) == []


@pytest.mark.case("S24")
def test_what_only_a_creation_can_say_is_not_compared() -> None:
    """A table that was imported or restored differs in nothing that is declared."""
    live = read(
        declare(),
        RestoreSummary={"RestoreInProgress": False, "SourceBackupArn": f"{ARN}/backup/1"},
        ImportSourceSpecification={"InputFormat": "CSV"},
        TableClassSummary={"TableClass": "STANDARD"},
        GlobalTableVersion="2019.11.21",
    )
    assert differences(declare(), live) == []


@pytest.mark.parametrize(
    ("reply", "fact"),
    [
        (ok(ContributorInsightsStatus="DISABLED"), {"enabled": False}),
        (ok(ContributorInsightsStatus="DISABLING"), {"enabled": False}),
        (
            ok(ContributorInsightsStatus="ENABLED", ContributorInsightsMode="THROTTLED_KEYS"),
            {"enabled": True, "mode": "throttled_keys"},
        ),
        (
            ok(ContributorInsightsStatus="ENABLING"),
            {"enabled": True, "mode": Unknown("the server does not tell")},
        ),
    ],
)
def test_contributor_insights_are_read(reply: Any, fact: Any) -> None:
    live = read(None, {"DescribeContributorInsights": reply})
    assert live.schema.facts["contributor_insights"] == fact
    assert live.schema.indexes["ByRank"].facts["contributor_insights"] == fact


def test_tags_are_read_on_all_pages_without_those_of_aws() -> None:
    pages = [
        ok(Tags=[{"Key": "a", "Value": "1"}], NextToken="next"),
        ok(Tags=[{"Key": "aws:cloudformation:stack-name", "Value": "shop"}]),
    ]
    server = recorded({"ListTagsOfResource": pages})
    live = server.run(inspect_table("Jobs", "Jobs", Place("dynamodb"), all_facts=True))
    assert live.schema.facts["tags"] == {"a": "1"}
    assert live.managed_by == "the CloudFormation stack shop"
    tokens = [body.get("NextToken") for action, body in server.asked if "Tags" in action]
    assert tokens == [None, "next"]


@pytest.mark.parametrize(
    ("tags", "manager"),
    [
        ({}, ""),
        ({"team": "shop", "Owner": "terraform lovers"}, ""),
        ({"managed-by": "trueup"}, ""),
        ({"ManagedBy": "Terraform"}, "Terraform"),
        ({"managed_by": "opentofu 1.8"}, "OpenTofu"),
        ({"terraform": "true"}, "Terraform"),
        ({"Terraform": "false"}, ""),
        ({"pulumi:project": "shop"}, "Pulumi"),
        (
            {"aws:cloudformation:stack-name": "s\n  to do: \x1b[2J"},
            r"the CloudFormation stack s\n  to do: \x1b[2J",
        ),
        ({"aws:cloudformation:stack-name": "s", "terraform": "true"}, "the CloudFormation stack s"),
    ],
)
def test_tool_that_manages_a_table_is_found_in_its_tags(tags: dict[str, str], manager: str) -> None:
    assert manager_in(tags) == manager


def test_tables_are_listed_on_all_pages() -> None:
    """AWS lists a hundred at a time."""
    names = [f"Table{number:03}" for number in range(250)]
    pages = [
        ok(TableNames=names[200:], LastEvaluatedTableName="a"),
        ok(TableNames=names[:100], LastEvaluatedTableName="b"),
        ok(TableNames=names[100:200]),
    ]
    server = Recorded({"ListTables": pages})
    assert server.run(list_tables(Place("dynamodb"))) == names
    starts = [body.get("ExclusiveStartTableName") for _, body in server.asked]
    assert starts == [None, "a", "b"]


def test_policy_is_read_in_the_words_of_the_declaration() -> None:
    said = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "read",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                "Action": ["dynamodb:Query", "dynamodb:GetItem"],
                "Resource": [ARN, f"{ARN}/index/*"],
            }
        ],
    }
    wanted = declare(
        resource_policy={
            "Version": "2012-10-17",
            "Statement": {
                "Sid": "read",
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": ["dynamodb:GetItem", "dynamodb:Query"],
            },
        }
    )
    live = read(wanted, {"GetResourcePolicy": ok(Policy=json.dumps(said))})
    assert differences(wanted, live) == []
    said["Statement"][0]["Action"] = "dynamodb:*"  # type: ignore[index]  # JSON is what it is
    live = read(wanted, {"GetResourcePolicy": ok(Policy=json.dumps(said))})
    assert differences(wanted, live) == ["resource_policy differs"]


def test_server_that_tells_no_warm_throughput_makes_it_unknown() -> None:
    wanted = declare(warm_read_units_per_second=1, warm_write_units_per_second=1)
    none = {"ReadUnitsPerSecond": 0, "WriteUnitsPerSecond": 0}
    assert "warm_throughput unknown" in differences(wanted, read(wanted, WarmThroughput=none))


def test_fact_that_a_server_is_known_to_drop_is_unknown_there_and_nowhere_else() -> None:
    arn = "arn:aws:dynamodb:ddblocal:000000000000:table/Jobs"
    assert differences(declare(), read(declare(), TableArn=arn)) == [
        "table_class unknown",
        "encryption unknown",
    ]
    assert differences(declare(), read(declare(), TableArn=ARN)) == []


@pytest.mark.parametrize(
    "described",
    [
        {"TableName": "Others"},
        {"TableName": ""},
        {"TableStatus": None},
        {"KeySchema": []},
        {"KeySchema": "HASH"},
        {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": ["S"]}]},
        {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "X"}]},
        {"DeletionProtectionEnabled": "no"},
        {"DeletionProtectionEnabled": 0},
        {"BillingModeSummary": []},
        {"BillingModeSummary": {"BillingMode": "FREE"}},
        {"ProvisionedThroughput": {"ReadCapacityUnits": True}},
        {"OnDemandThroughput": {"MaxReadRequestUnits": "5"}},
        {"SSEDescription": {"Status": "ENABLED", "KMSMasterKeyArn": {}}},
        {"SSEDescription": {"Status": ["ENABLED"]}},
        {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": {}}},
        {"StreamSpecification": {"StreamEnabled": "no", "StreamViewType": "KEYS_ONLY"}},
        {"TableClassSummary": {"TableClass": 3}},
        {"WarmThroughput": {"ReadUnitsPerSecond": "1", "WriteUnitsPerSecond": 1}},
        {"ItemCount": "many"},
        {"GlobalSecondaryIndexes": {}},
        {"GlobalSecondaryIndexes": [index("ByRank", "rank", Projection=[])]},
        {"GlobalSecondaryIndexes": [index("ByRank", "rank", Projection={"NonKeyAttributes": "a"})]},
        {"GlobalSecondaryIndexes": [index("ByRank", "rank", IndexStatus=1)]},
        {
            "GlobalSecondaryIndexes": [
                index("ByRank", "rank", IndexStatus="CREATING", Backfilling=1)
            ]
        },
    ],
)
def test_description_of_another_table_or_kind_is_refused(described: Any) -> None:
    with refused(Unavailable) as refusal:
        read(**described)
    assert refusal.says("not one of DynamoDB's", "Jobs")


@pytest.mark.parametrize(
    ("action", "reply"),
    [
        ("DescribeTimeToLive", {"TimeToLiveDescription": []}),
        ("DescribeTimeToLive", {"TimeToLiveDescription": {"TimeToLiveStatus": ["ENABLED"]}}),
        (
            "DescribeTimeToLive",
            {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": {}}},
        ),
        ("DescribeContinuousBackups", {"ContinuousBackupsDescription": ""}),
        (
            "DescribeContinuousBackups",
            {
                "ContinuousBackupsDescription": {
                    "PointInTimeRecoveryDescription": {
                        "PointInTimeRecoveryStatus": "ENABLED",
                        "RecoveryPeriodInDays": "35",
                    }
                }
            },
        ),
        ("DescribeContributorInsights", {"ContributorInsightsStatus": 1}),
        (
            "DescribeContributorInsights",
            {"ContributorInsightsStatus": "ENABLED", "ContributorInsightsMode": {"a": 1}},
        ),
        ("ListTagsOfResource", {"Tags": {"a": "b"}}),
        ("ListTagsOfResource", {"Tags": ["a"]}),
        ("GetResourcePolicy", {"Policy": "[]"}),
        ("GetResourcePolicy", {"Policy": '{"a":' * 5000 + "1" + "}" * 5000}),
    ],
)
def test_fact_of_another_kind_is_refused(action: str, reply: Any) -> None:
    with refused(Unavailable) as refusal:
        read(looks={action: ok(**reply)})
    assert refusal.says("not one of DynamoDB's")


@pytest.mark.parametrize("page", [{"NextToken": "same"}, {"Tags": [], "NextToken": "same"}])
def test_tags_that_never_end_are_refused(page: Any) -> None:
    with refused(Unavailable) as refusal:
        read(looks={"ListTagsOfResource": ok(**page)})
    assert refusal.says("not one of DynamoDB's")


def test_names_that_never_end_are_refused() -> None:
    same = recorded({"ListTables": ok(TableNames=["Jobs"], LastEvaluatedTableName="Jobs")})
    with refused(Unavailable):
        same.run(list_tables(Place("dynamodb")))
    assert len(same.asked) == 2
    new = [ok(TableNames=[], LastEvaluatedTableName=str(page)) for page in range(MOST_PAGES + 1)]
    ever = recorded({"ListTables": new})
    with refused(Unavailable):
        ever.run(list_tables(Place("dynamodb")))
    assert len(ever.asked) == MOST_PAGES + 1


@pytest.mark.parametrize("names", ["Jobs", ["Jobs", 3], {"Jobs": 1}])
def test_names_of_another_kind_are_refused(names: Any) -> None:
    with refused(Unavailable):
        recorded({"ListTables": ok(TableNames=names)}).run(list_tables(Place("dynamodb")))
