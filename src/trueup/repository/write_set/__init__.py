"""Transactions: several actions that happen together or not at all."""

from ._async import AsyncTransaction
from ._sync import Transaction

__all__ = ["AsyncTransaction", "Transaction"]
