"""The check that stored items read back as they were written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, EnumType
from pathlib import PurePath
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

from pydantic import (
    BaseModel,
    FutureDate,
    FutureDatetime,
    NaiveDatetime,
    TypeAdapter,
    ValidationError,
)
from pydantic.fields import FieldInfo

from ...errors import InvalidCall
from ..translation.annotations import annotations_in, bare, is_union, unaliased
from ..translation.encode import encode_anything, field_codecs, map_key
from ..translation.shapes import SetOf, field_shape, kind_of_shape, reachable_models

_WRITTEN_AS_TEXT = (date, time, timedelta, UUID, PurePath)
_BOUND_TO_NOW: tuple[Any, ...] = (FutureDate, FutureDatetime)


def unreadable_fields(model: type[BaseModel]) -> list[str]:
    """The problems of the fields of a model and of nested models."""
    found = []
    if model.__pydantic_decorators__.model_serializers:
        found.append(f"{model.__name__} has a model serializer; an item is made of its fields")
    for reached in reachable_models(model):
        for name, field in reached.model_fields.items():
            problems = list(_unreadable_types(field.annotation))
            if field.validation_alias not in (None, field.alias):
                problems.append("has a validation alias; an attribute has one name, Field(alias=)")
            if _has_filled_set(field):
                problems.append(
                    "is a set whose default is not empty; an empty set is stored as absent, which "
                    "would read as the default: make it set(), and give elements to each item"
                )
            found += [f"the field {name!r} of {reached.__name__} {why}" for why in problems]
    return found


def _has_filled_set(field: FieldInfo) -> bool:
    """Whether it is a set with a default that has elements."""
    if not isinstance(field_shape(field).shape, SetOf) or field.is_required():
        return False
    return bool(field.get_default(call_default_factory=True, validated_data={}))


def _unreadable_types(annotation: Any) -> Iterator[str]:
    for current in annotations_in(annotation):
        if current in _BOUND_TO_NOW:
            yield (
                f"is a {current.__name__}, which refuses to be read once that time has come; use a "
                "plain type, and check the time where the value comes from"
            )
        elif current is NaiveDatetime:
            yield "is a NaiveDatetime, of which none is stored; use AwareDatetime"
        elif get_origin(current) is Literal and _has_enums(get_args(current)):
            yield "is a Literal of enum members; use the enum, or a Literal of its values"
        elif choices := _choices(current):
            yield from _unreadable_choices(current, choices, encode_anything)
        elif bare(current).is_a(Mapping) and get_args(current):
            yield from _unreadable_keys(unaliased(get_args(current)[0]))
        elif is_union(current):
            yield from _unreadable_unions([unaliased(member) for member in get_args(current)])


def _choices(annotation: Any) -> Sequence[Any]:
    """The members of an enum, or the values of a Literal; none of another type."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return list(annotation) if isinstance(annotation, EnumType) else ()


def _unreadable_keys(annotation: Any) -> Iterator[str]:
    """What is wrong with the keys of a map, which are stored as text."""
    if is_union(annotation):
        yield "has keys of several types, which are all stored as text; use one"
    if choices := _choices(annotation):
        for problem in _unreadable_choices(annotation, choices, map_key):
            yield f"as a key of a map {problem}"


def _unreadable_choices(
    annotation: Any, choices: Sequence[Any], encode: Callable[[Any], Any]
) -> Iterator[str]:
    """The members of an enum, or values of a Literal, that are not found by their stored values."""
    adapter = TypeAdapter(annotation)
    for choice in choices:
        try:
            read = adapter.validate_python(encode(choice))
        except (InvalidCall, ValidationError):
            read = None
        is_none = isinstance(choice, Enum) and choice.value is None  # stored as absent
        if is_none or read != choice or type(read) is not type(choice):
            shown = choice.name if isinstance(choice, Enum) else repr(choice)
            yield f"has the choice {shown}, whose value is not found again when it is read"


def _has_enums(values: Sequence[Any]) -> bool:
    return any(isinstance(value, Enum) for value in values)


def _unreadable_unions(members: Sequence[Any]) -> Iterator[str]:
    texts = [member for member in members if _is_written_as_text(member)]
    dates = [member for member in texts if issubclass(member, date)]
    if float in members and Decimal in members:
        yield "cannot tell float and Decimal apart, which are both stored as numbers"
    if texts and (str in members or len(dates) > 1):
        names = " and ".join(member.__name__ for member in members if member in (*texts, str))
        yield f"cannot tell {names} apart, which are both stored as text"
    models = [member for member in members if isinstance(member, type) and _is_model(member)]
    for position, one in enumerate(models):
        for other in models[position + 1 :]:
            if _can_be(one, other) and _can_be(other, one) and not _differ(one, other):
                yield (
                    f"cannot tell {one.__name__} and {other.__name__} apart; give each a Literal "
                    "field with a value of its own"
                )


def _is_model(member: type) -> bool:
    return issubclass(member, BaseModel) and not member.__pydantic_root_model__


def _is_written_as_text(member: Any) -> bool:
    if not isinstance(member, type):
        return False
    if issubclass(member, Enum):
        return any(isinstance(value.value, str) for value in member)
    return issubclass(member, (*_WRITTEN_AS_TEXT, datetime))


def _can_be(one: type[BaseModel], other: type[BaseModel]) -> bool:
    """Whether an item of `other` has every field that `one` requires."""
    attributes = {codec.attribute for codec in field_codecs(other)}
    return all(codec.attribute in attributes for codec in field_codecs(one) if codec.required)


def _differ(one: type[BaseModel], other: type[BaseModel]) -> bool:
    """Whether a field that both models require tells them apart, by kind or by tag."""
    others = {codec.attribute: codec for codec in field_codecs(other)}
    for codec in field_codecs(one):
        twin = others.get(codec.attribute)
        if twin is None:
            continue
        tags = [
            set(get_args(model.model_fields[found.name].annotation))
            for model, found in ((one, codec), (other, twin))
            if get_origin(model.model_fields[found.name].annotation) is Literal
        ]
        if len(tags) == 2 and not tags[0] & tags[1]:
            return True
        kinds = {kind_of_shape(codec.shape), kind_of_shape(twin.shape)}
        if codec.required and twin.required and len(kinds) == 2 and None not in kinds:
            return True
    return False
