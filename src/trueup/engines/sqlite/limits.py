"""The rules of the embedded engine: no limits of its own, except that batches are split."""

from __future__ import annotations

from ...expressions import Intersects, Within
from ...operations.engine import Capabilities, Limits, Rules

BATCH_ITEMS = 500
"""Items in one write transaction of a batch: enough to spread the cost of a sync to disk, few
enough that others wait only a few milliseconds."""

RULES = Rules(
    "sqlite",
    Limits(batch_get_keys=BATCH_ITEMS, batch_write_items=BATCH_ITEMS),
    Capabilities(
        row_locks=False,  # the whole file has one lock
        copy=False,
        conditions=Capabilities().conditions - {Within, Intersects},
    ),
)
"""SQLite's own limits (https://www.sqlite.org/limits.html) are far above every target's. It knows
no distances on the earth."""
