"""Sets that an update has to read first: those that stay, as an empty list, without elements.

`operations/plans/set_changes.py` says why, and reads them.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from ...model.description.tables import TableDescription
from ...model.translation.annotations import bare, without_none
from ...model.translation.shapes import reachable_models


def has_kept_sets(table: TableDescription) -> bool:
    """Whether any model of a table has a set in a list or map, or one that may be None."""
    return any(
        _holds(field.annotation, is_field=not without_none(field.annotation)[1])
        for model in table.models.values()
        for reached in reachable_models(model)
        for field in reached.model_fields.values()
    )


def _holds(annotation: Any, *, is_field: bool) -> bool:
    """is_field: whether the absence of a value here says that a set is empty."""
    inner = bare(annotation)
    if inner.is_a(Set):
        return not is_field
    return any(_holds(one, is_field=False) for one in inner.holds)
