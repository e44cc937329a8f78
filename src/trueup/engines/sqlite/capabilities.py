"""What the embedded engine can do: all of it, in one file."""

from __future__ import annotations

from ...operations.engine import Capabilities, Limits

CAPABILITIES = Capabilities()

BATCH_ITEMS = 500
"""Items in one write transaction of a batch: enough that a sync to disk costs little per item,
few enough that others wait a few milliseconds only."""

LIMITS = Limits(batch_get_keys=BATCH_ITEMS, batch_write_items=BATCH_ITEMS)
"""SQLite's own limits are far above every target's; see `limits.py`."""
