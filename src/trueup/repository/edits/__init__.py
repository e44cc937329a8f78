"""Edits: items that are read, changed by the program, and written as far as they differ."""

from ._async import AsyncEdits
from ._sync import Edits

__all__ = ["AsyncEdits", "Edits"]
