"""The oracle: the meaning of conditions, updates and key order, in cases with their sources."""

from __future__ import annotations

from .case import Case, KeyOrderCase, RefusedCase, UpdateCase, wire
from .condition_cases import CONDITION_CASES, REFUSED_CONDITION_CASES
from .key_order_cases import KEY_ORDER_CASES
from .update_cases import UPDATE_CASES

__all__ = [
    "CONDITION_CASES",
    "KEY_ORDER_CASES",
    "REFUSED_CONDITION_CASES",
    "UPDATE_CASES",
    "Case",
    "KeyOrderCase",
    "RefusedCase",
    "UpdateCase",
    "wire",
]
