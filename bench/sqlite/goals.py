"""The goals: how many times the cost of the same work by hand Trueup may take at most."""

from __future__ import annotations

from collections.abc import Mapping

GOALS: Mapping[str, float] = {"get": 1.7, "query_1000": 1.2, "put": 1.4, "put_many": 1.5}
"""By operation, of the same SQL in `sqlite3` with pydantic's validation."""

IMPORT_GOAL = 1.15
"""`import trueup`, of a process that defines one pydantic model."""


def verdict(ratio: float, goal: float) -> str:
    """How a page says whether a goal is met."""
    return "met" if ratio <= goal else "missed"
