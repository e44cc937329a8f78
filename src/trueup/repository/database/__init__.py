"""Databases: a layer opened on an engine."""

from ._async import AsyncDatabase
from ._sync import Database
from .open_layer import OpenLayer, SchemaEngine

__all__ = ["AsyncDatabase", "Database", "OpenLayer", "SchemaEngine"]
