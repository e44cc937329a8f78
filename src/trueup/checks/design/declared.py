"""A declared table as its rules see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any, TypeAlias

from ..._dataclass import dataclass
from ...model.declarations.fields import template_of
from ...model.declarations.layer import Layer
from ...model.declarations.table import Table
from ...model.description.tables import Attribute, TableDescription


@dataclass(frozen=True)
class DeclaredTable:
    """A table of a layer. now: the present, which examples are compared with."""

    layer: Layer
    table: Table[Any]
    now: datetime

    @cached_property
    def description(self) -> TableDescription:
        """Its description."""
        return self.layer.describe(self.table)

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """Its attributes by the names of their fields."""
        return {one.name: one for one in self.description.attributes}

    def parts(self, name: str) -> tuple[Attribute, ...]:
        """What a field is made of: the parts of a composed field, or the field itself."""
        for model in (self.table.model, *self.table.entity_models):
            field = model.model_fields.get(name)
            template = template_of(field) if field is not None else None
            if template is not None:
                return tuple(part for one in template.fields for part in self.parts(one))
        return (self.attributes[name],) if name in self.attributes else ()

    def all_parts(self, names: tuple[str, ...]) -> tuple[Attribute, ...]:
        """What several fields are made of."""
        return tuple(part for name in names for part in self.parts(name))


FindInTable: TypeAlias = Callable[[DeclaredTable], Iterator[str]]
"""Yields what is wrong, in words that name the table."""
