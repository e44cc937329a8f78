"""Triggers that Trueup writes: they act on every update, also on those of other programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class TouchOnUpdate:
    """Each update sets a field to the time of its transaction: `TouchOnUpdate("updated_at")`.

    trigger, function: their names; empty for names made of the table's or the field's.
    description: the comment that the database keeps of the trigger.
    """

    field: str
    trigger: str = ""
    function: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class CountUpdates:
    """Each update raises a whole number by one, unless it sets another one itself, as updates of a
    `Version` do."""

    field: str
    trigger: str = ""
    function: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Transitions:
    """A field changes in these ways only: `Transitions("status", {"queued": ["running"], …})`.

    allowed: from a value to the values that may follow; a value may always stay. Values that are
        not named have none to follow. None is a value as others: `{None: ["queued"]}`.
    """

    field: str
    allowed: Mapping[str | None, Sequence[str | None]]
    trigger: str = ""
    function: str = ""
    description: str = ""
