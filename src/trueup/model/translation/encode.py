"""Encode Python values as the plain values of an item: one small function per shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from inspect import signature
from typing import Annotated, Any, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    PlainSerializer,
    PlainValidator,
    Secret,
    SecretBytes,
    SecretStr,
    TypeAdapter,
    WrapValidator,
)
from pydantic.errors import PydanticSchemaGenerationError
from pydantic_core import PydanticSerializationError

from ...errors import ErrorCode, InvalidCall, Place
from ...expressions.values import PlainValue, exact_number, set_kind
from ..declarations.fields import template_of
from ..declarations.names import stored_name
from .scalars import encode_datetime, encode_epoch, encode_integer, encode_seconds, encode_time
from .shapes import Anything, Leaf, ListOf, MapOf, Record, Scalar, SetOf, Shape, field_shape

Encoder = Callable[[Any], Any]
"""Turns a field's value, never None, into its plain value."""


def _enum_value(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _bytes(value: Any) -> bytes:
    """Bytes as they are. `bytes(5)` would be five zeros, and a list its numbers."""
    if not isinstance(value, bytes | bytearray | memoryview):
        raise TypeError("this is no bytes")
    return bytes(value)


_LEAVES: dict[Leaf, Encoder | None] = {
    Leaf.TEXT: None,
    Leaf.INTEGER: encode_integer,
    Leaf.NUMBER: exact_number,
    Leaf.FLOAT: exact_number,
    Leaf.BOOLEAN: None,
    Leaf.BYTES: _bytes,
    Leaf.DATETIME: encode_datetime,
    Leaf.SECONDS: encode_seconds,
    Leaf.EPOCH: encode_epoch,
    Leaf.DATE: date.isoformat,
    Leaf.TIME: encode_time,
    Leaf.UUID: str,
    Leaf.TEXT_ENUM: _enum_value,
    Leaf.NUMBER_ENUM: _enum_value,
}


def encoder_of(shape: Shape) -> Encoder | None:
    """The function that encodes values of `shape`; None if the value is stored unchanged."""
    if isinstance(shape, Scalar):
        return _LEAVES[shape.leaf]
    if isinstance(shape, SetOf):
        element = _LEAVES[shape.element.leaf]
        return set if element is None else lambda value: set(map(element, value))
    if isinstance(shape, ListOf):
        return _list_encoder(element_encoder(shape.element))
    if isinstance(shape, MapOf):
        return _map_encoder(element_encoder(shape.element))
    if isinstance(shape, Record):
        return encode_record
    assert isinstance(shape, Anything)
    return encode_anything if shape.serialized is None else _serializing(shape.serialized)


def _serializing(annotation: Any) -> Encoder:
    """The encoder of a type with its own serializer, whose result is then encoded."""
    adapter = adapter_of(annotation)
    return lambda value: encode_anything(
        adapter.dump_python(value, round_trip=True, warnings=False)
    )


def element_encoder(shape: Shape) -> Encoder | None:
    """The encoder for places where absence is no empty set: elements of lists and maps, and fields
    that may be None. An empty set is then an empty list, which is read as a set."""
    encode = encoder_of(shape)
    if encode is None or not isinstance(shape, SetOf):
        return encode
    return lambda value: encode(value) if value else []


def _list_encoder(element: Encoder | None) -> Encoder:
    if element is None:
        return list
    return lambda value: [element(item) for item in value]


def _map_encoder(element: Encoder | None) -> Encoder:
    if element is None:
        return dict
    return lambda value: {key: element(item) for key, item in value.items()}


def encode_anything(value: Any) -> PlainValue:
    """Encode by the value's own type; pydantic's serializer encodes types of the user.

    If the field's annotation does not say the type (`Any`), reading returns the plain value: a date
    as text, a float as a Decimal.
    """
    if value is None or isinstance(value, bool | bytes):
        return value
    if isinstance(value, Enum):
        return encode_anything(value.value)
    if isinstance(value, int | float | Decimal):
        return exact_number(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, BaseModel):
        return _encode_model(value)
    if isinstance(value, Mapping):
        return _encode_map(value)
    if isinstance(value, list | tuple):
        return [encode_anything(item) for item in value]
    if isinstance(value, Set):
        return _encode_set(value)
    if isinstance(value, datetime):
        return encode_datetime(value)
    return encode_anything(_dumped(value))


def _encode_model(value: BaseModel) -> PlainValue:
    if value.__pydantic_root_model__:
        return encode_anything(value.root)  # type: ignore[attr-defined]  # only RootModel has it
    if type(value).__pydantic_decorators__.model_serializers:
        return encode_anything(value.model_dump(round_trip=True, warnings=False))
    return encode_record(value)


def _encode_map(value: Mapping[Any, Any]) -> PlainValue:
    encoded = {map_key(key): encode_anything(item) for key, item in value.items()}
    if len(encoded) < len(value):
        raise InvalidCall(
            "two keys of a map have the same text, such as 1 and '1'; one entry would be lost",
            code=ErrorCode.INVALID_VALUE,
            fix="give keys whose texts differ: keys are stored as text",
        )
    return encoded


def map_key(key: object) -> str:
    """The text of a map's key; pydantic reads it back as a number, date or enum."""
    plain = encode_anything(key)
    if isinstance(plain, str):
        return plain
    if isinstance(plain, int | Decimal) and not isinstance(plain, bool):
        return str(plain)
    raise InvalidCall(
        f"a map has a key of type {type(key).__name__}",
        code=ErrorCode.WRONG_TYPE,
        fix="use texts, numbers, dates or enums of them as keys",
    )


def _dumped(value: Any) -> Any:
    """pydantic's form of a value of another type: the fields of a dataclass, or text."""
    if isinstance(value, SecretStr | SecretBytes | Secret):
        return value.get_secret_value()  # pydantic would write asterisks instead
    kind: Any = type(value)
    is_record = is_dataclass(value)
    try:
        return adapter_of(kind).dump_python(
            value, mode="python" if is_record else "json", warnings=False
        )
    except (PydanticSchemaGenerationError, PydanticSerializationError):
        pass  # their words may quote the value
    raise InvalidCall(
        f"a value of type {kind.__name__} cannot be stored: pydantic has no form for it",
        code=ErrorCode.WRONG_TYPE,
        fix="give the field a serializer, for example Annotated[..., PlainSerializer(...)]",
    )


@cache
def adapter_of(annotation: Any) -> TypeAdapter[Any]:
    """The validator and serializer of single values of a type. Made once per type."""
    return TypeAdapter(annotation)


def _encode_set(value: Set[Any]) -> PlainValue:
    """Return a set of a single kind unchanged; DynamoDB has no other sets."""
    items = [encode_anything(item) for item in value]
    if set_kind(items) is not None:
        return cast("PlainValue", set(items))
    raise InvalidCall(
        "a set is empty, or its elements are not all texts, all numbers or all bytes",
        code=ErrorCode.WRONG_TYPE,
        fix="use a list, or declare the field as set[str], set[int] or set[bytes]",
    )


class FieldCodec:
    """The codec of a field: its names, its shape, and the stored form of None."""

    __slots__ = (
        "annotated",
        "attribute",
        "encode",
        "is_set",
        "name",
        "null",
        "optional",
        "required",
        "shape",
        "template",
    )

    def __init__(self, name: str, model: type[BaseModel]) -> None:
        field = model.model_fields[name]
        described = field_shape(field)
        self.name = name
        self.attribute = stored_name(name, field)
        serialize = _field_serializer(model, name)
        self.shape: Shape = Anything() if serialize else described.shape
        self.optional = described.optional
        self.required = field.is_required()
        self.annotated = _annotated(model, name, serialize)
        self.encode = serialize or (element_encoder if self.optional else encoder_of)(self.shape)
        self.template = template_of(field)
        self.is_set = isinstance(self.shape, SetOf) and not self.optional
        self.null = self.template is None and (
            field.is_required() or field.default is not None or field.default_factory is not None
        )


_VALIDATORS: dict[str, Any] = {
    "before": BeforeValidator,
    "after": AfterValidator,
    "wrap": WrapValidator,
    "plain": PlainValidator,
}


def _annotated(model: type[BaseModel], name: str, serialize: Encoder | None) -> Any:
    """The field's type with its constraints, validators and serializer, without validators that may
    read other fields: the check of composition, and those that take a `ValidationInfo`."""
    field = model.model_fields[name]
    metadata = () if template_of(field) else tuple(field.metadata)
    for decorator in model.__pydantic_decorators__.field_validators.values():
        mode = decorator.info.mode
        takes = len(signature(decorator.func).parameters) - (mode == "wrap")
        if takes == 1 and {name, "*"} & set(decorator.info.fields):
            metadata = (*metadata, _VALIDATORS[mode](decorator.func))
    if serialize:
        metadata = (*metadata, PlainSerializer(serialize, return_type=Any))
    return Annotated[(field.annotation, *metadata)] if metadata else field.annotation


def _field_serializer(model: type[BaseModel], name: str) -> Encoder | None:
    """The `@field_serializer` of a field; it sees an instance with only this field."""
    decorators = model.__pydantic_decorators__.field_serializers.values()
    if not any({name, "*"} & set(decorator.info.fields) for decorator in decorators):
        return None

    def encode(value: Any) -> PlainValue:
        shell = model.model_construct()
        fields = vars(shell)
        fields.clear()
        fields[name] = value
        return encode_anything(
            shell.model_dump(by_alias=False, round_trip=True, warnings=False)[name]
        )

    return encode


@cache
def field_codecs(model: type[BaseModel]) -> tuple[FieldCodec, ...]:
    """The codecs of a model's fields, in declared order. Made once per model."""
    return tuple(FieldCodec(name, model) for name in model.model_fields)


def plain_parts(
    model: type[BaseModel], values: Mapping[str, Any], names: tuple[str, ...]
) -> dict[str, PlainValue]:
    """The stored form of some fields of a model; None if a field has no value."""
    plain: dict[str, PlainValue] = {}
    for codec in field_codecs(model):
        if codec.name in names:
            value = values.get(codec.name)
            encode = codec.encode
            plain[codec.name] = value if value is None or encode is None else encode(value)
    return plain


def _wrong_type(field: FieldCodec) -> InvalidCall:
    """The error for a value unchecked by pydantic: `model_construct` or `model_copy(update=)`."""
    return InvalidCall(
        f"a value for {field.attribute!r} has not the type of its field",
        code=ErrorCode.WRONG_TYPE,
        where=Place(attribute=field.attribute),
        fix="give a value of the type the attribute is declared with",
    )


def encode_record(value: BaseModel) -> dict[str, PlainValue]:
    """A model's item: stored names to plain values.

    None is left out, or written as NULL if the field's default is not None, so that the same value
    is read back. An empty set is left out. Attributes that the model does not know (kept from
    reading) are written back.
    """
    item: dict[str, PlainValue] = {}
    values = value.__dict__
    for field in field_codecs(type(value)):
        content = values.get(field.name)
        if content is None:
            if field.null:
                item[field.attribute] = None
        elif field.encode is None:
            item[field.attribute] = content
        elif content or not field.is_set:
            try:
                item[field.attribute] = field.encode(content)
            except InvalidCall as error:
                error.where = error.where.within(field.attribute)
                raise
            except (AttributeError, TypeError) as error:
                raise _wrong_type(field) from error
    if value.__pydantic_extra__:
        for name, content in value.__pydantic_extra__.items():
            item[name] = encode_anything(content)
    return item
