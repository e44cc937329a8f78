"""The rules in force: what the engine allows, narrowed to what the layer's target allows."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from .engine import Capabilities, Limits, Rules

_BATCH_SIZES = frozenset({"batch_get_keys", "batch_write_items"})
_BATCH_ABILITIES = frozenset({"conditional_batches"})


def narrowed(engine: Rules, target: Rules) -> Rules:
    """The engine's rules under a target. What concerns batches stays the engine's own: it is how
    work is split, not what is refused."""
    limits: dict[str, Any] = {
        field.name: _smaller(getattr(engine.limits, field.name), getattr(target.limits, field.name))
        for field in fields(Limits)
    }
    limits |= {name: getattr(engine.limits, name) for name in _BATCH_SIZES}
    capabilities = {
        field.name: getattr(engine.capabilities, field.name)
        and getattr(target.capabilities, field.name)
        for field in fields(Capabilities)
    }
    capabilities |= {name: getattr(engine.capabilities, name) for name in _BATCH_ABILITIES}
    return Rules(engine.engine, Limits(**limits), Capabilities(**capabilities), target.engine)


def _smaller(own: int | None, target: int | None) -> int | None:
    known = [limit for limit in (own, target) if limit is not None]
    return min(known) if known else None
