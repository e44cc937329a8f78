"""The fields of a table, each with the same attribute in all models."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from ..._dataclass import dataclass
from ..declarations.base import Model
from ..declarations.entities import entity_of
from ..declarations.fields import (
    CREATED,
    EXPIRES,
    LOGGABLE,
    MARKERS,
    UPDATED,
    VERSION,
    Marker,
    has_marker,
)
from ..declarations.retention import Kept, kept_of
from ..declarations.table import Table
from ..translation.annotations import only_models
from ..translation.constraints import NO_CONSTRAINTS, constraints_of
from ..translation.encode import FieldCodec, field_codecs
from ..translation.shapes import Leaf, Scalar, reachable_models
from .composed import composed_problems
from .entities import entity_problems
from .round_trip import unreadable_fields
from .tables import Attribute

_INSTANTS = (Scalar(Leaf.DATETIME), Scalar(Leaf.SECONDS))


@dataclass(frozen=True)
class TableFields:
    """The fields of a table's model and of its entities."""

    table: Table[Any]

    @cached_property
    def declared(self) -> tuple[type[Model], ...]:
        """The model, then its entities."""
        return (self.table.model, *self.table.entity_models)

    @cached_property
    def models(self) -> dict[str, type[Model]]:
        """The models of items, by the names of their entities."""
        if not self.table.entities:
            return {"": self.table.model}
        return {one.stored_name: one.model for one in map(entity_of, self.table.entities)}

    @cached_property
    def by_name(self) -> dict[str, FieldCodec]:
        """The codec of each field, from the first model that has the field."""
        found: dict[str, FieldCodec] = {}
        for model in self.declared:
            for codec in field_codecs(model):
                found.setdefault(codec.name, codec)
        return found

    def names_with(self, marker: Marker) -> list[str]:
        """The fields that carry `marker` in any model, in declared order."""
        return [name for name in self.by_name if any(self._marked(name, marker))]

    def is_loggable(self, name: str) -> bool:
        """Whether messages may show a field's values; every model with the field must allow it."""
        return all(self._marked(name, LOGGABLE))

    def _marked(self, name: str, marker: Marker) -> Iterator[bool]:
        for model in self.declared:
            if name in model.model_fields:
                yield has_marker(model.model_fields[name], marker)

    def kept(self, name: str) -> Kept | None:
        """How long items are kept, as the first model with the field declares it."""
        models = [model for model in self.declared if name in model.model_fields]
        return next(filter(None, (kept_of(model.model_fields[name]) for model in models)), None)

    def attribute(self, name: str) -> Attribute:
        """The attribute of a field, from all entities that have the field."""
        models = [model for model in self.models.values() if name in model.model_fields]
        codecs = [codec for model in models for codec in field_codecs(model) if codec.name == name]
        descriptions = [model.model_fields[name].description for model in models]
        codec = self.by_name[name]
        return Attribute(
            name,
            codec.attribute,
            codec.shape,
            nullable=len(models) < len(self.models)
            or any(codec.optional or codec.is_set for codec in codecs),
            has_default=not all(codec.required for codec in codecs),
            markers=tuple(marker for marker in MARKERS if any(self._marked(name, marker))),
            description=next(filter(None, descriptions), ""),
            kept=self.kept(name),
            constraints=constraints_of(models[0].model_fields[name]) if models else NO_CONSTRAINTS,
            is_null=any(codec.optional and codec.null for codec in codecs),
            models=only_models(models[0].model_fields[name].annotation) if models else (),
        )

    def the_one_with(self, marker: Marker) -> Attribute | None:
        """The only field that carries `marker`; None if there are none or several."""
        names = self.names_with(marker)
        return self.attribute(names[0]) if len(names) == 1 else None


def field_problems(fields: TableFields) -> Iterator[str]:
    """The problems of a table's models, alone and together."""
    for model in fields.declared:
        for codec in field_codecs(model):
            known = fields.by_name[codec.name]
            if known.attribute != codec.attribute:
                yield (
                    f"{codec.name!r} is stored as {known.attribute!r} in one entity and as "
                    f"{codec.attribute!r} in another"
                )
        yield from _hiding(model)
        for reached in reachable_models(model):
            yield from composed_problems(reached)
            yield from _unnamed(reached)
        yield from unreadable_fields(model)
        yield from _entity_problems(model, fields.table)
    yield from entity_problems(fields.table)


def _hiding(model: type[BaseModel]) -> Iterator[str]:
    for name in model.model_fields:
        if hasattr(BaseModel, name):
            yield f"the field {name!r} of {model.__name__} hides a pydantic method"


def _unnamed(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if field.alias == "":
            yield f"the field {name!r} of {model.__name__} is stored under an empty name"


def _entity_problems(model: type[Model], table: Table[Any]) -> Iterator[str]:
    if not issubclass(model, table.model):
        yield f"the entity {model.__name__} is not a {table.model.__name__}"
    attributes = [codec.attribute for codec in field_codecs(model)]
    for attribute in sorted({name for name in attributes if attributes.count(name) > 1}):
        yield f"two fields of {model.__name__} are stored as {attribute!r}"
    if table.entities and table.discriminator in attributes:
        yield (
            f"the discriminator {table.discriminator!r} is also a field of {model.__name__}; "
            "choose another with discriminator="
        )


def marker_problems(fields: TableFields) -> Iterator[str]:
    """The problems of fields that carry a marker."""
    for marker in (EXPIRES, VERSION, CREATED, UPDATED):
        names = fields.names_with(marker)
        if len(names) > 1:
            yield f"more than one {marker.role} field: {', '.join(sorted(names))}"
    ttl = fields.table.ttl
    if ttl is not None and fields.names_with(EXPIRES) != [ttl]:
        yield f"ttl={ttl!r} is not a field of type ExpiresAt"
    for name in fields.names_with(LOGGABLE):
        if name not in (fields.table.partition, fields.table.sort):
            yield f"{name!r} is loggable() and not in the primary key, which alone errors show"
    for name in fields.by_name:
        if kept := fields.kept(name):
            yield from _kept_problems(fields, name, kept)


def _kept_problems(fields: TableFields, name: str, kept: Kept) -> Iterator[str]:
    if name not in fields.names_with(EXPIRES):
        yield f"{name!r} is kept() and no expiry; declare it as Annotated[ExpiresAt, kept(...)]"
    if kept.duration <= timedelta(0):
        yield f"{name!r} is kept() for no time; give days= or hours="
    start = fields.by_name.get(kept.after)
    if kept.after and (start is None or start.shape not in _INSTANTS):
        yield f"{name!r} is kept() after {kept.after!r}, which is no field with a datetime"
