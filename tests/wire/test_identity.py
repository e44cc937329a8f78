"""Who signs: one refresh for all who wait, none for those who need not."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from tests.waiting import wait_until
from trueup.engines.dynamodb.wire.aws.configuration import Options, read_settings
from trueup.engines.dynamodb.wire.aws.credentials import Credentials
from trueup.engines.dynamodb.wire.aws.identity import FRESH_S, Identity
from trueup.engines.dynamodb.wire.aws.sigv4 import Signer
from trueup.errors import NeedsOperator

CALLERS = 32
PLAIN = read_settings(
    Options(region="eu-west-1"),
    {"AWS_CONFIG_FILE": "/nowhere", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere"},
)


@dataclass
class Source:
    """Credentials that are expired, ageing or good, as the test says."""

    fetched: int = 0
    is_usable: bool = False
    is_old: bool = False
    is_broken: bool = False
    may_end: threading.Event = field(default_factory=threading.Event)

    def usable(self) -> Credentials | None:
        return Credentials(f"AK{self.fetched}", "SK") if self.is_usable else None

    def is_ageing(self) -> bool:
        return self.is_old

    def fetch(self) -> Credentials:
        self.may_end.wait(5)
        self.fetched += 1
        if self.is_broken:
            raise NeedsOperator("none", fix="none")
        self.is_usable, self.is_old = True, False
        return Credentials(f"AK{self.fetched}", "SK")


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def signer_of(identity: Identity) -> Signer:
    return identity.signer() or identity.fetch().result(5)


def test_threads_that_find_credentials_expired_cause_one_refresh() -> None:
    source = Source()
    identity = Identity(PLAIN, source, Clock())
    with ThreadPoolExecutor(CALLERS) as threads:
        calls = [threads.submit(signer_of, identity) for _ in range(CALLERS)]
        source.may_end.set()
        found = {call.result(5).credentials.access_key for call in calls}
    assert (found, source.fetched) == ({"AK1"}, 1)


def test_tasks_that_find_credentials_expired_cause_one_refresh() -> None:
    source = Source()
    identity = Identity(PLAIN, source, Clock())

    async def wait() -> Signer | None:
        fetched = asyncio.wrap_future(identity.fetch())
        return identity.signer() or await asyncio.shield(fetched)

    async def main() -> set[str]:
        tasks = [asyncio.create_task(wait()) for _ in range(CALLERS)]
        await asyncio.sleep(0)
        for task in tasks[::4]:
            task.cancel()  # those that stay do not lose what they wait for
        source.may_end.set()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        return {one.credentials.access_key for one in found if isinstance(one, Signer)}

    assert (asyncio.run(main()), source.fetched) == ({"AK1"}, 1)


def test_a_signer_is_used_for_a_second_without_a_look() -> None:
    source, clock = Source(is_usable=True), Clock()
    identity = Identity(PLAIN, source, clock)
    first = identity.signer()
    source.is_usable = False
    clock.now_s += FRESH_S - 0.01
    assert identity.signer() is first
    clock.now_s += 0.02
    assert identity.signer() is None


def test_ageing_credentials_are_refreshed_while_they_are_used() -> None:
    source, clock = Source(is_usable=True, is_old=True), Clock()
    identity = Identity(PLAIN, source, clock)
    signer = identity.signer()
    assert signer is not None
    assert signer.credentials.access_key == "AK0"
    source.may_end.set()
    wait_until(lambda: signer_of(identity).credentials.access_key == "AK1")
    assert source.fetched == 1


def test_a_refresh_that_fails_is_everyones_error_and_the_next_one_tries_again() -> None:
    source = Source(is_broken=True)
    identity = Identity(PLAIN, source, Clock())
    source.may_end.set()
    with pytest.raises(NeedsOperator):
        signer_of(identity)
    source.is_broken = False
    assert signer_of(identity).credentials.access_key == "AK2"
