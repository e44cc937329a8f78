"""SQL of the caller's own, and sessions: transactions that read and write in between."""

from ._async import AsyncRows, AsyncSavepoint, AsyncSession
from ._sync import Rows, Savepoint, Session

__all__ = ["AsyncRows", "AsyncSavepoint", "AsyncSession", "Rows", "Savepoint", "Session"]
