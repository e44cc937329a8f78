"""Seeds by reference: `app.seeds:seeds` is a Seed of the module `app.seeds`, or a tuple of them."""

from __future__ import annotations

from typing import Any

from ..configuration.loading import Reference, load_declared
from ..configuration.settings import FILE, TABLE
from ..configuration.stage import Stage
from ..errors import ConfigurationError, Place
from .declaration import Seed


def load_seeds(stage: Stage) -> list[Seed[Any]]:
    """The seeds of a project, in the order of their declaration.

    Raises:
        ConfigurationError: none are configured, or they cannot be loaded.
        DeclarationError: one is declared wrongly.
    """
    setting = f"seeds in [{TABLE}] of {FILE}"
    if not stage.seeds_reference:
        raise ConfigurationError(
            "no seeds are configured",
            where=Place(note=setting),
            fix='write seeds = "app.seeds:seeds" there',
        )
    reference = Reference(
        "seeds",
        stage.seeds_reference,
        setting,
        "a Seed or a tuple of Seeds",
        "(Seed(...), Seed(...))",
    )
    return _listed(load_declared(reference, stage.folder, _are_seeds))


def _are_seeds(value: object) -> bool:
    return isinstance(value, Seed) or (
        isinstance(value, tuple | list) and all(isinstance(one, Seed) for one in value)
    )


def _listed(found: object) -> list[Seed[Any]]:
    listed = found if isinstance(found, tuple | list) else [found]
    return [one for one in listed if isinstance(one, Seed)]
