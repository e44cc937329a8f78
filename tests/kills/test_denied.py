"""What the credentials do not allow: a run names it and frees the lock, and the next one goes on.

In the table of the state, the run ends before it begins.
"""

from __future__ import annotations

import pytest

from tests.aws_proxy.recorded import changes
from tests.kills.points import ACTIONS
from tests.kills.site import Site

ON_STATE = ("GetItem", "PutItem", "UpdateItem", "Query", "TransactWriteItems")
TOLD_AS_UNKNOWN = (
    *("DescribeTimeToLive", "DescribeContinuousBackups", "ListTagsOfResource", "GetResourcePolicy"),
    *("DescribeContributorInsights", "DescribeKey"),
)
NEEDED = [action for action in ACTIONS if action not in (*ON_STATE, *TOLD_AS_UNKNOWN)]


@pytest.mark.parametrize(
    "action", ["Query", "GetItem", "CreateTable", "DescribeTable", "PutItem", "UpdateItem"]
)
def test_first_run_names_the_permission_that_lacks(site: Site, action: str) -> None:
    site.aws.state.denied.add(action)
    done = site.apply("first")
    assert done["error"] == "state-unusable"
    assert f"dynamodb:{action}" in done["text"]
    assert f"{site.prefix}state" in done["text"]
    assert changes(site.aws.asked, "orders") == []


@pytest.mark.parametrize("action", ["Query", "GetItem", "PutItem", "UpdateItem"])
def test_later_run_names_the_permission_that_lacks(site: Site, action: str) -> None:
    site.begin_filled()
    site.aws.state.denied.add(action)
    done = site.apply("second")
    assert done["error"] == "state-unusable"
    assert f"dynamodb:{action}" in done["text"]
    assert changes(site.aws.asked, "orders") == []


def test_each_change_that_is_denied_is_named_and_gone_on_with(site: Site) -> None:
    before = site.begin_filled()
    for action in NEEDED:
        site.aws.state.denied = {action}
        answer = site.apply("second")
        assert answer["error"] == "access-denied", answer
        assert f"dynamodb:{action}" in answer["text"]
    check_goes_on_at_once(site, before)


def test_looks_that_are_denied_end_no_run_wrongly(site: Site) -> None:
    before = site.begin_filled()
    site.aws.state.denied = set(TOLD_AS_UNKNOWN)
    site.apply("second")
    check_goes_on_at_once(site, before)


def check_goes_on_at_once(site: Site, before: tuple[int, str]) -> None:
    """With all that is needed, a run need not wait for the lock, and makes what is left."""
    site.aws.state.denied = set()
    answer = site.apply("second")
    assert "done" in answer, answer
    assert site.differences("second") == []
    assert site.counted() == before
