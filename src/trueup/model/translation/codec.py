"""TableCodec: encodes and decodes the items of a table, with keys and derived attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import and_
from typing import Any, TypeAlias

from pydantic import BaseModel

from ...errors import ErrorCode, InvalidCall, NeedsOperator, Place, TrueupError
from ...expressions.condition import BeginsWith, Comparison, Condition, In, Missing, Op
from ...expressions.evaluate import apply
from ...expressions.path import Path
from ...expressions.update import Change
from ...expressions.values import Item, PlainValue, is_text
from ..declarations.base import Model
from ..declarations.templates import Template
from ..description.tables import IndexDescription, KeyAttribute, TableDescription
from ..keys.shards import shard_key, shard_number
from ..keys.sort_values import check_composed_key, key_templates
from .decode import OnUnreadable, Unreadable, decode_item
from .encode import FieldCodec, encode_record, field_codecs
from .read_back import refuse_unreadable_item
from .refused_value import too_deep
from .single_values import encode_value

_KEY_FIXES = {
    ErrorCode.INVALID_TEXT: "decode the text with errors='replace', or join the halves",
}

Part: TypeAlias = tuple[type[BaseModel], frozenset[str]]
"""A model of some attributes, and these attributes."""

KeyValue = Any
"""A plain value of kind S, N or B: str, int or Decimal, bytes."""


class TableCodec:
    """Encodes models into the items of a table and decodes items into models.

    Made once per table and engine; holds no state beyond the description.
    """

    def __init__(self, table: TableDescription) -> None:
        self.table = table
        self.where = Place(table=table.name)
        self._entity_of = {model: name for name, model in table.models.items()}
        self._named = {**table.models, **{a: table.models[n] for a, n in table.aliases.items()}}
        self._sharded = tuple(index for index in table.indexes.values() if index.shard)
        self._composed = {
            model: tuple(codec for codec in field_codecs(model) if codec.template)
            for model in table.models.values()
        }
        shards = {index.shard.attribute for index in self._sharded if index.shard}
        self.derived = frozenset(shards | ({table.discriminator} if table.discriminator else set()))
        self._fields: dict[str, FieldCodec] = {}
        for model in (table.model, *table.models.values()):
            for codec in field_codecs(model):
                self._fields.setdefault(codec.name, codec)
        self._attributes = {name: codec.attribute for name, codec in self._fields.items()}
        self._index_keys = {
            key.attribute: key for index in table.indexes.values() for key in index.attributes
        }
        asked = {key for index in table.indexes.values() for key in (*index.partition, *index.sort)}
        self._templates = {key: key_templates(table, key) for key in {*table.key, *asked}}
        self._composed_keys = {key.name for key, templates in self._templates.items() if templates}

    def derives(self, model: type[Model]) -> bool:
        """Whether items of `model` have composed attributes, or shards of an index."""
        return bool(self._sharded or self._composed.get(model, True))

    def encode(self, value: Model) -> Item:
        """The item of a model: composed and derived attributes rebuilt, keys checked.

        Raises InvalidCall if the model belongs to another table, a key attribute is absent or
        empty, or a value cannot be stored or would not read back.
        """
        entity = self._entity(type(value))
        try:
            item = encode_record(value)
            for codec in self._composed[self.table.models[entity]]:
                compose(codec, item, self._attributes)
            self.check_keys(item)
            refuse_unreadable_item(value, item, self.where)
        except TrueupError as error:
            error.locate(self.where)
            raise
        except RecursionError:
            raise too_deep(self.where) from None
        if self.table.discriminator:
            item[self.table.discriminator] = entity
        elif self._model_of(item) is not self.table.models[entity]:
            raise self._key_of_another(entity)
        self._derive_shards(item)
        return item

    def _key_of_another(self, entity: str) -> InvalidCall:
        begins = self.table.begins[entity]
        return InvalidCall(
            f"the key of a {self.table.models[entity].__name__} would be that of another entity",
            code=ErrorCode.INVALID_KEY,
            where=self.where,
            fix="; ".join(f"{key} begins with {text!r}" for key, text in begins.items()),
        )

    def _entity(self, model: type[Model]) -> str:
        entity = self._entity_of.get(model)
        if entity is None:
            known = ", ".join(model.__name__ for model in self._entity_of)
            raise InvalidCall(
                f"a {model.__name__} cannot be stored here",
                code=ErrorCode.WRONG_TYPE,
                where=self.where,
                fix=f"this table stores: {known}",
            )
        return entity

    def check_keys(self, item: Item) -> None:
        """Refuse an item whose keys cannot be stored; remove index keys that are NULL."""
        for key in self.table.key:
            self.check_key_value(key, item.get(key.attribute))
        for attribute, key in self._index_keys.items():
            if attribute in item:
                if item[attribute] is None:
                    del item[attribute]  # NULL is no key value: the item is not in the index
                else:
                    self.check_key_value(key, item[attribute])

    def updated(self, changes: Sequence[Change], item: Item, where: Place) -> Item:
        """The item after changes, its keys checked. where: of the error if it cannot be changed."""
        try:
            new = apply(changes, item)
        except InvalidCall as error:
            error.locate(where)
            raise
        self.check_keys(new)
        return new

    def check_key_value(self, key: KeyAttribute, value: PlainValue) -> None:
        """Refuse a value that cannot be a key: absent, empty, or half a surrogate pair."""
        if type(value) is str and value and value.isascii():
            return
        if value is None:
            raise self._bad_key(key, ErrorCode.INVALID_KEY, "has no value")
        if value in ("", b""):
            raise self._bad_key(key, ErrorCode.EMPTY_KEY, "is empty")
        if isinstance(value, str) and not is_text(value):
            raise self._bad_key(key, ErrorCode.INVALID_TEXT, "holds half of a surrogate pair")

    def _bad_key(self, key: KeyAttribute, code: ErrorCode, what: str) -> InvalidCall:
        return InvalidCall(
            f"the key attribute {key.attribute!r} {what}",
            code=code,
            where=replace(self.where, attribute=key.attribute),
            fix=_KEY_FIXES.get(code, "give every key attribute a value that is not empty"),
        )

    def _derive_shards(self, item: Item) -> None:
        for index in self._sharded:
            assert index.shard is not None
            values = [item.get(key.attribute) for key in index.partition]
            if any(value is None for value in values):
                item.pop(index.shard.attribute, None)
            else:
                item[index.shard.attribute] = shard_key(index, values, self._shard(index, item))

    def _shard(self, index: IndexDescription, item: Item) -> int:
        return shard_number(list(self.table.key_of(item)), index.shards)

    def read(
        self, item: Item, unreadable: OnUnreadable = "raise", part: Part | None = None
    ) -> BaseModel | Unreadable:
        """The model of a stored item, or of a part of it; in its place what says why there is none,
        if that is asked for, or if the item is of no declared entity and the table leaves such
        items out."""
        try:
            if part is None:
                return self.decode(item)
            model, attributes = part
            narrowed = {name: value for name, value in item.items() if name in attributes}
            return decode_item(model, narrowed, self.where)
        except NeedsOperator as error:
            if error.code is not ErrorCode.UNREADABLE_ITEM:
                raise
            is_left_out = self.table.unknown_entities == "skip" and self.is_unknown(item)
            if unreadable == "raise" and not is_left_out:
                raise
            return Unreadable(item, error, is_left_out)

    def decode(self, item: Item) -> Model:
        """The model of a stored item, of the entity that it names.

        Raises NeedsOperator (unreadable-item), also for an unknown attribute if the table is
        declared with `on_read="error"`.
        """
        model = self.model_of(item)
        if self.derived:
            item = {name: value for name, value in item.items() if name not in self.derived}
        decoded = decode_item(model, item, self.where)
        if self.table.on_read == "error" and decoded.__pydantic_extra__:
            raise self.unknown_attributes(decoded)
        return decoded

    def unknown_attributes(self, decoded: Model) -> NeedsOperator:
        """The error for an item with attributes that a strict table does not know."""
        names = ", ".join(sorted(decoded.__pydantic_extra__ or ()))
        return NeedsOperator(
            f"a stored item has attributes that {type(decoded).__name__} does not know: {names}",
            code=ErrorCode.UNREADABLE_ITEM,
            where=self.where,
            fix="declare them, or declare the table with on_read='keep'",
        )

    def model_of(self, item: Item) -> type[Model]:
        """The model that decodes an item. Raises NeedsOperator (unreadable-item) without one."""
        model = self._model_of(item)
        if model is None and self.table.unknown_entities == "base":
            model = self.table.model
        if model is None:
            how = self.table.discriminator
            raise NeedsOperator(
                f"a stored item names no entity of this table in {how!r}"
                if how
                else "the key of a stored item begins as that of no entity of this table",
                code=ErrorCode.UNREADABLE_ITEM,
                where=self.where,
                fix=f"the entities are: {', '.join(self.table.models)}",
            )
        return model

    def name_of(self, model: type[Model]) -> str:
        """What items of this model are called. Raises InvalidCall for a model of no entity."""
        return self._entity(model)

    def is_of(self, model: type[Model], item: Item) -> bool:
        """Whether an item, or its key, is of this entity."""
        return self._model_of(item) is model

    def is_unknown(self, item: Item) -> bool:
        """Whether an item is of no declared entity."""
        return self._model_of(item) is None

    def _model_of(self, item: Item) -> type[Model] | None:
        """The model that is declared for an item, if there is one."""
        table = self.table
        if not table.has_entities:
            return table.model
        name = item.get(table.discriminator) if table.discriminator else None
        if name is not None:
            return self._named.get(name) if isinstance(name, str) else None
        for entity, begins in table.begins.items():
            if all(str(item.get(key, "")).startswith(text) for key, text in begins.items()):
                return table.models[entity]
        return None

    def is_entity(self, model: type[Model]) -> Condition:
        """The condition that an item is of this entity."""
        table, name = self.table, self._entity(model)
        keys: list[Condition] = [
            BeginsWith(Path(None, (key,)), text) for key, text in table.begins.get(name, {}).items()
        ]
        if table.discriminator is None:
            return reduce(and_, keys)
        path = Path(None, (table.discriminator,))
        names = (name, *(alias for alias, of in table.aliases.items() if of == name))
        is_named = In(path, names) if len(names) > 1 else Comparison(Op.EQ, path, name)
        return is_named | reduce(and_, keys, Missing(path)) if keys else is_named

    def entity_item(self, model: type[Model]) -> Item:
        """The attributes of an item of this entity that are no fields."""
        if self.table.discriminator is None:
            return {}
        return {self.table.discriminator: self._entity(model)}

    def encode_key_value(self, key: KeyAttribute, value: object) -> KeyValue:
        """The plain value of a caller's value for a key attribute.

        Raises InvalidCall (wrong-type, empty-key) without showing the value.
        """
        field = self._fields.get(key.name)
        if type(value) is str and field is not None and field.encode is None:
            plain: Any = value
            if value and value.isascii() and key.name not in self._composed_keys:  # most keys
                return plain
        else:
            plain = encode_value(field, value, self.where)
        if (templates := self._templates.get(key)) and plain:
            check_composed_key(key, plain, templates, self.where)
        self.check_key_value(key, plain)
        return plain

    def template(self, key: KeyAttribute, model: type[Model] | None = None) -> Template | None:
        """The template of a key attribute in a model, or in the first that composes it."""
        models = [model] if model else self._composed
        composed = [codec for one in models for codec in self._composed[one]]
        return next((codec.template for codec in composed if codec.name == key.name), None)

    def encode_field(self, name: str, value: object) -> Any:
        """The plain value of any field of this table's models, validated by pydantic."""
        codec = self._fields.get(name)
        if codec is not None:
            return encode_value(codec, value, self.where)
        raise InvalidCall(
            f"there is no attribute {name!r}",
            code=ErrorCode.UNKNOWN_ATTRIBUTE,
            where=self.where,
            fix=f"the attributes are: {', '.join(self._attributes)}",
        )


def compose(codec: FieldCodec, item: Item, attributes: Mapping[str, str]) -> None:
    """Rebuild a composed attribute from the plain values of its parts.

    attributes: Python field name to attribute name.
    """
    assert codec.template is not None
    parts = {name: item.get(attributes[name]) for name in codec.template.fields}
    text = codec.template.build(parts)
    if text is None:
        item.pop(codec.attribute, None)
    else:
        item[codec.attribute] = text
