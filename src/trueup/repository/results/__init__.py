"""What reads give: results that are read while they are consumed, and collections."""

from ._async import AsyncResults
from ._sync import Results
from .collection import Collection

__all__ = ["AsyncResults", "Collection", "Results"]
