"""Writes of any number of items, of one table."""

from ._async import AsyncBulkWrites
from ._sync import BulkWrites

__all__ = ["AsyncBulkWrites", "BulkWrites"]
