"""Decode stored items to models; errors never show values."""

from __future__ import annotations

from dataclasses import field
from functools import cache
from typing import Literal, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, PlainValidator, ValidationError, WrapValidator

from ..._dataclass import dataclass
from ...errors import NOWHERE, ErrorCode, NeedsOperator, Place
from ...expressions.values import Item
from ..declarations.fields import ExpiresAt
from .encode import field_codecs
from .restore import restorer_of
from .shapes import reachable_models

B = TypeVar("B", bound=BaseModel)

_EARLY = (BeforeValidator, PlainValidator, WrapValidator)
_OURS = get_args(ExpiresAt)
"""Of these, the validator is ours: it reads a stored number."""


OnUnreadable: TypeAlias = Literal["raise", "skip", "raw"]
"""What a read does with an item that fits no model: it ends, leaves the item out and counts it, or
gives it as it is stored."""

Readable: TypeAlias = Literal["raise", "skip"]
"""The same, of reads that give models only."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that cannot be read as a model.

    item: all that is stored, in stored names and plain values; not shown in messages.
    error: why it cannot be read. is_left_out: whether the table leaves it out, as it is of an
        entity that is not declared.
    """

    item: Item
    error: NeedsOperator = field(compare=False)
    is_left_out: bool = False

    def __repr__(self) -> str:
        return f"Unreadable({self.error.what!r})"


def decode_item(model: type[B], item: Item, where: Place = NOWHERE) -> B:
    """The model of a stored item.

    An absent set reads as the field's default, else as empty. Attributes that the model does not
    know are kept on the instance (`model_extra`) and written back with it; so are those of nested
    pydantic models, whatever their own `extra` says (dataclasses and typed dictionaries follow
    pydantic's rules). Strict types are read leniently: a date is stored as text.

    Raises NeedsOperator (unreadable-item) if a stored value does not fit the model.
    """
    try:
        return read_item(model, item, "allow")
    except ValidationError as error:
        refusal = unreadable(model, error, where)
    raise refusal


def read_item(model: type[B], item: Item, extra: Literal["allow", "ignore"]) -> B:
    """The same, with pydantic's error. extra: what to do with unknown attributes."""
    restore = restorer_of(model)
    return model.model_validate(
        item if restore is None else restore(item),
        strict=False,
        extra=extra,
        by_alias=True,
        by_name=False,
    )


def knows_all_it_reads(model: type[BaseModel]) -> bool:
    """Whether validation cannot keep unknown attributes, if the stored item has none: no validator
    can add any, and no nested model keeps any."""
    return not any(
        reached.model_config.get("extra") == "allow" or _is_changed_before(reached)
        for reached in reachable_models(model)
    )


def sees_stored_values(model: type[BaseModel]) -> bool:
    """Whether pydantic sees what is stored before any validator of a user does."""
    return not any(map(_is_changed_before, reachable_models(model)))


def _is_changed_before(model: type[BaseModel]) -> bool:
    """Whether a user's validators see an item before pydantic does."""
    decorators = model.__pydantic_decorators__
    modes: set[str] = {validator.info.mode for validator in decorators.model_validators.values()}
    modes |= {validator.info.mode for validator in decorators.field_validators.values()}
    metadata = [marker for field in model.model_fields.values() for marker in field.metadata]
    early = (marker for marker in metadata if isinstance(marker, _EARLY))
    return bool(modes - {"after"}) or any(marker not in _OURS for marker in early)


def shown_place(model: type[BaseModel], steps: tuple[int | str, ...]) -> str:
    """The place in an item: attribute names and positions. Map keys are contents, so not shown."""
    names = _attribute_names(model)
    return ".".join(str(step) if type(step) is int or step in names else "*" for step in steps)


@cache
def _attribute_names(model: type[BaseModel]) -> frozenset[str]:
    """The attribute names of the model and of nested models."""
    return frozenset(
        codec.attribute for reached in reachable_models(model) for codec in field_codecs(reached)
    )


def unreadable(model: type[BaseModel], error: ValidationError, where: Place) -> NeedsOperator:
    """The error for a stored item that does not fit its model; names attributes, not values."""
    problems = [
        f"{shown_place(model, problem['loc'])} ({problem['type']})"
        for problem in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return NeedsOperator(
        f"a stored item cannot be read as {model.__name__}: {'; '.join(problems)}",
        code=ErrorCode.UNREADABLE_ITEM,
        where=where,
        fix="repair the item, or give the field a type or default that admits what is stored",
    )
