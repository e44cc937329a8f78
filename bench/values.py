"""The values of the item that is measured: thirteen attributes. Imports no library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

PARTITION = "customers#100"


class Status(StrEnum):
    """A text enum."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


def sort_key(number: int) -> str:
    """The sort key of an item."""
    return f"order#{number:010}"


def make_values(number: int, partition: str = PARTITION) -> dict[str, Any]:
    """The field values of one item; the same number gives the same item."""
    import random  # 3 ms that a cold start, which needs the names only, should not pay

    chosen = random.Random(number)
    return {
        "pk": partition,
        "sk": sort_key(number),
        "name": f"Customer Name {chosen.randrange(10**6)}",
        "status": chosen.choice(list(Status)),
        "age": chosen.randrange(18, 99),
        "balance": Decimal(chosen.randrange(10**8)) / 100,
        "score": round(chosen.random() * 100, 6),
        "active": chosen.random() < 0.5,
        "created_at": datetime(2024, 1, 1, tzinfo=UTC)
        + timedelta(microseconds=chosen.randrange(1, 10**13)),
        "tags": [f"tag-{chosen.randrange(1000)}" for _ in range(3)],
        "address": {
            "street": f"{chosen.randrange(1000)} Long Street Name",
            "city": f"City {chosen.randrange(1000)}",
            "zip": f"{chosen.randrange(10**5):05}",
            "floor": chosen.randrange(1, 50),
        },
        "nickname": None,
        "bio": "x" * 150 + f' "quoted" \u00e9\u00e8 end {chosen.randrange(1000)}',
    }
