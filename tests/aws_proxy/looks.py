"""How long AWS takes, counted in looks at what is not finished yet."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Looks:
    """How many looks show each change unfinished; no clock decides, so that tests are exact.

    A look is a DescribeTable, unless said otherwise.

    creation: the table is CREATING. update: it is UPDATING, after a change of billing, throughput,
        stream or class. deletion: it is DELETING.
    allocation: a new index is CREATING, and its table UPDATING. backfilling: the index still is
        CREATING and backfills, its table ACTIVE again. index_deletion: it is DELETING.
    encryption: a change of the key is UPDATING.
    tags: looks by ListTagsOfResource that find no tags on a new table.
    tag_lock: changes of tags that are refused after one.
    backups: looks at, or attempts to use, the backups of a new table that find none yet.
    backup: looks by DescribeBackup or ListBackups at an on-demand backup that is CREATING.
    ttl: looks by DescribeTimeToLive at ENABLING or DISABLING.
    policy: looks by GetResourcePolicy that find the policy that was there before.
    """

    creation: int = 0
    update: int = 0
    deletion: int = 0
    allocation: int = 0
    backfilling: int = 0
    index_deletion: int = 0
    encryption: int = 0
    tags: int = 0
    tag_lock: int = 0
    backups: int = 0
    backup: int = 0
    ttl: int = 0
    policy: int = 0


SLOW = Looks(
    creation=2,
    update=1,
    deletion=2,
    allocation=1,
    backfilling=2,
    index_deletion=1,
    encryption=1,
    tags=1,
    backups=2,
    backup=1,
    ttl=1,
    policy=1,
)
"""Every change takes a while."""


@dataclass
class Clock:
    """The time by which AWS counts hours; tests move it on."""

    moved_s: float = 0.0

    def now_s(self) -> float:
        return time.time() + self.moved_s

    def move_on(self, seconds: float) -> None:
        """Let time pass on AWS."""
        self.moved_s += seconds
