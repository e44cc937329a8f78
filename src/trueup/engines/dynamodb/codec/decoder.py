"""Decode replies to models: typed in one pass if that gives the same values, else generic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from ...._dataclass import dataclass
from ....expressions.condition import Condition
from ....expressions.evaluate import holds
from ....expressions.values import Item
from ....model.description.tables import IndexDescription, TableDescription
from ....model.outside.attribute_values import JsonItem
from ....model.translation.codec import TableCodec
from ....model.translation.decode import knows_all_it_reads
from ....operations.actions import View
from ....operations.guards import has_expired
from .capacity import units_of
from .structs import NotExpected, TypedReplies, typed_replies
from .values import NotDynamoDB, decode_body, from_json, item_from_json, reading

_NOT_TYPED = (NotExpected, ValidationError, UnicodeDecodeError, RecursionError)
"""The errors of the fast path, after which the generic path reads the reply or reports it."""


@dataclass(frozen=True, slots=True)
class Items:
    """The items of one reply.

    values: returns scalar attributes of the item at an offset; None for absent attributes.
    rest: the unread remainder (a last key, unprocessed keys), in DynamoDB's JSON.
    capacity_units: the units that reading a page consumed.
    """

    models: Sequence[Any]
    values: Callable[[int, Sequence[str]], tuple[Any, ...]]
    rest: Any = None
    capacity_units: float | None = None

    def unexpired(self, table: TableDescription, now_epoch_s: int | None) -> list[Any]:
        """The models, with None in place of expired items."""
        if table.expires is None or now_epoch_s is None:
            return list(self.models)
        attributes = (table.expires.attribute,)
        return [
            None if has_expired(self.values(offset, attributes)[0], now_epoch_s) else model
            for offset, model in enumerate(self.models)
        ]


def position_attributes(table: TableDescription, index: IndexDescription | None) -> tuple[str, ...]:
    """The attributes of a position: the index's keys, if any, then the primary key."""
    return tuple(key.attribute for key in table.position_keys(index))


def read_attributes(
    table: TableDescription, index: IndexDescription | None, view: View
) -> frozenset[str] | None:
    """The attributes to request: those of the view, the keys, and the expiry; None for all."""
    if view.attributes is None:
        return None
    expires = {table.expires.attribute} if table.expires else set()
    return view.attributes | frozenset(position_attributes(table, index)) | expires


class ItemDecoder:
    """Decodes the items of one view of a table.

    Tables of a single entity take the typed path, unless a reply has anything that the model does
    not expect.
    """

    def __init__(self, codec: TableCodec, view: View) -> None:
        self._codec = codec
        self._view = view
        self._model = view.model or codec.table.model
        self._typed = self._typed_replies()
        # msgspec refuses unknown attributes, so there are none.
        is_complete = knows_all_it_reads(self._model)
        self._extra: Literal["ignore"] | None = "ignore" if is_complete else None

    def _typed_replies(self) -> TypedReplies | None:
        table = self._codec.table
        if self._view.as_stored or (table.has_entities and not self._view.model):
            return None
        keys = [*table.key, *(key for index in table.indexes.values() for key in index.attributes)]
        extra = {key.attribute: key.kind.value for key in keys}
        if table.expires is not None:
            extra[table.expires.attribute] = "N"
        return typed_replies(self._model, self._view.attributes, extra)

    @cached_property
    def _one(self) -> Callable[[Any], Any]:
        """Validates a single item."""
        return self._validation(self._model)

    @cached_property
    def _many(self) -> Callable[[Any], list[Any]]:
        """Validates several items in one pass; lazy, as some programs only get single items."""
        return self._validation(list[self._model])  # type: ignore[name-defined]

    def _validation(self, annotation: Any) -> Callable[[Any], Any]:
        validate = TypeAdapter(annotation).validator.validate_python
        return partial(validate, strict=False, extra=self._extra, by_alias=True, by_name=False)

    def page(self, body: bytes) -> Items:
        """The items of a page; `rest` is the LastEvaluatedKey, in DynamoDB's JSON."""
        if self._typed is not None:
            try:
                page = self._typed.page(body)
                units = units_of(page.ConsumedCapacity)
                return self._typed_items(self._typed, page.Items, page.LastEvaluatedKey, units)
            except _NOT_TYPED:
                pass  # the generic path reads it, or reports the problem
        decoded = decode_body(body)
        return self._page_items(decoded.get("Items", []), decoded)

    def filtered_page(self, body: bytes, condition: Condition) -> Items:
        """The items of a page that pass a condition which DynamoDB cannot evaluate."""
        decoded = decode_body(body)
        found = decoded.get("Items", [])
        kept = [one for one in _listed(found) if holds(condition, item_from_json(one))]
        return self._page_items(kept, decoded)

    def _page_items(self, found: Sequence[JsonItem], page: dict[str, Any]) -> Items:
        units = units_of(page.get("ConsumedCapacity"))
        return self.items(found, page.get("LastEvaluatedKey"), units)

    def batch(self, body: bytes, table: str) -> Items:
        """The items of a batch, in no order; `rest` has the unread keys, in DynamoDB's JSON."""
        if self._typed is not None:
            try:
                batch = self._typed.batch(body)
                found = batch.Responses.get(table, [])
                return self._typed_items(self._typed, found, batch.UnprocessedKeys)
            except _NOT_TYPED:
                pass  # see above
        decoded = decode_body(body)
        with reading():
            found = decoded["Responses"].get(table, [])
        return self.items(found, decoded.get("UnprocessedKeys"))

    def one(self, body: bytes, now_epoch_s: int | None) -> Any:
        """The model of a GetItem; None if there is no item or it has expired."""
        if self._typed is not None:
            try:
                return self._typed_one(self._typed, body, now_epoch_s)
            except _NOT_TYPED:
                pass  # see above
        items = self.items([decode_body(body).get("Item")])
        unexpired = items.unexpired(self._codec.table, now_epoch_s)
        return unexpired[0] if unexpired else None

    def _typed_one(self, typed: TypedReplies, body: bytes, now_epoch_s: int | None) -> Any:
        struct = typed.one(body).Item
        if struct is None:
            return None
        model = self._one(typed.record.plain(struct))
        expires = self._codec.table.expires
        if expires is None or now_epoch_s is None:
            return model
        (expires_at,) = typed.record.values((expires.attribute,), struct)
        return None if has_expired(expires_at, now_epoch_s) else model

    def items(
        self,
        found: Sequence[JsonItem | None],
        rest: Any = None,
        capacity_units: float | None = None,
    ) -> Items:
        """Decode items in DynamoDB's JSON, skipping None."""
        items = [item for item in _listed(found) if item is not None]
        models = [self.item(item_from_json(item)) for item in items]

        def values(offset: int, attributes: Sequence[str]) -> tuple[Any, ...]:
            item = items[offset]
            return tuple(
                from_json(item[attribute]) if attribute in item else None
                for attribute in attributes
            )

        return Items(models, values, rest, capacity_units)

    def _typed_items(
        self,
        typed: TypedReplies,
        structs: Sequence[Any],
        rest: Any,
        capacity_units: float | None = None,
    ) -> Items:
        models = self._many(map(typed.record.plain, structs))  # each dict is freed before the next

        def values(offset: int, attributes: Sequence[str]) -> tuple[Any, ...]:
            return typed.record.values(tuple(attributes), structs[offset])

        return Items(models, values, rest, capacity_units)

    def item(self, item: Item) -> Any:
        """The model of one item."""
        if self._view.as_stored:
            return item
        return self._codec.read(item, self._view.unreadable, self._view.part)


def _listed(found: Any) -> list[Any]:
    """The items of a reply. Raises NotDynamoDB if they are no list."""
    if isinstance(found, list):
        return found
    raise NotDynamoDB
