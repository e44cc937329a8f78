"""Items that come from elsewhere as models, and models as such items, without a call."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any

from ..._kinds import kind_of_value
from ...errors import ErrorCode, InvalidCall
from ...expressions.values import Item
from ..declarations.base import Model
from ..declarations.item_form import ItemForm
from ..description.tables import TableDescription
from ..translation.codec import TableCodec
from ..translation.encode import encode_anything
from .attribute_values import UNREADABLE, item_to_json, read_item

_NAMES: Mapping[str, str] = {"dynamodb": "DynamoDB's JSON", "plain": "plain values"}


class ItemForms:
    """The items of one table in each form. Each layer has one for each of its tables, and most are
    never asked."""

    def __init__(self, table: TableDescription) -> None:
        self._table = table

    @cached_property
    def _codec(self) -> TableCodec:
        return TableCodec(self._table)

    def read(self, item: Mapping[str, Any], form: ItemForm) -> Model:
        """The model of an item. Raises as `Table.from_item`."""
        self._check(form)
        try:
            found = read_item(dict(item)) if form == "dynamodb" else _plain_item(item)
        except UNREADABLE:
            refusal = self._refused(item, form)
        else:
            return self._codec.decode(found)
        raise refusal

    def write(self, model: Model, form: ItemForm) -> dict[str, Any]:
        """The item of a model. Raises as `Table.to_item`."""
        self._check(form)
        item = self._codec.encode(model)
        return dict(item_to_json(item)) if form == "dynamodb" else item

    def _check(self, form: str) -> None:
        if form not in _NAMES:
            raise InvalidCall(
                f"there is no form {form!r} of an item",
                code=ErrorCode.INVALID_OPTION,
                where=self._codec.where,
                fix=f"give form= as one of {', '.join(map(repr, _NAMES))}",
            )

    def _refused(self, item: object, form: ItemForm) -> InvalidCall:
        is_map = isinstance(item, Mapping)
        what = "the item" if is_map else kind_of_value(item)
        other = "plain" if form == "dynamodb" else "dynamodb"
        return InvalidCall(
            f"{what} is no item in {_NAMES[form]}",
            code=ErrorCode.WRONG_TYPE,
            where=self._codec.where,
            fix=f"give a mapping in {_NAMES[form]}, or say form={other!r} if it has "
            f"{_NAMES[other]}",
        )


def _plain_item(item: Mapping[str, Any]) -> Item:
    return {name: encode_anything(_plain(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    """A value without boto3's type for bytes, which has them as `bytes()` gives them."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, AbstractSet):
        return {_plain(inner) for inner in value}
    return bytes(value) if hasattr(value, "__bytes__") else value
