"""What everybody asks for: the table, its partitions and the keys in them."""

from __future__ import annotations

from ..values import PARTITION, sort_key

TABLE = "customers"
REGION = "eu-west-1"

PARTITION_100 = PARTITION
PARTITION_1000 = "customers#1000"
"""Partitions are named by how many items they have."""

ONE = sort_key(1)
"""The sort key of the item that is read and changed, in PARTITION_100."""

READ_TOGETHER = 100
WRITTEN_TOGETHER = 25
IN_A_TRANSACTION = 10
IN_FLIGHT = 32
"""Items of `get_many_100`, `put_many_25`, `transact_10` and `gets_32_async`."""

NEW_NAME = "Changed Name"
NEW_AGE = 44
"""What an update assigns."""
