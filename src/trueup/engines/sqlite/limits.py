"""What the embedded engine refuses: nothing of its own. It splits batches into transactions."""

from __future__ import annotations

from ...operations.engine import Limits, Rules

BATCH_ITEMS = 500
"""Items in one write transaction of a batch: enough that a sync to disk costs little per item,
few enough that others wait a few milliseconds only."""

RULES = Rules("sqlite", Limits(batch_get_keys=BATCH_ITEMS, batch_write_items=BATCH_ITEMS))
"""SQLite's own limits (https://www.sqlite.org/limits.html) are far above every target's."""
