"""From stored items back to models, refusing what does not fit without showing it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ..errors import Code, OperatorError
from ..expressions.values import Item
from .encode import field_codecs
from .shapes import Record

B = TypeVar("B", bound=BaseModel)


def decode_item(model: type[B], item: Item, where: str = "") -> B:
    """The model of a stored item.

    An absent set reads as the field's default, else empty. Attributes the model does not know
    are kept on the instance (`model_extra`) and written back with it.

    Raises OperatorError (unreadable-item) where a stored value does not fit the model.
    """
    try:
        return model.model_validate(
            _with_empty_sets(model, item), strict=False, extra="allow", by_alias=True, by_name=False
        )
    except ValidationError as error:
        raise unreadable(model, error, where) from None


def _with_empty_sets(model: type[BaseModel], item: Mapping[str, Any]) -> Mapping[str, Any]:
    missing = [wire for wire in _required_sets(model) if wire not in item]
    nested = [wire for wire in _nested_with_sets(model) if isinstance(item.get(wire), dict)]
    if not missing and not nested:
        return item
    filled = {**item, **dict.fromkeys(missing, ())}
    for wire in nested:
        filled[wire] = _with_empty_sets(_nested_with_sets(model)[wire], item[wire])
    return filled


@cache
def _required_sets(model: type[BaseModel]) -> tuple[str, ...]:
    """Attributes that are sets without a default: absent means empty."""
    fields = model.model_fields
    return tuple(
        codec.wire
        for codec in field_codecs(model)
        if codec.is_set and not codec.optional and fields[codec.name].is_required()
    )


@cache
def _nested_with_sets(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    return {
        codec.wire: codec.shape.model
        for codec in field_codecs(model)
        if isinstance(codec.shape, Record)
    }


def unreadable(model: type[BaseModel], error: ValidationError, where: str) -> OperatorError:
    """The error for a stored item that does not fit its model; names attributes, not values."""
    problems = [
        f"{'.'.join(str(step) for step in problem['loc'])} ({problem['type']})"
        for problem in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return OperatorError(
        f"a stored item cannot be read as {model.__name__}: {'; '.join(problems)}",
        code=Code.UNREADABLE_ITEM,
        where=where,
        fix="repair the item, or give the field a type or default that admits what is stored",
    )
