"""A site for a test: a proxy that behaves as AWS, names of its own, a time, and children."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from tests.aws_proxy.client import Client
from tests.aws_proxy.looks import Looks
from tests.aws_proxy.proxy import AwsProxy
from tests.kills.applying import Answer, opened, run
from tests.kills.child import Child, Nursery
from tests.kills.time import SharedTime
from trueup.lifecycle.inspection import Intent, inspect
from trueup.lifecycle.state.lock import LEASE_S, acquire
from trueup.lifecycle.state.ownership import own
from trueup.schema.hazard import Allowance

PRUNE = [Allowance.PRUNE.value]


@dataclass(frozen=True, slots=True)
class Site:
    """Tables whose names begin with a prefix, behind a proxy."""

    aws: AwsProxy
    prefix: str
    time: SharedTime
    nursery: Nursery

    @property
    def client(self) -> Client:
        return Client(self.aws.port)

    def asked(self, version: str, **more: Any) -> dict[str, Any]:
        """What is asked of `run`."""
        place = {"url": self.aws.url, "prefix": self.prefix, "time": str(self.time.file)}
        return {**place, "version": version, "allowed": PRUNE, **more}

    def apply(self, version: str, **more: Any) -> Answer:
        """Apply in this process."""
        return run(self.asked(version, **more))

    def begin(self, version: str, **more: Any) -> Child:
        """Apply in a child, which can be killed."""
        return self.nursery.begin(
            "tests.kills.applying:run_in_child", **self.asked(version, **more)
        )

    def differences(self, version: str) -> list[str]:
        """What another run would change."""
        with opened(self.aws.url, self.prefix, version) as target:
            intent = Intent(frozenset({Allowance.PRUNE}))
            return [str(planned.change) for planned in inspect(target).plan(intent).changes]

    def own(self, version: str, table: str) -> None:
        """Take a table over."""
        clocks, name = self.time.clocks(), f"{self.prefix}{table}"
        with opened(self.aws.url, self.prefix, version) as target:
            sides, store = inspect(target), target.store
            lease = acquire(store, target.scope, "taking over", "me", clocks)
            own(lease, [sides.live[name]], sides.records, clocks.now_epoch_s)
            lease.release()

    def begin_filled(self, version: str = "first", count: int = 60) -> tuple[int, str]:
        """Make a version with orders in it; their count and hash. Records from now on."""
        looks, self.aws.state.looks = self.aws.state.looks, Looks()
        assert "done" in self.apply(version)
        self.aws.state.looks = looks
        self.fill(count)
        counted = self.counted()
        self.aws.forget()
        return counted

    def expire_lease(self) -> None:
        """Let so much time pass that whoever held the lock has lost it."""
        self.time.move_on(LEASE_S + 1)

    def fill(self, count: int, start: int = 0) -> None:
        """Put orders into their table."""
        table = f"{self.prefix}orders"
        items = [order(number) for number in range(start, start + count)]
        for first in range(0, count, 25):
            puts = [{"PutRequest": {"Item": item}} for item in items[first : first + 25]]
            self.client.do("BatchWriteItem", RequestItems={table: puts})

    def counted(self, index: str = "", table: str = "orders") -> tuple[int, str]:
        """How many orders there are, and their hash, in the table or in an index."""
        found: list[str] = []
        asked: dict[str, Any] = {"TableName": f"{self.prefix}{table}"}
        asked |= {"IndexName": index} if index else {"ConsistentRead": True}
        while True:
            page = self.client.do("Scan", **asked)
            found += [json.dumps(item, sort_keys=True) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return len(found), hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def order(number: int) -> dict[str, Any]:
    """An order as it is stored."""
    texts = {
        "id": f"order-{number}",
        "customer": f"customer-{number % 7}",
        "status": "open",
        "day": f"2026-11-{number % 28 + 1:02}",
        "note": "ü" * (number % 50),
    }
    numbers = {"total": str(number), "gone_at": "4102444800"}
    return {name: {"S": text} for name, text in texts.items()} | {
        name: {"N": text} for name, text in numbers.items()
    }
