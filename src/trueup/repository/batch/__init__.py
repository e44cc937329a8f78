"""Batches as blocks: writes to any tables, a request at a time."""

from ._async import AsyncBatch
from ._sync import Batch

__all__ = ["AsyncBatch", "Batch"]
