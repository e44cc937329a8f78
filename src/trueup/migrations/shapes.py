"""What both catalogues tell of tables: their order, and the values that their checks name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256

from .port import Shape

_LITERAL = re.compile(r"'((?:[^']|'')*)'|(?<![\w.\"])(-?\d+(?:\.\d+)?)(?![\w.\"])")
_OF_THE_STAGE = ("privileges ", "extension ")
"""What differs from stage to stage: the names of roles, and what a superuser has installed."""

_DIGITS = 16


def in_order(found: Mapping[str, Shape]) -> list[Shape]:
    """Tables that others point to first; in a circle, those that point to fewer."""
    graph = {
        name: {one.table for one in shape.references if one.table != name and one.table in found}
        for name, shape in found.items()
    }
    try:
        return [found[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError:
        return [found[name] for name in sorted(graph, key=lambda name: len(graph[name]))]


def literals_of(checks: str) -> tuple[str, ...]:
    """The texts and numbers in a condition, each once."""
    found = [(text or number).replace("''", "'") for text, number in _LITERAL.findall(checks)]
    return tuple(dict.fromkeys(found))


def fingerprint(objects: Mapping[str, str]) -> dict[str, str]:
    """A hash for each object, by its name. Privileges and extensions are left out."""
    return {
        name: sha256(text.encode()).hexdigest()[:_DIGITS]
        for name, text in sorted(objects.items())
        if not name.startswith(_OF_THE_STAGE)
    }


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The names of objects that are not the same in both."""
    return sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )
