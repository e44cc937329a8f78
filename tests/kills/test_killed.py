"""A run is killed at any request; the next one converges, and no item is lost."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from typing import Any

import pytest

from tests.aws_proxy.gates import Gate, Moment
from tests.aws_proxy.recorded import changes, index_changes
from tests.faults.proxy import Asked
from tests.kills.applying import planned
from tests.kills.child import Child
from tests.kills.points import BY_ACTION, BY_NUMBER, FIRST_REQUESTS, Point
from tests.kills.site import Site
from tests.soak import share
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and signals")


def is_held(gate: Gate, child: Child) -> bool:
    """Wait until the child is held at a gate. False if it ends well before."""
    wait_until(lambda: gate.reached.is_set() or child.has_ended, 60)
    if not gate.reached.is_set():
        assert "done" in child.answer(), child.answer()
    return gate.reached.is_set()


def killed_at(site: Site, version: str, point: Point, **asked: Any) -> bool:
    """A run that is killed while a request is held. False if it has not so many."""
    gate = site.aws.hold(point.request, point.moment)
    child = site.begin(version, **asked)
    if not is_held(gate, child):
        site.aws.release()
        return False
    child.kill()
    gate.end()
    return True


@pytest.mark.soak
@pytest.mark.case("S45")
@pytest.mark.parametrize("point", share(BY_NUMBER), ids=str)
def test_a_run_killed_at_a_request_is_gone_on_with(site: Site, point: Point) -> None:
    before = site.begin_filled()
    killed_at(site, "second", point)
    check_goes_on(site, "second", before)


@pytest.mark.case("S45")
def test_runs_killed_one_after_the_other_at_each_action_are_gone_on_with(site: Site) -> None:
    """They carry out a plan that somebody agreed to once, and is not asked again."""
    before = site.begin_filled()
    agreed = planned(site.asked("second"))
    site.aws.forget()
    for point in BY_ACTION:
        assert killed_at(site, "second", point, **agreed), point
        site.expire_lease()
    check_goes_on(site, "second", before, **agreed)


def check_goes_on(site: Site, version: str, before: tuple[int, str], **asked: Any) -> None:
    """Another run waits for the killed one's lock and converges; a third has nothing to do."""
    early = site.apply(version, **asked)
    assert early.get("error", "locked") == "locked", early
    site.expire_lease()
    answer = site.apply(version, **asked)
    assert "done" in answer, answer
    assert site.differences(version) == []
    assert site.counted() == before
    site.aws.forget()
    assert site.apply(version, **asked)["done"] == []
    assert changes(site.aws.asked) == []


@pytest.mark.soak
@pytest.mark.case("S45")
@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("number", share(range(FIRST_REQUESTS)))
def test_a_first_run_killed_at_a_request_is_gone_on_with(
    site: Site, number: int, moment: Moment
) -> None:
    killed_at(site, "first", Point(number, moment))
    site.expire_lease()
    answer = site.apply("first")
    assert "done" in answer, answer
    assert site.differences("first") == []
    created = [
        given["TableName"] for action, given in changes(site.aws.asked) if "Create" in action
    ]
    assert set(created) == {f"{site.prefix}{name}" for name in ("state", "orders", "notes")}


def at_wait_for(site: Site, action: str) -> Callable[[int, Asked], bool]:
    """The first look at a table after a change of it."""

    def when(_number: int, asked: Asked) -> bool:
        return asked.target == "DescribeTable" and any(
            other.target == action and "orders" in str(other.parameters)
            for other in site.aws.asked[:-1]
        )

    return when


@pytest.mark.case("S18")
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_a_run_ended_in_the_wait_for_an_index_makes_no_second(
    site: Site, sent: signal.Signals
) -> None:
    before = site.begin_filled()
    gate = site.aws.hold(at_wait_for(site, "UpdateTable"), Moment.BEFORE)
    child = site.begin("one index more")
    assert is_held(gate, child)
    child.send(sent)
    if sent is signal.SIGKILL:
        child.ended()
        site.expire_lease()
    else:
        assert child.answer()["error"] == "interrupted"
        # The lock is free at once.
    gate.end()
    answer = site.apply("one index more")
    assert "done" in answer, answer
    assert index_changes(site.aws.asked) == [[("Create", "by-day")]]
    assert site.differences("one index more") == []
    assert site.counted("by-day") == before


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("kind", ["Delete", "Create"])
def test_a_run_killed_while_it_replaces_an_index_goes_on(
    site: Site, kind: str, moment: Moment
) -> None:
    before = site.begin_filled()

    def is_meant(_number: int, asked: Asked) -> bool:
        return asked.target == "UpdateTable" and kind in str(asked.parameters)

    gate = site.aws.hold(is_meant, moment)
    child = site.begin("other index")
    assert is_held(gate, child)
    child.kill()
    gate.end()
    check_goes_on(site, "other index", before)
    assert site.counted("by-customer") == before
    indexes = site.client.table(f"{site.prefix}orders")["GlobalSecondaryIndexes"]
    keys = {index["IndexName"]: index["KeySchema"][-1]["AttributeName"] for index in indexes}
    assert keys == {"by-customer": "total", "by-status": "status"}


@pytest.mark.case("S17")
@pytest.mark.soak
@pytest.mark.parametrize("number", share([*range(25, 45), 100, 200]))
def test_a_change_of_the_expiry_that_is_killed_goes_on_within_the_rules(
    site: Site, number: int
) -> None:
    before = site.begin_filled()
    killed_at(site, "other expiry", Point(number, Moment.AFTER))
    check_goes_on(site, "other expiry", before)
    assert [refused for refused in site.aws.refused if refused[0] == "UpdateTimeToLive"] == []


@pytest.mark.case("S43")
def test_a_killed_run_leaves_owner_age_and_expiry_to_read(site: Site) -> None:
    site.begin_filled()
    gate = site.aws.hold("UpdateTable", Moment.BEFORE)
    child = site.begin("second", owner="ada@laptop")
    assert is_held(gate, child)
    child.kill()
    gate.end()
    site.time.move_on(12)
    answer = site.apply("second")
    assert answer["error"] == "locked"
    assert "ada@laptop" in answer["text"]
    assert re.search(r"began 1[2-9] s ago", answer["text"])
    assert "expires in" in answer["text"]
    site.expire_lease()
    assert "done" in site.apply("second")
