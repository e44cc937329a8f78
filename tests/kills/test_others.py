"""Others change a table at the same time, by hand or by another tool."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.aws_proxy.client import index_on_b
from tests.aws_proxy.gates import Moment
from tests.aws_proxy.looks import Looks
from tests.kills.child import Child
from tests.kills.site import Site
from tests.kills.test_killed import is_held

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and signals")

BY_HAND: dict[str, Any] = {
    "AttributeDefinitions": [{"AttributeName": "b", "AttributeType": "S"}],
    "GlobalSecondaryIndexUpdates": [{"Create": index_on_b("by-hand")}],
}


def changed_meanwhile(site: Site, version: str, **change: Any) -> Child:
    """A run before whose UpdateTable somebody else sends one."""
    gate = site.aws.hold("UpdateTable", Moment.BEFORE)
    child = site.begin(version, allowed=[])
    assert is_held(gate, child)
    site.client.do("UpdateTable", TableName=f"{site.prefix}orders", **change)
    gate.let_go_on()
    return child


@pytest.mark.parametrize("looks", [Looks(allocation=1, backfilling=1), Looks(backfilling=2)])
def test_an_index_that_others_create_is_waited_for(site: Site, looks: Looks) -> None:
    before = site.begin_filled()
    site.aws.state.looks = looks
    answer = changed_meanwhile(site, "one index more", **BY_HAND).answer()
    assert "done" in answer, answer
    assert ("UpdateTable", "LimitExceededException") in site.aws.refused
    indexes = site.client.table(f"{site.prefix}orders")["GlobalSecondaryIndexes"]
    names = {index["IndexName"] for index in indexes}
    assert names == {"by-customer", "by-status", "by-day", "by-hand"}
    assert site.counted("by-day") == before


def test_a_change_that_others_make_is_waited_for(site: Site) -> None:
    before = site.begin_filled()
    site.aws.state.looks = Looks(update=2)
    change = {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    answer = changed_meanwhile(site, "one index more", **change).answer()
    assert "done" in answer, answer
    assert ("UpdateTable", "ResourceInUseException") in site.aws.refused
    assert site.counted("by-day") == before


@pytest.mark.case("S17")
def test_an_expiry_that_others_changed_within_the_hour_is_told_and_changed_later(
    site: Site,
) -> None:
    site.begin_filled()
    site.time.move_on(3600)
    specification = {"Enabled": False, "AttributeName": "gone_at"}
    body = {"TableName": f"{site.prefix}orders", "TimeToLiveSpecification": specification}
    site.client.do("UpdateTimeToLive", **body)
    answer = site.apply("other expiry")
    assert answer["error"] == "engine-failed"
    assert "less than an hour ago" in answer["text"]
    site.time.move_on(3600)
    answer = site.apply("other expiry")
    assert "done" in answer, answer
    assert site.differences("other expiry") == []
