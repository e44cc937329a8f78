"""Overrides: values that a template can hold, for properties that nothing else has a word for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...._kinds import kind_of_value


def override_problems(given: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What no template can hold, by its place."""
    for name, properties in given.items():
        for place, value in _leaves(properties, name):
            if not (value is None or isinstance(value, (bool, int, float, str))):
                yield f"overrides=: {place} is {kind_of_value(value)}, which no template holds"


def _leaves(value: Any, place: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _leaves(one, f"{place}.{name}")
    elif isinstance(value, (list, tuple)):
        for number, one in enumerate(value):
            yield from _leaves(one, f"{place}[{number}]")
    else:
        yield place, value
