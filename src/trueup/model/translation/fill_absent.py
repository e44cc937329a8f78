"""What an absent attribute reads as, where pydantic alone would call it missing.

An empty set is not stored, so a required set that is absent is empty. None leaves an index, so a
required field that may be None and is absent is None. This holds for nested models too, in
lists, maps and unions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from .annotations import bare, models_in
from .encode import field_codecs
from .shapes import reachable_models

Filler = Callable[[Any], Any]
"""Takes a plain value of some type; gives it with what is absent filled in."""


@cache
def filler_of(model: type[BaseModel]) -> Filler | None:
    """The function that fills items of a model, None where nothing can be absent."""
    if any(absent_values(reached) for reached in reachable_models(model)):
        return partial(_fill, model)
    return None


def _fill(model: type[BaseModel], item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    filled = {
        attribute: value
        for attribute, value in absent_values(model).items()
        if attribute not in item
    }
    for attribute, fill in _fillers(model).items():
        if attribute in item:
            filled[attribute] = fill(item[attribute])
    return {**item, **filled} if filled else item


@cache
def absent_values(model: type[BaseModel]) -> Mapping[str, Any]:
    """Attribute name to what its absence means, for required fields."""
    found: dict[str, Any] = {}
    for codec in field_codecs(model):
        if codec.required:
            if codec.optional:
                found[codec.attribute] = None
            elif codec.is_set:
                found[codec.attribute] = ()
    return found


@cache
def _fillers(model: type[BaseModel]) -> Mapping[str, Filler]:
    """The fields that hold models with something to fill."""
    fields = model.model_fields
    found = {
        codec.attribute: _filler(fields[codec.name].annotation) for codec in field_codecs(model)
    }
    return {attribute: fill for attribute, fill in found.items() if fill is not None}


def _filler(annotation: Any, outer: tuple[Any, ...] = ()) -> Filler | None:
    """outer: what it is inside of; what comes again has no end, and is not filled there."""
    if annotation in outer or not any(map(filler_of, models_in(annotation))):
        return None
    inner = bare(annotation)
    if inner.is_a(BaseModel):
        return filler_of(inner.kind)
    fillers = [_filler(argument, (*outer, annotation)) for argument in inner.holds]
    if inner.is_a(Mapping):
        return partial(_fill_map, fillers[-1])
    if inner.is_tuple:
        return partial(_fill_tuple, fillers)
    if inner.is_list:
        return partial(_fill_list, fillers[0])
    return partial(_fill_union, models_in(annotation), fillers)


def _fill_map(fill: Filler | None, value: Any) -> Any:
    if fill is None or not isinstance(value, dict):
        return value
    return {key: fill(item) for key, item in value.items()}


def _fill_list(fill: Filler | None, value: Any) -> Any:
    return value if fill is None or not isinstance(value, list) else list(map(fill, value))


def _fill_tuple(fillers: Sequence[Filler | None], value: Any) -> Any:
    if not isinstance(value, list) or len(value) != len(fillers):
        return value
    return [fill(item) if fill else item for fill, item in zip(fillers, value, strict=True)]


def _fill_union(
    models: Sequence[type[BaseModel]], fillers: Sequence[Filler | None], value: Any
) -> Any:
    """A union: a map is of the first model that it can be; lists and others go to each member."""
    if isinstance(value, dict):
        for model in models:
            if _may_be(model, value):
                return _fill(model, value)
    for fill in fillers:
        value = fill(value) if fill else value
    return value


def _may_be(model: type[BaseModel], item: Mapping[str, Any]) -> bool:
    """Whether the item has all that the model requires, and the tags that it names."""
    for codec in field_codecs(model):
        annotation = model.model_fields[codec.name].annotation
        is_tag = get_origin(annotation) is Literal and codec.attribute in item
        if is_tag and item[codec.attribute] not in get_args(annotation):
            return False
        if (
            codec.required
            and codec.attribute not in item
            and codec.attribute not in absent_values(model)
        ):
            return False
    return True
