"""Behaviour: what live tables do, as findings beside those of their facts."""

from .trying import try_tables

__all__ = ["try_tables"]
