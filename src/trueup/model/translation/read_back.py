"""The check that items can be read back: what is not proven to is read once before it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any

from pydantic import BaseModel, ValidationError

from ...errors import NOWHERE, ErrorCode, InvalidCall, Place
from ...expressions.path import Path
from ...expressions.values import Item, PlainValue, equal
from .annotations import annotations_in
from .decode import read_item, shown_place
from .encode import Encoder, adapter_of, encode_record, field_codecs
from .read_back_proof import proof_of
from .refused_value import refused_value
from .restore import is_open, restorer_of_type
from .shapes import is_serializer


def refuse_unreadable_item(value: BaseModel, item: Item, where: Place) -> None:
    """Refuse a model whose item would read back as another, or not at all.

    This finds models that pydantic did not check (`model_construct`, `model_copy(update=)`), and
    types that are written in another form than they are read in.

    Raises InvalidCall.
    """
    if not proof_of(type(value))(value):
        try_reading(value, item, where)


def try_reading(value: BaseModel, item: Item, where: Place) -> None:
    """The same by a trial: read the item, and compare.

    Raises InvalidCall.
    """
    model = type(value)
    read = _read_back(model, item, where)
    if _equals(read.__dict__, value.__dict__):
        return
    again = encode_record(read)
    for codec in field_codecs(model):
        name, attribute = codec.name, codec.attribute
        if _is_same(read.__dict__[name], value.__dict__[name]):
            continue
        may_differ = codec.template or _may_differ(codec.annotated)
        if not (may_differ and equal(again.get(attribute), item.get(attribute))):
            raise _changed(attribute, where.within(attribute))


def _read_back(model: type[BaseModel], item: Item, where: Place) -> BaseModel:
    try:
        return read_item(model, item, "ignore")
    except ValidationError as error:
        name = shown_place(model, error.errors(include_url=False, include_input=False)[0]["loc"])
        refusal = refused_value(error, name or model.__name__, where.within(name))
    raise refusal


def is_value(annotation: Any, encode: Encoder | None, literal: Any) -> bool:
    """Whether a literal is a value already, of a type that takes another form as input: the bytes
    of `Base64Bytes`, for example, which would be decoded once more."""
    if encode is None or not _has_serializer(annotation):
        return False
    try:
        read = _read_value(annotation, encode(literal))
    except (InvalidCall, ValidationError, AttributeError, TypeError, ValueError):
        return False  # an input, or a mistake, which the validation of inputs tells
    return type(read) is type(literal) and _is_same(read, literal)


@cache
def _has_serializer(annotation: Any) -> bool:
    return any(map(is_serializer, annotations_in(annotation)))


def refuse_unreadable_value(
    annotation: Any, encode: Encoder | None, value: Any, plain: PlainValue, path: Path
) -> None:
    """Refuse a value that an update would write and no read could return.

    encode: makes `plain` of `value`. Raises InvalidCall, which the caller locates.
    """
    refusal: InvalidCall | None = None
    read: Any = None
    try:
        read = _read_value(annotation, plain)
    except ValidationError as error:
        refusal = refused_value(error, str(path), NOWHERE)
    if refusal:
        raise refusal
    if _equals(read, value) or _is_same(read, value):
        return
    if not (encode and _may_differ(annotation) and equal(encode(read), plain)):
        raise _changed(str(path), NOWHERE)


def _read_value(annotation: Any, plain: PlainValue) -> Any:
    restore = restorer_of_type(annotation)
    stored: Any = restore(plain) if restore else plain
    return adapter_of(annotation).validate_python(stored, strict=False)


def _changed(name: str, where: Place) -> InvalidCall:
    return InvalidCall(
        f"the value of {name!r} would be read back as another one",
        code=ErrorCode.INVALID_VALUE,
        where=where,
        fix="use a type that is stored as it is, or a serializer and a validator that undo "
        "each other",
    )


@cache
def _may_differ(annotation: Any) -> bool:
    """Whether what is read may differ from what was written, as long as it is written the same:
    any value may stand there, or it is compared by identity."""
    return any(is_open(one) or _has_no_equality(one) for one in annotations_in(annotation))


def _has_no_equality(annotation: Any) -> bool:
    if not isinstance(annotation, type) or issubclass(annotation, NoneType | Enum):
        return False
    return annotation.__eq__ is object.__eq__


def _is_same(read: Any, written: Any) -> bool:
    """Equality of values; of models, only of their fields."""
    if isinstance(written, BaseModel):
        return type(read) is type(written) and all(
            _is_same(read.__dict__[name], written.__dict__[name])
            for name in type(written).model_fields
        )
    if isinstance(written, Mapping) and isinstance(read, Mapping):
        return read.keys() == written.keys() and all(
            _is_same(read[key], written[key]) for key in written
        )
    if isinstance(written, list | tuple) and isinstance(read, list | tuple):
        return len(read) == len(written) and all(map(_is_same, read, written))
    return _equals(_comparable(read), _comparable(written))


def _comparable(value: Any) -> Any:
    """The value with its datetimes in UTC: in an hour that a clock repeats or skips, Python calls
    datetimes of different zones unequal, even if they are the same instant.

    Source: https://peps.python.org/pep-0495/#aware-datetime-equality-comparison
    """
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    return set(map(_comparable, value)) if isinstance(value, Set) else value


def _equals(read: Any, written: Any) -> bool:
    try:
        return bool(read == written)
    except (TypeError, ValueError):  # an array that compares element by element, for example
        return False
