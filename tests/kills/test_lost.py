"""Requests and replies are lost on the way; the run does not end for it, and does nothing twice."""

from __future__ import annotations

import pytest

from tests.aws_proxy.gates import Moment
from tests.aws_proxy.recorded import changes, index_changes
from tests.kills.points import BY_ACTION, REQUESTS
from tests.kills.site import Site
from tests.soak import share


def test_a_request_and_a_reply_of_each_action_may_be_lost(site: Site) -> None:
    before = site.begin_filled()
    for point in BY_ACTION:
        site.aws.hold(point.request, point.moment).end()
    check_run(site, before)


@pytest.mark.soak
@pytest.mark.parametrize("number", share(range(REQUESTS)))
def test_any_reply_may_be_lost(site: Site, number: int) -> None:
    before = site.begin_filled()
    site.aws.hold(number, Moment.AFTER).end()
    check_run(site, before)


def check_run(site: Site, before: tuple[int, str]) -> None:
    """A run makes all, and each index once."""
    answer = site.apply("second")
    site.aws.release()
    assert "done" in answer, answer
    assert site.differences("second") == []
    assert site.counted() == before
    created = [
        given["TableName"] for action, given in changes(site.aws.asked) if "Create" in action
    ]
    assert set(created) == {f"{site.prefix}tags"}
    indexes = site.client.table(f"{site.prefix}orders")["GlobalSecondaryIndexes"]
    assert {index["IndexName"] for index in indexes} == {"by-customer", "by-day", "by-total"}
    assert index_changes(site.aws.asked)
