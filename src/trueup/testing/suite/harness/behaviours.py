"""BEHAVIOURS: the contract tests by name; `deviations.toml` uses these names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import behaviours

BEHAVIOURS: dict[str, Callable[..., Any]] = {
    name: value
    for module in behaviours.__all__
    for name, value in vars(getattr(behaviours, module)).items()
    if name.startswith("test_")
}
