"""All contract tests in one module: `from trueup.testing.suite.behaviours import *`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

_MODULES = sorted(path.stem for path in Path(__file__).parent.glob("test_*.py"))

BEHAVIOURS: dict[str, Callable[..., Any]] = {
    name: value
    for module in _MODULES
    for name, value in vars(import_module(f"{__package__}.{module}")).items()
    if name.startswith("test_")
}
"""Each contract test by its name, which `deviations.toml` uses."""

globals().update(BEHAVIOURS)
__all__ = ["BEHAVIOURS", *BEHAVIOURS]  # noqa: PLE0604  # pyright: ignore[reportUnsupportedDunderAll]  # all of them texts
