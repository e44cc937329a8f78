"""Restore values that pydantic alone would read differently.

Empty sets are not stored, so an absent required set is empty. None is not stored in an index key,
so an absent required field that may be None is None. If the type admits any value (`Any`,
`JsonValue`, a bare `dict`), a fraction is a float if a float has the same digits, and a Decimal if
it has more. This holds for nested models too, in lists, maps and unions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from decimal import Decimal
from functools import cache, partial
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, JsonValue

from .annotations import annotations_in, bare, members_of, models_in, unaliased
from .encode import field_codecs
from .shapes import reachable_models

Restorer = Callable[[Any], Any]
"""Turns a plain value into the value that pydantic validates."""

_OPEN = (JsonValue, unaliased(JsonValue), Any, object, list, tuple, set, frozenset, dict)


@cache
def restorer_of(model: type[BaseModel]) -> Restorer | None:
    """The function that restores items of a model; None if nothing needs it."""
    for reached in reachable_models(model):
        annotations = [field.annotation for field in reached.model_fields.values()]
        if absent_values(reached) or _keeps_more(reached) or any(map(_has_open, annotations)):
            return partial(_restore_item, model)
    return None


@cache
def restorer_of_type(annotation: Any) -> Restorer | None:
    """The function that restores values of a type; None if nothing needs it."""
    return _restorer(annotation)


def _has_open(annotation: Any) -> bool:
    """Whether the annotation admits a value of any type somewhere inside."""
    return any(map(is_open, annotations_in(annotation)))


def is_open(annotation: Any) -> bool:
    """Whether the annotation admits a value of any type."""
    return annotation in _OPEN or isinstance(annotation, TypeVar)


def _restore_item(model: type[BaseModel], item: Any) -> Any:
    if model.__pydantic_root_model__:
        restore = _restorers(model).get("root")
        return restore(item) if restore else item
    if not isinstance(item, dict):
        return item
    restored = {
        attribute: value
        for attribute, value in absent_values(model).items()
        if attribute not in item
    }
    for attribute, restore in _restorers(model).items():
        if attribute in item:
            restored[attribute] = restore(item[attribute])
    if _keeps_more(model):
        known = {codec.attribute for codec in field_codecs(model)}
        restored |= {name: _as_json(item[name]) for name in item.keys() - known}
    return {**item, **restored} if restored else item


@cache
def absent_values(model: type[BaseModel]) -> Mapping[str, Any]:
    """The meaning of absence of required fields, by attribute name."""
    found: dict[str, Any] = {}
    for codec in field_codecs(model):
        if codec.required:
            if codec.optional:
                found[codec.attribute] = None
            elif codec.is_set:
                found[codec.attribute] = ()
    return found


def _keeps_more(model: type[BaseModel]) -> bool:
    """Whether the model accepts undeclared attributes, with any value."""
    return model.model_config.get("extra") == "allow"


@cache
def _restorers(model: type[BaseModel]) -> Mapping[str, Restorer]:
    """The restorers of the fields that need any, by attribute."""
    fields = model.model_fields
    found = {
        codec.attribute: _restorer(fields[codec.name].annotation) for codec in field_codecs(model)
    }
    return {attribute: restore for attribute, restore in found.items() if restore is not None}


def _restorer(annotation: Any, outer: tuple[Any, ...] = ()) -> Restorer | None:
    """The restorer of an annotation. outer: annotations around it; recursion is not followed."""
    annotation = unaliased(annotation)
    if is_open(annotation):
        return _as_json
    if get_origin(annotation) is Annotated:
        return _restorer(get_args(annotation)[0], outer)
    models = models_in(annotation)
    if annotation in outer or not (_has_open(annotation) or any(map(restorer_of, models))):
        return None
    inner = bare(annotation)
    if is_open(inner.kind) and not inner.holds:
        return _as_json
    if inner.is_a(BaseModel):
        return restorer_of(inner.kind)
    inside = (*outer, annotation)
    members = members_of(inner.kind)
    if members:
        named = {name: _restorer(member, inside) for name, member in members.items()}
        return partial(_restore_members, named)
    restorers = [_restorer(argument, inside) for argument in inner.holds]
    if inner.is_a(Mapping):
        return partial(_restore_map, restorers[-1])
    if inner.is_tuple:
        return partial(_restore_tuple, restorers)
    if inner.is_list or inner.is_a(Set):
        return partial(_restore_list, restorers[0])
    return partial(_restore_union, models, restorers)


def _as_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        nearest = float(value)
        return nearest if Decimal(repr(nearest)) == value else value
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | set | frozenset):
        return type(value)(map(_as_json, value))
    return value


def _restore_map(restore: Restorer | None, value: Any) -> Any:
    if restore is None or not isinstance(value, dict):
        return value
    return {key: restore(item) for key, item in value.items()}


def _restore_members(restorers: Mapping[str, Restorer | None], value: Any) -> Any:
    """Restore a dataclass or typed dictionary, stored as a map, or a named tuple, a list."""
    if isinstance(value, list):
        return _restore_tuple(list(restorers.values()), value)
    if not isinstance(value, dict):
        return value
    found = {name: restorers.get(name) for name in value}
    return {name: each(value[name]) if each else value[name] for name, each in found.items()}


def _restore_list(restore: Restorer | None, value: Any) -> Any:
    if restore is None or not isinstance(value, list | set | frozenset):
        return value
    return type(value)(map(restore, value))


def _restore_tuple(restorers: Sequence[Restorer | None], value: Any) -> Any:
    if not isinstance(value, list) or len(value) != len(restorers):
        return value
    pairs = zip(restorers, value, strict=True)
    return [restore(item) if restore else item for restore, item in pairs]


def _restore_union(
    models: Sequence[type[BaseModel]], restorers: Sequence[Restorer | None], value: Any
) -> Any:
    """Restore a union: a map counts as the first model that fits; other values go to all."""
    if isinstance(value, dict):
        for model in models:
            if _may_be(model, value):
                return _restore_item(model, value)
    for restore in restorers:
        value = restore(value) if restore else value
    return value


def _may_be(model: type[BaseModel], item: Mapping[str, Any]) -> bool:
    """Whether the item has every attribute that the model requires, and its tags."""
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
