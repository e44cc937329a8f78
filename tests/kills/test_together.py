"""Several runs at a time: one has the lock, and one that lost it changes nothing more."""

from __future__ import annotations

import os
import signal

import pytest

from tests.aws_proxy.gates import Moment
from tests.aws_proxy.looks import Looks
from tests.aws_proxy.recorded import changes
from tests.kills.points import BY_NUMBER, Point
from tests.kills.site import Site
from tests.kills.test_killed import is_held
from tests.soak import share

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and signals")

ENDS = ("lock-lost", "locked", "deadline-exceeded")
"""How a run ends that was stopped: it finds that the lock is another's, or its call is too late."""


@pytest.mark.case("S46")
def test_twenty_first_runs_at_once_share_one_state_and_end_well_or_name_the_holder(
    site: Site,
) -> None:
    site.aws.state.looks = Looks(creation=2)
    owners = [f"owner-{number}" for number in range(20)]
    children = [site.begin("first", owner=owner, time="") for owner in owners]
    answers = [child.answer() for child in children]
    blocked = [answer for answer in answers if "done" not in answer]
    assert len(blocked) < 20
    assert {answer["error"] for answer in blocked} <= {"locked"}
    assert all(any(owner in answer["text"] for owner in owners) for answer in blocked)
    created = [
        given["TableName"] for action, given in changes(site.aws.asked) if "Create" in action
    ]
    assert site.aws.refused.count(("CreateTable", "ResourceInUseException")) < len(created)
    assert site.differences("first") == []


@pytest.mark.soak
@pytest.mark.parametrize(
    "point", share([point for point in BY_NUMBER if point.moment is Moment.AFTER]), ids=str
)
def test_a_run_stopped_past_its_lease_changes_nothing(site: Site, point: Point) -> None:
    """It is stopped while a reply is on its way, and goes on when another run has made all."""
    before = site.begin_filled()
    gate = site.aws.hold(point.request, Moment.AFTER)
    child = site.begin("second")
    if not is_held(gate, child):
        return  # it has not so many requests
    child.send(signal.SIGSTOP)
    gate.let_go_on()
    site.expire_lease()
    other = site.apply("second")
    assert "done" in other, other
    site.aws.forget()
    child.send(signal.SIGCONT)
    answer = child.answer()
    assert changes(site.aws.asked) == []
    assert answer.get("error", "lock-lost") in ENDS, answer
    assert site.differences("second") == []
    assert site.counted() == before
