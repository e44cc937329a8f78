"""Engines: the supported databases, and the functions that open them."""

from .connect import connect, connect_async, rules_for

__all__ = ["connect", "connect_async", "rules_for"]
