"""Sizes of instances of RDS, by their classes.

Sources:
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
"""

from __future__ import annotations

import re

from ..._dataclass import dataclass

_GIB = 1 << 30
_CLASS = re.compile(r"db\.(?:(t)[34]|([mr])[5-9])\w*\.(micro|small|medium|large|(\d*)xlarge)")
_LARGE_GIB = {"t": 8, "m": 8, "r": 16}
_SMALL_GIB = {"micro": 1, "small": 2, "medium": 4}
_BYTES_PER_CONNECTION = 9_531_392
_MOST_CONNECTIONS = 5_000


@dataclass(frozen=True, slots=True)
class InstanceSize:
    """What an instance has. connections: that PostgreSQL takes by default."""

    memory_bytes: int
    processors: int
    connections: int


def instance_size(name: str) -> InstanceSize | None:
    """The size of a class of the families t, m and r: `db.t4g.medium`;
    None for others, and for those that are older."""
    read = _CLASS.fullmatch(name)
    if read is None or (read[3] in _SMALL_GIB and not read[1]):
        return None
    times = 1 if read[4] is None else 2 * int(read[4] or 1)
    gib = _SMALL_GIB.get(read[3]) or _LARGE_GIB[read[1] or read[2]] * times
    return InstanceSize(
        memory_bytes=gib * _GIB,
        processors=2 * times,
        connections=min(gib * _GIB // _BYTES_PER_CONNECTION, _MOST_CONNECTIONS),
    )
