"""Find public names in the packages that offer them, on first use."""

from __future__ import annotations

from collections.abc import Container
from importlib import import_module
from typing import Any

# Lowest first: no more packages are loaded than a name needs.
_PACKAGES = (
    "errors",
    "expressions",
    "model",
    "operations",
    "resilience",
    "repository",
    "repository.batch",
    "repository.session",
    "repository.write_set",
    "repository.database",
    "engines",
    "configuration",
    "seeds",
)


def load(name: str, offered: Container[str]) -> Any:
    """The public object called `name`. Raises AttributeError for a name that is not offered."""
    if name in offered:
        for package in _PACKAGES:
            module = import_module(f".{package}", __package__)
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module {__package__!r} has no attribute {name!r}")
