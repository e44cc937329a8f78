"""Units: what a read or a write is charged by.

Sources:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html (what is written to
        an index: once for an item, twice if its key there changes)
"""

from __future__ import annotations

from math import ceil

READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024


def read_units(size: int, *, consistent: bool = False) -> float:
    """The units of a read of so many bytes: an item, or all that a query reads of a page.

    A read that finds nothing is charged like one of a small item.
    """
    return max(1, ceil(size / READ_UNIT_BYTES)) * (1.0 if consistent else 0.5)


def write_units(size: int) -> int:
    """The units of a write of an item, or of what an index holds of it. size: the larger one, of
    the item before and after."""
    return max(1, ceil(size / WRITE_UNIT_BYTES))
