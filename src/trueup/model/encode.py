"""From Python values to the plain values of an item: one small function per shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, cast

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from ..errors import Code, RequestError
from ..expressions.values import PlainValue, exact_number
from .fields import template_of
from .names import wire_name
from .shapes import Anything, Leaf, ListOf, MapOf, Record, Scalar, SetOf, Shape, field_shape

Encoder = Callable[[Any], Any]
"""Takes a field's value, never None; gives its plain value."""

_SAFE_INTEGER = 10**38


def encode_integer(value: int) -> PlainValue:
    """An integer of at most 38 digits."""
    return value if -_SAFE_INTEGER < value < _SAFE_INTEGER else exact_number(value)


def encode_datetime(value: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ`: fixed width, so that text order is time order."""
    return _utc(value).isoformat(timespec="microseconds") + "Z"


def encode_seconds(value: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SSZ`."""
    if value.microsecond:
        raise RequestError(
            "a datetime with a fraction of a second, where whole seconds are declared",
            code=Code.FRACTIONAL_SECONDS,
            fix="drop the fraction with .replace(microsecond=0)",
        )
    return _utc(value).isoformat(timespec="seconds") + "Z"


def encode_epoch(value: datetime) -> int:
    """Epoch seconds, rounded up."""
    return -int(-_utc(value).replace(tzinfo=UTC).timestamp() // 1)


def _utc(value: datetime) -> datetime:
    """The instant in UTC, without its time zone."""
    if value.tzinfo is None:
        raise RequestError(
            "a datetime without a time zone",
            code=Code.NAIVE_DATETIME,
            fix="give it a time zone, for example datetime.now(UTC)",
        )
    return value.astimezone(UTC).replace(tzinfo=None)


def _enum_value(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


_LEAVES: dict[Leaf, Encoder | None] = {
    Leaf.TEXT: None,
    Leaf.INTEGER: encode_integer,
    Leaf.NUMBER: exact_number,
    Leaf.BOOLEAN: None,
    Leaf.BYTES: bytes,
    Leaf.DATETIME: encode_datetime,
    Leaf.SECONDS: encode_seconds,
    Leaf.EPOCH: encode_epoch,
    Leaf.DATE: date.isoformat,
    Leaf.TIME: time.isoformat,
    Leaf.TEXT_ENUM: _enum_value,
    Leaf.NUMBER_ENUM: _enum_value,
}


def encoder_of(shape: Shape) -> Encoder | None:
    """The function that encodes values of `shape`; None where the value is stored as it is."""
    if isinstance(shape, Scalar):
        return _LEAVES[shape.leaf]
    if isinstance(shape, SetOf):
        element = _LEAVES[shape.element.leaf]
        return frozenset if element is None else lambda value: frozenset(map(element, value))
    if isinstance(shape, ListOf):
        return _list_encoder(encoder_of(shape.element))
    if isinstance(shape, MapOf):
        return _map_encoder(encoder_of(shape.element))
    if isinstance(shape, Record):
        return encode_record
    assert isinstance(shape, Anything)
    return encode_anything


def _list_encoder(element: Encoder | None) -> Encoder:
    if element is None:
        return list
    return lambda value: [element(item) for item in value]


def _map_encoder(element: Encoder | None) -> Encoder:
    if element is None:
        return dict
    return lambda value: {key: element(item) for key, item in value.items()}


def encode_anything(value: Any) -> PlainValue:
    """Encode by what the value is; types of the user's own go through pydantic's serializer."""
    if value is None or isinstance(value, bool | bytes):
        return value
    if isinstance(value, Enum):
        return encode_anything(value.value)
    if isinstance(value, int | float | Decimal):
        return exact_number(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, BaseModel):
        return encode_record(value)
    if isinstance(value, Mapping):
        return {str(key): encode_anything(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encode_anything(item) for item in value]
    if isinstance(value, Set):
        return _encode_set(value)
    if isinstance(value, datetime):
        return encode_datetime(value)
    dumped = TypeAdapter(type(value)).dump_python(value, mode="json")
    return encode_anything(dumped)


def _encode_set(value: Set[Any]) -> PlainValue:
    """A set of one kind stays a set; DynamoDB has no other."""
    items = [encode_anything(item) for item in value]
    for kinds in ((str,), (bytes,), (int, Decimal)):
        if items and all(isinstance(item, kinds) and item is not True for item in items):
            return cast("PlainValue", frozenset(items))
    raise RequestError(
        "a set that is empty or whose elements are not all texts, all numbers or all bytes",
        code=Code.WRONG_TYPE,
        fix="use a list, or declare the field as set[str], set[int] or set[bytes]",
    )


class FieldCodec:
    """One field: its names, its shape and how None is written."""

    __slots__ = (
        "annotated",
        "encode",
        "is_set",
        "name",
        "null",
        "optional",
        "shape",
        "template",
        "wire",
    )

    def __init__(self, name: str, model: type[BaseModel]) -> None:
        field = model.model_fields[name]
        described = field_shape(field)
        self.name = name
        self.wire = wire_name(name, field)
        self.shape: Shape = Anything() if _is_serialized(model, name) else described.shape
        self.optional = described.optional
        self.annotated = _annotated(field)
        self.encode = encoder_of(self.shape)
        self.template = template_of(field)
        self.is_set = isinstance(self.shape, SetOf)
        self.null = self.template is None and (
            field.is_required() or field.default is not None or field.default_factory is not None
        )


def _annotated(field: FieldInfo) -> Any:
    """The field's type with its constraints, without the check of composition, which needs the
    other fields."""
    metadata = () if template_of(field) else tuple(field.metadata)
    return Annotated[(field.annotation, *metadata)] if metadata else field.annotation


def _is_serialized(model: type[BaseModel], name: str) -> bool:
    decorators = model.__pydantic_decorators__.field_serializers.values()
    return any(name in decorator.info.fields for decorator in decorators)


@cache
def field_codecs(model: type[BaseModel]) -> tuple[FieldCodec, ...]:
    """The codecs of a model's fields, in declared order. Made once per model."""
    return tuple(FieldCodec(name, model) for name in model.model_fields)


def plain_parts(
    model: type[BaseModel], values: Mapping[str, Any], names: tuple[str, ...]
) -> dict[str, PlainValue]:
    """The stored form of some fields of a model, None where there is no value."""
    plain: dict[str, PlainValue] = {}
    for codec in field_codecs(model):
        if codec.name in names:
            value = values.get(codec.name)
            encode = codec.encode
            plain[codec.name] = value if value is None or encode is None else encode(value)
    return plain


def encode_record(value: BaseModel) -> dict[str, PlainValue]:
    """A model's item: attribute names on the wire to plain values.

    None is left out, or written as NULL where the field's default is not None, so that reading
    gives the same value back. An empty set is left out. Attributes that the model does not know
    (kept from reading) are written back.
    """
    item: dict[str, PlainValue] = {}
    values = value.__dict__
    for field in field_codecs(type(value)):
        content = values[field.name]
        if content is None:
            if field.null:
                item[field.wire] = None
        elif not (field.is_set and not content):
            item[field.wire] = content if field.encode is None else field.encode(content)
    if value.__pydantic_extra__:
        for name, content in value.__pydantic_extra__.items():
            item[name] = encode_anything(content)
    return item
