"""Batches as blocks: writes of any tables, a request at a time."""

from ._async import AsyncBatch
from ._sync import Batch

__all__ = ["AsyncBatch", "Batch"]
