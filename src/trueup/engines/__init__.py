"""Engines: the databases Trueup supports, and the way to open one."""

from .connect import connect, connect_async, rules_for

__all__ = ["connect", "connect_async", "rules_for"]
