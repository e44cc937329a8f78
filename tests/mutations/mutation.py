"""A mutation: a live table that is changed behind the back of its declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from trueup import Table

Calls: TypeAlias = tuple[tuple[str, Mapping[str, Any]], ...]
"""Raw requests, by action, without the name of the table."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """Something that others do to a table.

    table: as declared, and as made. calls: what others do. paths: of what then differs, with dots;
        a path stands for everything below it.
    is_kept: whether the server of the tests keeps the fact; if not, it takes a proxy that does.
    """

    name: str
    table: Table[Any]
    calls: Calls
    paths: tuple[str, ...]
    is_kept: bool = True

    def __str__(self) -> str:
        return self.name


def unexplained(paths: tuple[str, ...], found: list[str]) -> tuple[list[str], list[str]]:
    """The paths that nothing was found at, and what was found elsewhere."""

    def is_below(path: str, above: str) -> bool:
        return path == above or path.startswith(f"{above}.")

    missed = [path for path in paths if not any(is_below(one, path) for one in found)]
    surplus = [one for one in found if not any(is_below(one, path) for path in paths)]
    return missed, surplus
