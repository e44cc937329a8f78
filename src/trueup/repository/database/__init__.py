"""Databases: a layer opened on an engine."""

from ._async import AsyncDatabase
from ._sync import Database
from .opened import Opened, OpenedEngine

__all__ = ["AsyncDatabase", "Database", "Opened", "OpenedEngine"]
