"""What the credentials do not allow, in the table of the state: the run ends before it begins."""

from __future__ import annotations

import pytest

from tests.aws_proxy.recorded import changes
from tests.kills.site import Site


@pytest.mark.parametrize(
    "action", ["Query", "GetItem", "CreateTable", "DescribeTable", "PutItem", "TransactWriteItems"]
)
def test_first_run_names_the_permission_that_lacks(site: Site, action: str) -> None:
    site.aws.state.denied.add(action)
    done = site.apply("first")
    assert done["error"] == "state-unusable"
    assert f"dynamodb:{action}" in done["text"]
    assert f"{site.prefix}state" in done["text"]
    assert changes(site.aws.asked, "orders") == []


@pytest.mark.parametrize("action", ["Query", "GetItem", "PutItem", "TransactWriteItems"])
def test_later_run_names_the_permission_that_lacks(site: Site, action: str) -> None:
    site.begin_filled()
    site.aws.state.denied.add(action)
    done = site.apply("second")
    assert done["error"] == "state-unusable"
    assert f"dynamodb:{action}" in done["text"]
    assert changes(site.aws.asked, "orders") == []
