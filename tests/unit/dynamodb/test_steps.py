"""Steps: what each sends, when it is done, and what a second attempt finds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.dynamodb.engines import Recorded, failed, ok
from tests.unit.dynamodb.jobs import ARN, DESCRIBED, LOOKS, SOME, declare, index
from trueup.engines.dynamodb.ddl.estimates import index_estimate
from trueup.engines.dynamodb.ddl.render import render
from trueup.engines.dynamodb.inspect.described import read_live
from trueup.engines.dynamodb.permissions import NEEDS
from trueup.engines.dynamodb.wire.http.reply import Reply
from trueup.errors import ErrorCode, InvalidCall, NeedsOperator
from trueup.operations.operation import send
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
from trueup.schema.engine import LiveTable, Progress, Step
from trueup.schema.tables import TableSchema
from trueup.testing.suite.harness.refusals import refused

SCHEMA = declare()
BY_RANK = SCHEMA.indexes["ByRank"]
LIVE = read_live(DESCRIBED)


def steps_of(*changes: Change, live: LiveTable | None = LIVE) -> list[Step]:
    return render(changes, {}, {} if live is None else {"Jobs": live})


def sent(*changes: Change, live: LiveTable | None = LIVE) -> list[tuple[str, Any]]:
    """What the changing steps send first."""
    found = []
    for step in steps_of(*changes, live=live):
        body = json.loads(step.request.payload.body)
        body.pop("TableName", None)
        found += [(step.request.action, body)] if step.changes else []
    return found


def tried(step: Step, replies: Mapping[str, Reply]) -> tuple[Progress, list[str]]:
    server = Recorded(replies)
    progress: Progress = server.run(send(step.request))
    return progress, server.actions


def table(**changed: Any) -> Reply:
    return ok(Table={**DESCRIBED, **changed})


IN_USE = failed("ResourceInUseException")
INVALID = failed("ValidationException")
AT_ONCE = "Only 1 online index can be created or deleted simultaneously per table"
LIMIT = failed("LimitExceededException", message=f"Subscriber limit exceeded: {AT_ONCE}")
TODAY = "Subscriber limit exceeded: Update to PayPerRequest mode are limited to once in 1 day(s)."
NOT_FOUND = failed("ResourceNotFoundException")
BUILDING = index("ByRank", "rank", IndexStatus="CREATING", Backfilling=True)
BY_STATE = index("ByState", "state", Projection=SOME)
LEAVING = index("ByRank", "rank", IndexStatus="DELETING")


@pytest.mark.parametrize("refusal", [IN_USE, INVALID, LIMIT], ids=["in use", "invalid", "limit"])
def test_index_that_an_earlier_attempt_asked_for_is_not_asked_for_again(refusal: Reply) -> None:
    step, wait = steps_of(AddIndex(SCHEMA, BY_RANK))
    building = table(GlobalSecondaryIndexes=[BY_STATE, BUILDING])
    progress, actions = tried(step, {"UpdateTable": refusal, "DescribeTable": building})
    assert (progress.is_done, actions) == (True, ["UpdateTable", "DescribeTable"])
    progress, _ = tried(wait, {"DescribeTable": building})
    assert progress == Progress(is_done=False, note="index ByRank is CREATING, backfilling")
    assert tried(wait, {"DescribeTable": table()})[0].is_done
    assert not tried(wait, {"DescribeTable": table(GlobalSecondaryIndexes=[BY_STATE])})[0].is_done


def test_index_of_that_name_that_is_being_dropped_is_waited_for() -> None:
    step, _ = steps_of(AddIndex(SCHEMA, BY_RANK))
    leaving = table(GlobalSecondaryIndexes=[BY_STATE, LEAVING])
    progress, _ = tried(step, {"UpdateTable": IN_USE, "DescribeTable": leaving})
    assert not progress.is_done
    assert progress.note


@pytest.mark.parametrize("refusal", [NOT_FOUND, IN_USE], ids=["gone", "going"])
def test_index_that_an_earlier_attempt_dropped_is_gone(refusal: Reply) -> None:
    step, wait = steps_of(DropIndex(SCHEMA, BY_RANK))
    indexes = [BY_STATE] if refusal is NOT_FOUND else [BY_STATE, LEAVING]
    described = table(GlobalSecondaryIndexes=indexes)
    assert tried(step, {"UpdateTable": refusal, "DescribeTable": described})[0].is_done
    assert tried(wait, {"DescribeTable": described})[0].is_done is (refusal is NOT_FOUND)


@pytest.mark.parametrize(
    ("change", "described"),
    [
        (
            SetStream(SCHEMA, None, "NEW_IMAGE"),
            {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}},
        ),
        (
            SetFact(SCHEMA, "billing", {}, {"mode": "on_demand", "max_read_request_units": 5}),
            {"OnDemandThroughput": {"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": -1}},
        ),
        (
            SetFact(SCHEMA, "deletion_protection", False, True),
            {"DeletionProtectionEnabled": True},
        ),
        (
            SetFact(SCHEMA, "table_class", "standard", "infrequent_access"),
            {"TableClassSummary": {"TableClass": "STANDARD_INFREQUENT_ACCESS"}},
        ),
    ],
    ids=lambda given: getattr(given, "name", None),
)
def test_fact_that_an_earlier_attempt_set_is_set(change: Change, described: Any) -> None:
    step, _ = steps_of(change)
    replies = {"UpdateTable": INVALID, "DescribeTable": table(**described)}
    assert tried(step, replies)[0].is_done
    with pytest.raises(InvalidCall):
        tried(step, {"UpdateTable": INVALID, "DescribeTable": table()})
    progress, _ = tried(step, {"UpdateTable": LIMIT, "DescribeTable": table()})
    assert not progress.is_done


def test_limit_that_passes_by_itself_is_no_reason_to_wait() -> None:
    on_demand = {"mode": "on_demand"}
    step, _ = steps_of(SetFact(SCHEMA, "billing", {"mode": "provisioned"}, on_demand))
    provisioned = table(BillingModeSummary={"BillingMode": "PROVISIONED"})
    limit = failed("LimitExceededException", message=TODAY)
    with refused(ErrorCode.ENGINE_FAILED) as refusal:
        tried(step, {"UpdateTable": limit, "DescribeTable": provisioned})
    assert isinstance(refusal.error, NeedsOperator)
    assert "once in 1 day(s)" in refusal.error.reply
    assert refusal.error.reply_is_shown
    slow = failed("ThrottlingException")
    progress, _ = tried(step, {"UpdateTable": slow, "DescribeTable": provisioned})
    assert not progress.is_done


@pytest.mark.parametrize("what", ["tables", "tables with secondary indexes"])
def test_tables_that_are_too_many_at_once_are_created_in_turn(what: str) -> None:
    words = f"Subscriber limit exceeded: Only 10 {what} can be created simultaneously"
    creating, *_ = steps_of(AddTable(SCHEMA), live=None)
    limit = failed("LimitExceededException", message=words)
    assert not tried(creating, {"CreateTable": limit})[0].is_done
    assert tried(creating, {"CreateTable": IN_USE})[0].is_late


def test_lost_reply_of_a_change_is_followed_by_the_same_change() -> None:
    for change in (AddIndex(SCHEMA, BY_RANK), SetTtl(SCHEMA, None, "a"), DropTable(SCHEMA, "")):
        request = steps_of(change)[0].request
        assert request.after_loss(request) is request


def test_difference_of_facts_rebuilds_no_index() -> None:
    capped = declare(max_read_request_units=9)
    changes = list(diff_table(capped, LIVE.schema))
    sent_now = sent(*changes)
    assert [action for action, _ in sent_now] == ["UpdateTable"] * 3
    kinds = {
        kind
        for _, body in sent_now
        for update in body.get("GlobalSecondaryIndexUpdates", ())
        for kind in update
    }
    assert kinds == {"Update"}
    assert all(len(body.get("GlobalSecondaryIndexUpdates", "")) <= 1 for _, body in sent_now)


@pytest.mark.case("S3", "S9")
def test_index_more_is_one_request_with_one_creation() -> None:
    live = read_live({**DESCRIBED, "GlobalSecondaryIndexes": [BY_STATE]})
    changes = list(diff_table(SCHEMA, live.schema))
    ((action, body),) = sent(*changes, live=live)
    assert action == "UpdateTable"
    assert [list(one) for one in body["GlobalSecondaryIndexUpdates"]] == [["Create"]]
    assert body["AttributeDefinitions"] == [{"AttributeName": "rank", "AttributeType": "N"}]
    other_type = replace(SCHEMA, partition=(replace(SCHEMA.partition[0], kind="N"),))
    (changed,) = [c for c in diff_table(other_type, LIVE.schema) if isinstance(c, ChangeKey)]
    with refused(ErrorCode.SCHEMA_MISMATCH):
        steps_of(changed)


def test_index_that_changes_is_dropped_and_waited_for_before_it_is_created() -> None:
    changed = replace(BY_RANK, projection=frozenset())
    steps = steps_of(ChangeIndex(SCHEMA, BY_RANK, changed))
    assert [(step.request.action, step.changes) for step in steps] == [
        ("UpdateTable", True),
        ("DescribeTable", False),
    ] * 2
    assert "≈ 1.2 M items" in steps[2].estimate


PROVISIONED: dict[str, Any] = {"billing": "provisioned", "read_units": 5, "write_units": 2}
UNITS = {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2}}


def test_switch_to_units_says_those_of_every_index_that_is_there() -> None:
    """DynamoDB wants them of undeclared indexes too, and once."""
    indexes = [BY_STATE, index("ByRank", "rank"), index("Mine", "rank")]
    live = read_live({**DESCRIBED, "GlobalSecondaryIndexes": indexes})
    wanted = declare(**PROVISIONED)
    changes = [c for c in diff_table(wanted, live.schema) if not isinstance(c, DropIndex)]
    ((_, body),) = sent(*changes, live=live)
    assert body == {
        "BillingMode": "PROVISIONED",
        **UNITS,
        "GlobalSecondaryIndexUpdates": [
            {"Update": {"IndexName": name, **UNITS}} for name in ("ByState", "ByRank", "Mine")
        ],
    }


@pytest.mark.parametrize("is_provisioned", [False, True])
def test_index_that_comes_before_a_switch_is_billed_as_its_table_is(is_provisioned: bool) -> None:
    billed = {"BillingModeSummary": {"BillingMode": "PROVISIONED"}, **UNITS}
    own = {"GlobalSecondaryIndexes": [{**BY_STATE, **UNITS} if is_provisioned else BY_STATE]}
    live = read_live({**DESCRIBED, **(billed if is_provisioned else {}), **own})
    wanted = declare() if is_provisioned else declare(**PROVISIONED)
    adding, switching = sent(*diff_table(wanted, live.schema), live=live)
    (update,) = adding[1]["GlobalSecondaryIndexUpdates"]
    assert update["Create"].get("ProvisionedThroughput") == (
        UNITS["ProvisionedThroughput"] if is_provisioned else None
    )
    mode = "PAY_PER_REQUEST" if is_provisioned else "PROVISIONED"
    assert switching[1]["BillingMode"] == mode


def test_new_index_gets_what_only_later_requests_can_set() -> None:
    wanted = declare(contributor_insights="throttled_keys")
    adding, insights = sent(AddIndex(wanted, wanted.indexes["ByRank"]))
    assert adding[0] == "UpdateTable"
    assert insights == (
        "UpdateContributorInsights",
        {
            "IndexName": "ByRank",
            "ContributorInsightsAction": "ENABLE",
            "ContributorInsightsMode": "THROTTLED_KEYS",
        },
    )


@pytest.mark.case("S4")
def test_expiry_is_switched_off_by_the_name_it_has() -> None:
    ((action, body),) = sent(SetTtl(SCHEMA, "gone_at", None))
    assert action == "UpdateTimeToLive"
    assert body == {"TimeToLiveSpecification": {"Enabled": False, "AttributeName": "gone_at"}}


def test_expiry_by_another_attribute_is_off_then_an_hour_then_on() -> None:
    off, wait, on = steps_of(SetTtl(SCHEMA, "old", "new"))
    assert [(step.spacing, step.spacing_s, step.changes) for step in (off, wait, on)] == [
        ("ttl", 3_660.0, True),
        ("", 0.0, False),
        ("ttl", 3_660.0, True),
    ]
    for status, is_done in (("DISABLING", False), ("DISABLED", True)):
        described = ok(TimeToLiveDescription={"TimeToLiveStatus": status})
        assert tried(wait, {"DescribeTimeToLive": described})[0].is_done is is_done


def test_expiry_that_others_changed_within_the_hour_says_when_to_go_on() -> None:
    (on,) = steps_of(SetTtl(SCHEMA, None, "new"))
    words = "Time to live has been modified multiple times within a fixed interval"
    with refused(ErrorCode.ENGINE_FAILED) as refusal:
        tried(on, {"UpdateTimeToLive": failed("ValidationException", message=words)})
    assert isinstance(refusal.error, NeedsOperator)
    assert refusal.says("one change an hour")


def test_insights_that_are_enabled_twice_are_enabled() -> None:
    enabled: dict[str, Any] = {"enabled": True, "mode": "throttled_keys"}
    (step,) = steps_of(SetFact(SCHEMA, "contributor_insights", {"enabled": False}, enabled))
    there = ok(ContributorInsightsStatus="ENABLED", ContributorInsightsMode="THROTTLED_KEYS")
    replies = {"UpdateContributorInsights": INVALID, "DescribeContributorInsights": there}
    assert tried(step, replies)[0].is_done
    replies["DescribeContributorInsights"] = LOOKS["DescribeContributorInsights"]
    with pytest.raises(InvalidCall):
        tried(step, replies)


def test_tags_are_set_and_removed_and_read_back() -> None:
    change = SetFact(
        SCHEMA, "tags", {"a": "1", "b": None, "c": "3"}, {"a": "2", "b": "x", "c": None}
    )
    setting, removing, wait = steps_of(change)
    assert json.loads(setting.request.payload.body) == {
        "ResourceArn": ARN,
        "Tags": [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "x"}],
    }
    assert json.loads(removing.request.payload.body) == {"ResourceArn": ARN, "TagKeys": ["c"]}
    assert not tried(setting, {"TagResource": LIMIT})[0].is_done
    right = [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "x"}, {"Key": "d", "Value": "y"}]
    for tags, is_done in (
        (right, True),
        (right[1:], False),
        ([*right, {"Key": "c", "Value": "3"}], False),
    ):
        listed = {"ListTagsOfResource": ok(Tags=tags)}
        assert tried(wait, listed)[0].is_done is is_done
    denied_reply = failed("AccessDeniedException")
    assert tried(wait, {"ListTagsOfResource": denied_reply})[0].is_done


POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem"}],
}


def test_policy_of_a_new_table_names_the_table_that_was_made() -> None:
    steps = steps_of(AddTable(declare(resource_policy=POLICY)), live=None)
    (putting,) = [step for step in steps if "set the resource policy" in step.comment]
    server = Recorded({"DescribeTable": table(), "PutResourcePolicy": ok(RevisionId="1")})
    assert server.run(send(putting.request)).is_done
    action, body = server.asked[-1]
    assert (action, body["ResourceArn"]) == ("PutResourcePolicy", ARN)
    (statement,) = json.loads(body["Policy"])["Statement"]
    assert statement["Resource"] == [ARN, f"{ARN}/index/*"]
    assert statement["Principal"] == {"AWS": ["*"]}


def test_policy_is_deleted_once_and_waited_for() -> None:
    before = str(declare(resource_policy=POLICY).facts["resource_policy"])
    deleting, wait = steps_of(SetFact(SCHEMA, "resource_policy", before, None))
    assert json.loads(deleting.request.payload.body) == {"ResourceArn": ARN}
    gone = failed("PolicyNotFoundException")
    assert tried(deleting, {"DeleteResourcePolicy": gone})[0].is_done
    assert tried(wait, {"GetResourcePolicy": gone})[0].is_done
    assert not tried(wait, {"GetResourcePolicy": ok(Policy=before)})[0].is_done


RECOVERY = SetFact(SCHEMA, "pitr", {"enabled": False}, {"enabled": True, "days": 7})
WARM: dict[str, Any] = {"read_units_per_second": 13_000, "write_units_per_second": 5_000}


def backups(*statuses: str, table_id: str = "one") -> Reply:
    return ok(
        BackupSummaries=[
            {"BackupName": "kept", "BackupArn": "B", "BackupStatus": status, "TableId": table_id}
            for status in statuses
        ]
    )


def test_table_is_copied_before_it_is_dropped() -> None:
    copying, wait, dropping, gone = steps_of(DropTable(LIVE.schema, "kept"))
    assert tried(copying, {"CreateBackup": ok()})[1] == ["CreateBackup"]
    other = backups("AVAILABLE", table_id="two")
    for listed in (backups("CREATING"), backups("AVAILABLE", "CREATING"), backups(), other):
        assert not tried(wait, {"ListBackups": listed})[0].is_done
    there = tried(wait, {"ListBackups": backups("AVAILABLE")})[0]
    assert (there.is_done, there.note) == (True, "B is AVAILABLE")
    assert "restore-table-from-backup --target-table-name Jobs" in dropping.comment
    assert "BackupName=='kept'" in dropping.comment
    for reply in (ok(), NOT_FOUND):
        assert tried(dropping, {"DeleteTable": reply})[0].is_done
    going = {"DeleteTable": IN_USE, "DescribeTable": table(TableStatus="DELETING")}
    assert tried(dropping, going)[0].is_done
    assert not tried(gone, {"DescribeTable": table(TableStatus="DELETING")})[0].is_done
    assert tried(gone, {"DescribeTable": NOT_FOUND})[0].is_done


def test_backup_is_looked_for_on_all_pages() -> None:
    _, wait, *_ = steps_of(DropTable(LIVE.schema, "kept"))
    other = {"BackupName": "mine", "BackupArn": "A", "BackupStatus": "AVAILABLE"}
    first = ok(BackupSummaries=[other], LastEvaluatedBackupArn="A")
    server = Recorded({"ListBackups": [first, backups("AVAILABLE")]})
    assert server.run(send(wait.request)).is_done
    assert [body.get("ExclusiveStartBackupArn") for _, body in server.asked] == [None, "A"]


def test_protected_table_is_not_dropped() -> None:
    _, _, dropping, _ = steps_of(DropTable(LIVE.schema, "kept"))
    with pytest.raises(InvalidCall):
        tried(dropping, {"DeleteTable": INVALID, "DescribeTable": table()})
    words = "Resource cannot be deleted as it is currently protected against deletion."
    with refused(ErrorCode.ENGINE_FAILED) as refusal:
        tried(dropping, {"DeleteTable": failed("ValidationException", message=words)})
    assert refusal.says("deletion_protection=False")


def test_table_that_is_replaced_is_created_after_it_is_gone() -> None:
    steps = steps_of(DropTable(LIVE.schema), AddTable(SCHEMA))
    actions = [step.request.action for step in steps]
    assert actions.index("DeleteTable") < actions.index("CreateTable")


def test_key_that_may_be_a_customers_is_not_taken_for_one_of_aws() -> None:
    """A description does not say whose the key is: a refusal is not taken for a repetition."""
    change = SetFact(SCHEMA, "encryption", {"type": "kms"}, {"type": "kms", "owner": "aws"})
    step, _ = steps_of(change)
    sse = {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": "arn:aws:kms:x:1:key/1"}
    with pytest.raises(InvalidCall):
        tried(step, {"UpdateTable": INVALID, "DescribeTable": table(SSEDescription=sse)})


@pytest.mark.parametrize(
    ("change", "comment"),
    [
        (AddIndex(SCHEMA, BY_RANK), "create the index ByRank of Jobs"),
        (SetStream(SCHEMA, "NEW_IMAGE", None), "switch the stream of Jobs off"),
        (SetStream(SCHEMA, None, "NEW_IMAGE"), "switch the stream of Jobs on: NEW_IMAGE"),
        (
            SetFact(SCHEMA, "billing", {}, {"mode": "on_demand", "max_read_request_units": 5}),
            "set the billing of Jobs to mode on_demand, max_read_request_units 5",
        ),
        (
            SetFact(SCHEMA, "billing", {}, {"read_units": 5, "write_units": 2}, "ByRank"),
            "set the billing of the index ByRank of Jobs to read_units 5, write_units 2",
        ),
        (
            SetFact(SCHEMA, "table_class", "standard", "infrequent_access"),
            "set the table class of Jobs to infrequent_access",
        ),
        (
            SetFact(SCHEMA, "pitr", {"enabled": False}, {"enabled": True, "days": 7}),
            "Jobs can be restored to any of the last 7 days",
        ),
        (SetFact(SCHEMA, "tags", {"a": None}, {"a": "b"}), "set the tags a of Jobs"),
    ],
)
def test_comment_says_what_happens(change: Change, comment: str) -> None:
    assert steps_of(change)[0].comment == comment


def test_protection_that_no_stage_decided_is_left_alone() -> None:
    assert steps_of(SetFact(SCHEMA, "deletion_protection", True, None)) == []


@pytest.mark.parametrize(
    ("items", "item_bytes", "billing", "estimate"),
    [
        (None, None, {}, ""),
        (0, 0, {}, "no items, a few minutes"),
        (500, 0, {}, "≈ 500 items, ≈ 500 write units, ≈ 1 min at 4,000 a second"),
        (
            1_200_000,
            1_100_000_000,
            {},
            "≈ 1.2 M items, ≈ 1.2 M write units, ≈ 5 min at 4,000 a second",
        ),
        (
            1_200_000,
            1_200_000 * 4096,
            {"write_units": 100},
            "≈ 1.2 M items, ≈ 4.8 M write units, ≈ 13 h at 100 a second",
        ),
        (
            50_000,
            0,
            {"max_write_request_units": 10},
            "≈ 50 k items, ≈ 50 k write units, ≈ 83 min at 10 a second",
        ),
    ],
)
def test_time_to_build_an_index_is_estimated_from_the_items(
    items: int | None, item_bytes: int | None, billing: Any, estimate: str
) -> None:
    live = LiveTable(SCHEMA, items=items, item_bytes=item_bytes)
    assert index_estimate(live, billing) == estimate


@pytest.mark.parametrize(
    ("change", "live", "estimate"),
    [
        (RECOVERY, LIVE, "charged by size, ≈ 1.1 GB"),
        (RECOVERY, None, "charged by size"),
        (RECOVERY.inverse(), LIVE, ""),
        (DropTable(SCHEMA, "kept"), LIVE, "charged by size, ≈ 1.1 GB"),
        (
            SetFact(SCHEMA, "warm_throughput", None, WARM),
            LIVE,
            "charged once, by the units that are more than before",
        ),
        (
            SetFact(SCHEMA, "warm_throughput", None, WARM, "ByRank"),
            LIVE,
            "charged once, by the units that are more than before",
        ),
        (
            SetFact(SCHEMA, "contributor_insights", {"enabled": False}, {"enabled": True}),
            LIVE,
            "charged by the events that are shown",
        ),
    ],
)
def test_what_a_change_is_charged_by_is_said(
    change: Change, live: LiveTable | None, estimate: str
) -> None:
    assert steps_of(change, live=live)[0].estimate == estimate


def with_everything() -> TableSchema:
    return declare(
        max_read_request_units=5,
        table_class="infrequent_access",
        pitr_days=7,
        deletion_protection=True,
        encryption="customer",
        kms_key_arn="alias/x",
        warm_read_units_per_second=13_000,
        warm_write_units_per_second=5_000,
        contributor_insights="throttled_keys",
        resource_policy=POLICY,
        tags={"a": "b"},
    )


def test_everything_that_is_sent_is_among_the_needed_permissions() -> None:
    wanted = with_everything()
    made: list[Change] = [
        AddTable(wanted),
        DropTable(LIVE.schema, "kept"),
        SetFact(SCHEMA, "tags", {"a": "b"}, {"a": None}),
        SetFact(SCHEMA, "resource_policy", "{}", None),
    ]
    sent_by = {f"dynamodb:{step.request.action}" for change in made for step in steps_of(change)}
    needed = {action for need in NEEDS for action in need.on_tables}
    assert sent_by - needed == {"dynamodb:ListBackups"}
    assert {f"dynamodb:{action}" for action in ("DescribeTable", *LOOKS)} <= needed


@pytest.mark.case("S42")
def test_every_declared_fact_that_differs_leads_to_a_step() -> None:
    wanted = with_everything()
    everything = {"pitr": {"enabled": False}, "tags": {}, "resource_policy": None}
    off = {"contributor_insights": {"enabled": False}}
    schema = replace(
        LIVE.schema,
        ttl=None,
        facts={**LIVE.schema.facts, **everything, **off},
        indexes={n: replace(i, facts={**i.facts, **off}) for n, i in LIVE.schema.indexes.items()},
    )
    changes = list(diff_table(wanted, schema))
    named = {change.name for change in changes if isinstance(change, SetFact)}
    assert named == set(wanted.facts)
    assert all(any(step.changes for step in steps_of(change)) for change in changes)
