"""Example items: computed from a model, so that each is valid and its parts agree.

A field's `examples=[...]` come first, then its default; else a value is made up from its name, its
type and its constraints. Keys are composed, and an expiry follows its declared retention. Nothing
is random, and no clock is read: the present of every example is `EXAMPLE_NOW`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from ...errors import DeclarationError, Place
from ...model.declarations.base import Model
from ...model.declarations.fields import EXPIRES, VERSION, has_marker, template_of
from ...model.declarations.retention import kept_of
from ...model.description.tables import TableDescription
from ...model.translation.encode import FieldCodec, adapter_of, field_codecs
from .made_up import made_up_values

EXAMPLE_NOW = datetime(2025, 1, 15, 10, 30, tzinfo=UTC)
"""The present of every example."""
EXAMPLE_TENANT = UUID(int=1)
"""Whose rows are read in examples; requests do not show it."""

_SOME_TIME = timedelta(days=30)
"""What an example lives for if its expiry declares no retention."""


def example_items(table: TableDescription) -> dict[type[Model], Model]:
    """An item of each entity of a table.

    Raises DeclarationError, which names every field that needs an example of its own.
    """
    found: dict[type[Model], Model] = {}
    problems: list[str] = []
    for model in table.models.values():
        try:
            found[model] = _example_of(model)
        except ValidationError as error:
            problems += _problems(model, error)
    if problems:
        raise DeclarationError(
            "no example can be made up for the documentation\n  " + "\n  ".join(problems),
            where=Place(table=table.name),
            fix="give each of these fields valid examples: Field(examples=[...])",
            problems=problems,
        )
    return found


def _problems(model: type[BaseModel], error: ValidationError) -> list[str]:
    return [
        f"{model.__name__}{''.join(f'.{part}' for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)
    ]


def _example_of(model: type[BaseModel], outer: tuple[type[BaseModel], ...] = ()) -> Any:
    """A valid instance. outer: the models around it, which are not nested in it again."""
    values: dict[str, Any] = {}
    for codec in field_codecs(model):
        field = model.model_fields[codec.name]
        if template_of(field):
            continue
        if has_marker(field, EXPIRES):
            values[codec.name] = _expiry(field, values)
        elif has_marker(field, VERSION):
            values[codec.name] = 0
        else:
            values[codec.name] = _first_valid(codec, field, (*outer, model))
    return model.model_validate(values, by_name=True, by_alias=False)


def _expiry(field: FieldInfo, values: dict[str, Any]) -> datetime:
    """The expiry by the declared retention, counted from the item's own instant."""
    kept = kept_of(field)
    if kept is None:
        return EXAMPLE_NOW + _SOME_TIME
    return kept.until(values.get(kept.after) or EXAMPLE_NOW)


def _first_valid(codec: FieldCodec, field: FieldInfo, outer: tuple[type[BaseModel], ...]) -> Any:
    """The first value that the field takes, as pydantic reads it; else one that it refuses."""
    adapter = adapter_of(codec.annotated)
    refused: Any = None
    for value in _values(codec.name, field, outer):
        try:
            return adapter.validate_python(value, by_name=True, by_alias=False)
        except ValidationError:
            refused = value if refused is None else refused
    return refused


def _values(name: str, field: FieldInfo, outer: tuple[type[BaseModel], ...]) -> Iterator[Any]:
    if field.examples:
        yield from field.examples
        return
    if not field.is_required() and field.default_factory is None and field.default:
        yield field.default

    def nested(model: type[BaseModel]) -> Iterator[Any]:
        if model not in outer:
            yield _example_of(model, outer)

    yield from made_up_values(name, field.annotation, field.metadata, EXAMPLE_NOW, nested)
    if not field.is_required():
        yield field.get_default(call_default_factory=True, validated_data={})
