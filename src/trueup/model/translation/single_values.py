"""Single field values from callers, validated and encoded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from ...errors import Place, TrueupError
from .encode import FieldCodec, adapter_of
from .refused_value import refused_value


def encode_value(codec: FieldCodec | None, value: object, where: Place) -> Any:
    """Validate `value` as pydantic would for the field, and return its plain value."""
    if codec is None or value is None:
        return value
    checked = _validated(codec, value, where)
    try:
        return checked if codec.encode is None or checked is None else codec.encode(checked)
    except TrueupError as error:
        error.where = error.where.within(codec.attribute)
        error.locate(where)
        raise


def _validated(codec: FieldCodec, value: object, where: Place) -> Any:
    try:
        return adapter_of(codec.annotated).validate_python(value)
    except ValidationError as error:
        there = replace(where, attribute=codec.attribute)
        refusal = refused_value(error, codec.name, there)
    raise refusal
