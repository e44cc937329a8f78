"""Runs that nobody disturbs, on a DynamoDB that behaves as AWS."""

from __future__ import annotations

from typing import Any

import pytest

from tests.aws_proxy.gates import Moment
from tests.aws_proxy.looks import Looks
from tests.aws_proxy.recorded import changes, index_changes
from tests.faults.proxy import Asked
from tests.kills.applying import SHOP, opened
from tests.kills.points import ACTIONS, FIRST_REQUESTS, REQUESTS
from tests.kills.site import Site
from trueup.lifecycle.apply import apply
from trueup.lifecycle.events import ApplyEvent, Waiting
from trueup.lifecycle.inspection import Intent
from trueup.lifecycle.state.records import Ownership
from trueup.schema.hazard import Allowance

NOT_YET = ("UpdateContinuousBackups", "ContinuousBackupsUnavailableException")


def test_a_first_run_has_no_more_requests_than_are_tried(site: Site) -> None:
    assert "done" in site.apply("first")
    assert len(site.aws.asked) <= FIRST_REQUESTS


def test_every_kind_of_change_is_made_and_no_item_lost(site: Site) -> None:
    before = site.begin_filled()
    assert "done" in site.apply("second")
    sent = [asked.target for asked in site.aws.asked]
    assert set(site.aws.refused) <= {NOT_YET}
    assert site.differences("second") == []
    assert site.counted() == before
    # The points at which other tests kill it are all there are.
    assert len(sent) <= REQUESTS
    assert set(sent) == set(ACTIONS)


def test_indexes_are_changed_one_at_a_time(site: Site) -> None:
    site.begin_filled()
    site.apply("second")
    done = [changed for changed in index_changes(site.aws.asked) if changed]
    assert sorted(done) == [
        [("Create", "by-day")],
        [("Create", "by-total")],
        [("Delete", "by-status")],
    ]


@pytest.mark.case("S3", "S7", "S41")
def test_an_index_more_is_one_creation_and_loses_none_of_1000_items(site: Site) -> None:
    before = site.begin_filled(count=1000)
    assert len(site.differences("one index more")) == 1
    site.apply("one index more")
    assert [action for action, _ in changes(site.aws.asked, "orders")] == ["UpdateTable"]
    assert index_changes(site.aws.asked) == [[("Create", "by-day")]]
    assert site.counted() == before
    assert site.counted("by-day") == before


@pytest.mark.case("S12")
def test_a_version_that_is_there_is_applied_twenty_times_without_a_change(site: Site) -> None:
    site.begin_filled("second")
    for _ in range(20):
        assert site.apply("second")["done"] == []
    assert changes(site.aws.asked) == []


@pytest.mark.case("S12")
def test_an_index_that_is_not_declared_is_kept_unless_it_is_pruned(site: Site) -> None:
    site.begin_filled("one index more")
    assert site.apply("first", allowed=[])["done"] == []
    assert changes(site.aws.asked) == []
    site.apply("first")
    assert index_changes(site.aws.asked) == [[("Delete", "by-day")]]


@pytest.mark.case("S1")
def test_what_aws_raises_by_itself_is_left_alone(site: Site) -> None:
    site.begin_filled()
    warm = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 37_240}
    site.aws.state.table(f"{site.prefix}orders").warm = {"": warm, "by-customer": warm}
    assert site.apply("first")["done"] == []
    assert changes(site.aws.asked) == []


@pytest.mark.req("I94")
@pytest.mark.case("S15")
def test_an_index_is_waited_for_and_the_wait_is_told(site: Site) -> None:
    site.begin_filled()
    site.aws.state.looks = Looks(allocation=1, backfilling=3)
    told: list[ApplyEvent] = []
    with opened(site.aws.url, site.prefix, "one index more") as target:
        apply(target, Intent(), clocks=site.time.clocks(), tell=told.append)
    notes = [event.note for event in told if isinstance(event, Waiting)]
    assert len(notes) >= 4
    assert site.client.table(f"{site.prefix}orders")["TableStatus"] == "ACTIVE"
    assert site.counted("by-day") == site.counted()


@pytest.mark.case("S18")
def test_an_index_that_others_build_is_waited_for_and_the_wait_is_told(site: Site) -> None:
    site.begin_filled("one index more")
    site.aws.state.looks = Looks(index_deletion=5)
    site.client.do(
        "UpdateTable",
        TableName=f"{site.prefix}orders",
        GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-day"}}],
    )
    site.aws.forget()
    told: list[ApplyEvent] = []
    with opened(site.aws.url, site.prefix, "one index more") as target:
        apply(target, Intent(), clocks=site.time.clocks(), tell=told.append)
    first = next(event for event in told if isinstance(event, Waiting))
    assert "by-day is DELETING" in first.note
    assert index_changes(site.aws.asked) == [[("Create", "by-day")]]
    assert site.differences("one index more") == []


def test_state_is_read_as_it_is_now(site: Site) -> None:
    """An older lock or owner would let two runs change the same tables."""
    site.begin_filled()
    site.apply("second")
    reads = [one for one in site.aws.asked if one.target in ("GetItem", "Query")]
    of_state = [one for one in reads if one.parameters["TableName"] == f"{site.prefix}state"]
    assert {one.target for one in of_state} == {"GetItem", "Query"}
    assert all(one.parameters.get("ConsistentRead") for one in of_state)


def ttl_changes(site: Site) -> list[dict[str, Any]]:
    """What was asked of the expiry."""
    return [
        given["TimeToLiveSpecification"]
        for action, given in changes(site.aws.asked)
        if action == "UpdateTimeToLive"
    ]


@pytest.mark.case("S17")
def test_another_expiry_is_off_then_an_hour_later_on(site: Site) -> None:
    before = site.begin_filled()
    began_s = site.time.now_s()
    sent_s: list[float] = []

    def record(_number: int, asked: Asked) -> bool:
        sent_s.extend([site.time.now_s()] if asked.target == "UpdateTimeToLive" else [])
        return False

    site.aws.hold(record, Moment.BEFORE)
    site.apply("other expiry")
    off_s, on_s = sent_s  # the hour since the first creation has to pass, too
    assert off_s - began_s > 3590
    assert on_s - off_s >= 3600
    assert ttl_changes(site) == [
        {"Enabled": False, "AttributeName": "gone_at"},
        {"Enabled": True, "AttributeName": "ends_at"},
    ]
    assert site.aws.refused == []
    assert site.time.now_s() - began_s >= 3600
    assert site.differences("other expiry") == []
    assert site.counted() == before


@pytest.mark.case("S17")
def test_creation_with_an_expiry_begins_its_hour(site: Site) -> None:
    site.apply("first")
    with opened(site.aws.url, site.prefix, "first") as target:
        orders = target.store.owned()[f"{site.prefix}orders"]
    assert orders.sent_at_epoch_s["ttl"] == pytest.approx(site.time.now_s(), abs=60)


@pytest.mark.case("S4")
def test_expiry_is_switched_off_by_its_live_name_and_then_is_off(site: Site) -> None:
    site.begin_filled()
    site.aws.state.names_disabled_ttl = True
    site.apply("no expiry")
    assert ttl_changes(site) == [{"Enabled": False, "AttributeName": "gone_at"}]
    assert site.differences("no expiry") == []
    site.aws.forget()
    assert site.apply("no expiry")["done"] == []
    assert changes(site.aws.asked) == []


def owned(site: Site) -> dict[str, Ownership]:
    """What the state says of each table, by its name without what begins it."""
    with opened(site.aws.url, site.prefix, "first") as target:
        records = target.store.owned()
    return {name.removeprefix(site.prefix): one.ownership for name, one in records.items()}


@pytest.mark.case("S21")
def test_tags_that_lag_leave_a_new_table_ours(site: Site) -> None:
    site.aws.state.looks = Looks(creation=1, tags=10)
    assert "done" in site.apply("first")
    for name in ("orders", "notes"):  # another reader, who sees none of the tags yet
        site.aws.state.table(f"{site.prefix}{name}").left["tags"] = 10
    assert "done" in site.apply("one index more")
    created = [
        given["TableName"] for action, given in changes(site.aws.asked) if action == "CreateTable"
    ]
    assert sorted(created) == sorted(
        f"{site.prefix}{name}" for name in ("orders", "notes", "state")
    )
    assert [done for done in index_changes(site.aws.asked) if done] == [[("Create", "by-day")]]
    assert owned(site) == dict.fromkeys(("orders", "notes"), Ownership.CREATED)
    assert site.differences("one index more") == []


REPLACE = [Allowance.REPLACE.value, Allowance.PRUNE.value]


@pytest.mark.case("S11")
def test_replacement_first_switches_the_protection_off_by_itself(site: Site) -> None:
    site.begin_filled("second")
    assert "done" in site.apply("other key", allowed=REPLACE)
    (off, drop, make) = changes(site.aws.asked, "orders")[:3]
    assert off[0] == "UpdateTable"
    assert off[1].keys() - {"TableName"} == {"DeletionProtectionEnabled"}
    assert not off[1]["DeletionProtectionEnabled"]
    assert (drop[0], make[0]) == ("DeleteTable", "CreateTable")


@pytest.mark.case("S11")
def test_replacement_that_is_refused_changes_nothing(site: Site) -> None:
    before = site.begin_filled("second")
    assert site.apply("other key", allowed=[])["error"] == "not-allowed"
    assert changes(site.aws.asked) == []
    site.aws.state.denied = {"UpdateTable"}
    assert site.apply("other key", allowed=REPLACE)["error"] == "access-denied"
    assert {action for action, _ in changes(site.aws.asked)} == {"UpdateTable"}
    site.aws.state.denied = set()
    assert site.differences("second") == []
    assert site.counted() == before


@pytest.mark.case("S22")
def test_a_table_that_may_not_be_described_is_not_created(site: Site) -> None:
    site.begin_filled()
    site.aws.state.denied = {"DescribeTable"}
    answer = site.apply("second")
    assert answer["error"] == "access-denied"
    assert "dynamodb:DescribeTable" in answer["text"]
    assert f"table/{site.prefix}" in answer["text"]
    assert changes(site.aws.asked) == []
    assert SHOP.stage == "test"
