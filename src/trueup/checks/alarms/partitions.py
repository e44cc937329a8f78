"""A small model of partitions: what a load makes of throttling, if its keys are even or not.

A key is in one partition, and a partition takes no more than its ceiling in a second, whatever the
table may consume. The model leaves out that DynamoDB splits partitions that stay hot: a single key
is not split, and that is the case that alarms are for.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Literal

from .compute import Points

Direction = Literal["Read", "Write"]
CEILINGS: Mapping[Direction, int] = {"Read": 3_000, "Write": 1_000}
"""Units of one partition in a second."""
_MINUTE_S = 60


def throttles(
    load: Mapping[str, float], direction: Direction, partitions: int, minutes: range
) -> Points:
    """Requests of each minute that the ceilings of partitions throttle; no datapoint for none.

    load: units per second by partition key, each request one unit. minutes: starts, epoch seconds.
    """
    demanded: Counter[int] = Counter()
    for key, units in load.items():
        demanded[partition_of(key, partitions)] += round(units * _MINUTE_S)
    ceiling = CEILINGS[direction] * _MINUTE_S
    beyond = sum(max(units - ceiling, 0) for units in demanded.values())
    return dict.fromkeys(minutes, float(beyond)) if beyond else {}


def even_load(direction: Direction, partitions: int, keys: int = 10_000) -> dict[str, float]:
    """Half of what all partitions take together, over many keys."""
    units = CEILINGS[direction] * partitions / 2
    return {f"key{number}": units / keys for number in range(keys)}


def hot_load(direction: Direction, partitions: int) -> dict[str, float]:
    """The same, and twice a partition's ceiling on one key."""
    return {**even_load(direction, partitions), "hot": 2.0 * CEILINGS[direction]}


def partition_of(key: str, partitions: int) -> int:
    """The partition of a key, by its hash."""
    digest = hashlib.blake2b(key.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % partitions
