"""Physical names: what a table is called where it is deployed."""

from __future__ import annotations

from collections.abc import Mapping

from ..._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class NameFromEnvironment:
    """A physical name taken from an environment variable when a database is connected."""

    variable: str
    default: str


PhysicalName = str | NameFromEnvironment | None


def name_from_environment(variable: str, *, default: str) -> NameFromEnvironment:
    """Name a table by `variable`, or `default` where it is not set."""
    return NameFromEnvironment(variable, default)


def physical_name(declared: PhysicalName, logical: str, environment: Mapping[str, str]) -> str:
    """The name to use now; the logical name where nothing else is declared."""
    if isinstance(declared, NameFromEnvironment):
        return environment.get(declared.variable) or declared.default
    return declared or logical
