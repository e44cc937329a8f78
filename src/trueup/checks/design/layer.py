"""The rules of declarations, asked of every table of a layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from ...model.declarations.layer import Layer
from ..problem import Problem
from ..rule import Rule
from . import columns, indexes, keys, relational, settings, sql_indexes
from .declared import DeclaredTable, FindInTable

RULES: Mapping[Rule, FindInTable] = (
    keys.RULES
    | indexes.RULES
    | settings.RULES
    | relational.RULES
    | sql_indexes.RULES
    | columns.RULES
)
"""By the rule."""

ON_DYNAMODB_ALONE = {
    keys.FEW_PARTITIONS,
    keys.MAYBE_FEW,
    indexes.WIDE_PROJECTION,
    indexes.LOCAL_INDEX,
    indexes.LOCAL_ALL,
    indexes.REDUNDANT,
    indexes.MOVING,
    settings.FIXED_UNITS,
    settings.NO_RECOVERY,
}
"""Rules of what other targets do otherwise."""


def design_problems(layer: Layer, now: datetime) -> Iterator[Problem]:
    """What will be regretted of a layer's declarations, table by table. now: the present."""
    for table in layer.tables:
        declared = DeclaredTable(layer, table, now)
        file, _, line = table.declared_at.rpartition(":")
        for rule, find in RULES.items():
            if rule in ON_DYNAMODB_ALONE and layer.target != "dynamodb":
                continue
            for what in find(declared):
                yield rule.problem(what, file=file, line=int(line), of=table.name)
