"""Databases: a layer opened on an engine."""

from ._async import AsyncDatabase
from ._sync import Database
from .open import TIMEOUT_S, check_layer, open_database, open_database_async
from .open_layer import OpenLayer

__all__ = [
    "TIMEOUT_S",
    "AsyncDatabase",
    "Database",
    "OpenLayer",
    "check_layer",
    "open_database",
    "open_database_async",
]
