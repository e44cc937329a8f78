"""Steps wait for what is not done, and for the distance that a database wants between requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.lifecycle.places import SHOP, Place, Time, shop
from trueup.errors import ErrorCode, NeedsOperator, OutcomeUnknown, TrueupError, Unavailable
from trueup.lifecycle.aims import Seen
from trueup.lifecycle.events import ApplyEvent, Waiting
from trueup.lifecycle.inspection import Target
from trueup.lifecycle.state.journal import Journal, new_run, steps
from trueup.lifecycle.state.lock import LEASE_S, acquire, unlock
from trueup.lifecycle.state.ownership import intended
from trueup.lifecycle.state.records import OwnedTable
from trueup.lifecycle.steps import MOST_WAIT_S, Steps
from trueup.operations import Request
from trueup.resilience import Retries, RetryPolicy
from trueup.schema.engine import DONE, Progress, Step
from trueup.testing.suite.harness.refusals import refused

HOUR_S = 3600.0


@dataclass
class Work:
    """A payload of SQLite that touches nothing: it gives the next of its replies."""

    replies: list[Progress | TrueupError]
    asked: list[float] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def on(self, _wire: Any, deadline_s: float) -> Progress:
        self.asked.append(deadline_s)
        self.meanwhile()
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, TrueupError):
            raise reply
        return reply

    def step(self, **options: Any) -> Step:
        return Step("do it", "Orders", Request("Do", "", self, lambda reply: reply), **options)


def work(*replies: Progress | TrueupError) -> Work:
    return Work(list(replies) or [DONE])


@pytest.fixture
def target() -> Iterator[Target]:
    with Place("sqlite://", "").opened(shop()) as target:
        yield target


def performing(target: Target, moment: Time, heard: list[ApplyEvent], run: str = "one") -> Steps:
    lease = acquire(target.store, SHOP, run, "me", moment.clocks)
    known: dict[str, OwnedTable] = target.store.owned()
    owned = {one.id: one for one in intended(["Orders"], SHOP, known, moment.clocks.now_epoch_s)}
    lease.write_all(owned.values())
    record = new_run(lease, Seen("plan", frozenset()), 1, moment.clocks.now_epoch_s)
    journal = Journal(lease, record, moment.clocks)
    runner = target.opened.runner
    return Steps(runner, lease, journal, owned, moment.clocks, heard.append)


def test_request_is_sent_again_until_it_is_done(target: Target, moment: Time) -> None:
    heard: list[ApplyEvent] = []
    one = work(Progress(is_done=False, note="half"), Progress(is_done=False), DONE)
    assert not performing(target, moment, heard).perform([one.step()])
    assert len(one.asked) == 3
    waits = [event for event in heard if isinstance(event, Waiting)]
    assert [wait.note for wait in waits] == ["half", "do it"]
    assert moment.paused == [0.1, 0.2]
    (recorded,) = steps(target.store, "one")
    assert recorded.ended_at_epoch_s


def test_request_that_does_more_of_the_work_need_not_wait(target: Target, moment: Time) -> None:
    moving = Progress(is_done=False, is_moving=True)
    one = work(moving, moving, Progress(is_done=False), DONE)
    performing(target, moment, []).perform([one.step()])
    assert len(one.asked) == 4
    assert len(moment.paused) == 1


def test_rest_waits_for_a_look_if_others_were_faster(target: Target, moment: Time) -> None:
    late, rest = work(Progress(is_late=True)), work()
    doing = performing(target, moment, [])
    assert doing.perform([late.step(), rest.step()])
    assert rest.asked == []


def test_request_has_the_lease_as_its_deadline(target: Target, moment: Time) -> None:
    began_s = moment.monotonic_s
    one = work()
    doing = performing(target, moment, [])
    moment.pass_by(45)  # more than the time of a call is left when it is renewed
    doing.perform([one.step()])
    assert began_s + 45 < one.asked[0] < began_s + 45 + LEASE_S


def test_failed_request_is_not_sent_again_after_the_lock_is_gone(
    target: Target, moment: Time
) -> None:
    one = work(Unavailable("busy", fix="wait"), DONE)
    retries = Retries(RetryPolicy(), jitter=lambda: 0.0)
    opened = replace(target.opened, runner=replace(target.opened.runner, middleware=retries))
    doing = performing(replace(target, opened=opened), moment, [])
    one.meanwhile = lambda: unlock(target.store, "one", SHOP)
    with refused(ErrorCode.LOCK_LOST):
        doing.perform([one.step()])
    assert len(one.asked) == 1


def test_failed_request_is_sent_again_under_the_lock(target: Target, moment: Time) -> None:
    one = work(Unavailable("busy", fix="wait"), DONE)
    retries = Retries(RetryPolicy(), jitter=lambda: 0.0)
    opened = replace(target.opened, runner=replace(target.opened.runner, middleware=retries))
    performing(replace(target, opened=opened), moment, []).perform([one.step()])
    assert len(one.asked) == 2


def test_wait_keeps_the_lock_of_others_away(target: Target, moment: Time) -> None:
    looks = work(*[Progress(is_done=False)] * 60, DONE)
    heard: list[ApplyEvent] = []
    doing = performing(target, moment, heard)

    def other(event: ApplyEvent) -> None:
        heard.append(event)
        with refused(ErrorCode.LOCKED):
            acquire(target.store, SHOP, "other", "you", moment.clocks)

    doing.tell = other
    doing.perform([looks.step(changes=False)])
    assert sum(moment.paused) > 2 * LEASE_S


def test_wait_ends_some_day(target: Target, moment: Time) -> None:
    looks = work(Progress(is_done=False))
    doing = performing(target, moment, [])
    moment.pace = 10_000
    with refused(ErrorCode.ENGINE_FAILED) as refusal:
        doing.perform([looks.step(changes=False)])
    assert refusal.says(f"after {MOST_WAIT_S // 86_400} days", "do it")


@pytest.mark.case("S17")
def test_spaced_requests_are_an_hour_apart(target: Target, moment: Time) -> None:
    heard: list[ApplyEvent] = []
    one, two = work(), work()
    spaced = {"spacing": "ttl", "spacing_s": HOUR_S}
    doing = performing(target, moment, heard)
    doing.perform([one.step(**spaced), two.step(**spaced)])
    assert sum(moment.paused) == pytest.approx(HOUR_S, abs=1)
    first = next(event for event in heard if isinstance(event, Waiting))
    assert first.left_s == pytest.approx(HOUR_S, abs=1)
    assert "ttl" in first.note


@pytest.mark.case("S17")
def test_run_after_a_killed_one_waits_for_the_rest_of_the_hour(
    target: Target, moment: Time
) -> None:
    spaced = work().step(spacing="ttl", spacing_s=HOUR_S)
    performing(target, moment, []).perform([spaced])
    moment.pass_by(1000)  # the run is killed
    performing(target, moment, [], "two").perform([spaced])
    assert sum(moment.paused) == pytest.approx(HOUR_S - 1000, abs=1)


def refusal_of(kind: type[TrueupError]) -> TrueupError:
    return kind("no", fix="nothing", code=ErrorCode.ACCESS_DENIED)


@pytest.mark.parametrize(
    ("error", "is_free"),
    [(refusal_of(NeedsOperator), True), (refusal_of(OutcomeUnknown), False)],
)
def test_refused_request_starts_no_hour(
    target: Target, moment: Time, error: TrueupError, is_free: bool
) -> None:
    failing, one = work(error), work()
    spaced = {"spacing": "ttl", "spacing_s": HOUR_S}
    with pytest.raises(type(error)):
        performing(target, moment, []).perform([failing.step(**spaced)])
    moment.pass_by(LEASE_S)
    performing(target, moment, [], "two").perform([one.step(**spaced)])
    assert (sum(moment.paused) == 0) is is_free


@pytest.mark.parametrize(
    ("replies", "is_refused"),
    [
        ([NeedsOperator("no", fix="ask")], True),
        ([Progress(is_done=False), NeedsOperator("no", fix="ask")], False),
        ([Unavailable("busy", fix="wait")], False),
        ([OutcomeUnknown("who knows", fix="look")], False),
    ],
)
def test_step_is_refused_if_its_first_reply_says_that_nothing_is_done(
    target: Target, moment: Time, replies: list[Progress | TrueupError], is_refused: bool
) -> None:
    doing = performing(target, moment, [])
    with pytest.raises(TrueupError):
        doing.perform([work(*replies).step()])
    assert (doing.current, doing.is_refused) == ("do it", is_refused)
