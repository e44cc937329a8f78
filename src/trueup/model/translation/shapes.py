"""Shapes: the stored form of values of a pydantic annotation.

Engines compile a shape into their own encoder, so that each model is examined once and each stored
form (plain values, JSON text) is defined once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, cast, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, EncodedBytes, EncodedStr, Json
from pydantic.fields import FieldInfo

from ..._dataclass import dataclass
from ...expressions.values import Kind
from ..declarations.fields import EXPIRES, WHOLE_SECONDS, Marker
from .annotations import models_in, without_none


class Leaf(Enum):
    """The stored form of a value that is no container."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLOAT = "float"
    BOOLEAN = "boolean"
    BYTES = "bytes"
    DATETIME = "datetime"
    SECONDS = "whole seconds"
    EPOCH = "epoch seconds"
    DATE = "date"
    TIME = "time"
    UUID = "uuid"
    TEXT_ENUM = "text enum"
    NUMBER_ENUM = "number enum"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value."""

    leaf: Leaf


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list or tuple; tuples of mixed types have `Anything` as element."""

    element: Shape


@dataclass(frozen=True, slots=True)
class SetOf:
    """A set of texts, numbers or bytes."""

    element: Scalar


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping with text keys."""

    element: Shape


@dataclass(frozen=True, slots=True)
class Record:
    """A nested pydantic model. Its own shape is looked up on demand, so models may be recursive."""

    model: type[BaseModel]


@dataclass(frozen=True, slots=True)
class Anything:
    """A union, Any, or a user's type: encoded by the value's own type.

    serialized: the annotation, if it has its own serializer, which comes first.
    """

    serialized: Any = None


Shape = Scalar | ListOf | SetOf | MapOf | Record | Anything


@dataclass(frozen=True, slots=True)
class FieldShape:
    """A field's shape, and whether None is among its values."""

    shape: Shape
    optional: bool


_LEAVES: dict[type, Leaf] = {
    str: Leaf.TEXT,
    int: Leaf.INTEGER,
    float: Leaf.FLOAT,
    Decimal: Leaf.NUMBER,
    bool: Leaf.BOOLEAN,
    bytes: Leaf.BYTES,
    datetime: Leaf.DATETIME,
    cast("type", AwareDatetime): Leaf.DATETIME,  # checkers see an Annotated
    date: Leaf.DATE,
    time: Leaf.TIME,
    UUID: Leaf.UUID,
}

_ENCODED: tuple[type, ...] = (EncodedBytes, EncodedStr, cast("type", Json))
# By name, since importing its module would double the time that Trueup adds to a process start.
_EMAIL = ("pydantic.networks", "EmailStr")

_KINDS: dict[Leaf, Kind] = {
    Leaf.INTEGER: Kind.N,
    Leaf.NUMBER: Kind.N,
    Leaf.FLOAT: Kind.N,
    Leaf.EPOCH: Kind.N,
    Leaf.NUMBER_ENUM: Kind.N,
    Leaf.BOOLEAN: Kind.BOOL,
    Leaf.BYTES: Kind.B,
}


def kind_of_shape(shape: Shape) -> Kind | None:
    """The kind of value that a shape is stored as; None if it depends on the value."""
    if isinstance(shape, Scalar):
        return _KINDS.get(shape.leaf, Kind.S)
    if isinstance(shape, SetOf):
        return Kind[f"{_KINDS.get(shape.element.leaf, Kind.S).name}S"]
    if isinstance(shape, ListOf):
        return Kind.L
    return None if isinstance(shape, Anything) else Kind.M


def field_shape(field: FieldInfo) -> FieldShape:
    """The shape of a model's field."""
    annotation, optional = without_none(field.annotation)
    return FieldShape(shape_of(annotation, tuple(field.metadata)), optional)


def shape_of(
    annotation: Any, metadata: Sequence[object] = (), aliases: tuple[Any, ...] = ()
) -> Shape:
    """The shape of an annotation.

    metadata: from `Annotated`. aliases: the `type X = ...` around the annotation; a recursive alias
        is encoded by its values.
    """
    if hasattr(annotation, "__value__"):
        if annotation in aliases:
            return Anything()
        return shape_of(annotation.__value__, metadata, (*aliases, annotation))
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return shape_of(inner, (*metadata, *more), aliases)
    if annotation is Json or any(map(is_serializer, metadata)):
        return Anything(Annotated[(annotation, *metadata)] if metadata else annotation)
    if origin is Literal:
        return _choices(get_args(annotation))
    if origin is not None:
        return _container(origin, get_args(annotation), aliases)
    return _plain(annotation, [item for item in metadata if isinstance(item, Marker)], aliases)


def _plain(annotation: Any, markers: Sequence[Marker], aliases: tuple[Any, ...]) -> Shape:
    supertype = getattr(annotation, "__supertype__", None)
    if supertype is not None:
        return shape_of(supertype, (), aliases)
    if not isinstance(annotation, type):
        return Anything()
    if issubclass(annotation, BaseModel):
        return _record(annotation)
    if issubclass(annotation, Enum):
        return _choices([member.value for member in annotation])
    if annotation is datetime and EXPIRES in markers:
        return Scalar(Leaf.EPOCH)
    if annotation is datetime and WHOLE_SECONDS in markers:
        return Scalar(Leaf.SECONDS)
    if (annotation.__module__, annotation.__name__) == _EMAIL:
        return Scalar(Leaf.TEXT)
    return Scalar(_LEAVES[annotation]) if annotation in _LEAVES else Anything()


def is_serializer(metadata: object) -> bool:
    """Whether metadata in `Annotated` changes the form of the value when it is written.

    PlainSerializer and WrapSerializer are recognised by `when_used`: see `_EMAIL`.
    """
    return isinstance(metadata, _ENCODED) or hasattr(metadata, "when_used")


def _record(model: type[BaseModel]) -> Shape:
    """The shape of a model: its fields, unless it is a root model or has a custom serializer."""
    if model.__pydantic_root_model__:
        return Anything()
    return Anything(model) if model.__pydantic_decorators__.model_serializers else Record(model)


def _choices(values: Sequence[object]) -> Shape:
    if values and all(type(value) is str for value in values):
        return Scalar(Leaf.TEXT_ENUM)
    if values and all(type(value) is int for value in values):
        return Scalar(Leaf.NUMBER_ENUM)
    return Anything()


def _container(origin: type, arguments: tuple[Any, ...], aliases: tuple[Any, ...]) -> Shape:
    if not isinstance(origin, type):
        return Anything()
    if issubclass(origin, BaseModel):
        return _record(origin)
    if issubclass(origin, Set):
        return _set(shape_of(arguments[0], (), aliases))
    if issubclass(origin, tuple):
        same = len(arguments) == 2 and arguments[1] is Ellipsis
        return ListOf(_element(arguments[0], aliases) if same else Anything())
    if issubclass(origin, Sequence):
        return ListOf(_element(arguments[0], aliases))
    if not issubclass(origin, Mapping) or len(arguments) != 2:
        return Anything()
    key = shape_of(arguments[0], (), aliases)
    return MapOf(_element(arguments[1], aliases)) if key == Scalar(Leaf.TEXT) else Anything()


def _element(annotation: Any, aliases: tuple[Any, ...]) -> Shape:
    """The shape of elements of lists and maps; if they may be None, only `Anything` fits."""
    optional = without_none(annotation)[1]
    return Anything() if optional else shape_of(annotation, (), aliases)


def _set(element: Shape) -> Shape:
    if isinstance(element, Scalar) and element.leaf is not Leaf.BOOLEAN:
        return SetOf(element)
    return Anything()


@cache
def reachable_models(model: type[BaseModel]) -> tuple[type[BaseModel], ...]:
    """The model and all nested models, each once."""
    found = [model]
    for reached in found:  # grows while it is read
        for field in reached.model_fields.values():
            found += [inner for inner in models_in(field.annotation) if inner not in found]
    return tuple(found)
