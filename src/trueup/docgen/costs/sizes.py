"""Sizes of items, estimated from what is declared: names of attributes, and usual values.

What is not declared is assumed: a text of 20 characters, a number of 6 digits, a list of 3. The
average of the real items is better, and a file of rates can say it.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from __future__ import annotations

from collections.abc import Collection

from pydantic import BaseModel

from ...model.description.tables import Attribute, IndexDescription, TableDescription
from ...model.translation.encode import field_codecs
from ...model.translation.shapes import Leaf, ListOf, MapOf, Record, Scalar, SetOf, Shape

TEXT_BYTES = 20
ELEMENTS = 3
_DEEPEST = 4
_CONTAINER_BYTES = 3
_ENTRY_BYTES = 1
_NUMBER_BYTES = 4
_OF_LEAF = {
    Leaf.TEXT: TEXT_BYTES,
    Leaf.TEXT_ENUM: 10,
    Leaf.BYTES: 100,
    Leaf.BOOLEAN: 1,
    Leaf.DATETIME: 27,
    Leaf.SECONDS: 20,
    Leaf.DATE: 10,
    Leaf.TIME: 15,
    Leaf.UUID: 36,
    Leaf.EPOCH: 6,
}
OVERHEAD_BYTES = 100
"""What storage counts for each item of a table or an index, beside the item.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html"""


def item_bytes(table: TableDescription) -> int:
    """The size of an item with all its attributes, in bytes, as reads and writes count it."""
    return sum(map(_attribute_bytes, table.attributes)) + _derived_bytes(table)


def index_bytes(table: TableDescription, index: IndexDescription, of_item: int) -> int:
    """The size of an item in an index. of_item: of the whole item, estimated or known.

    What an index leaves out is taken off by the share that the estimate gives it.
    """
    if index.projection is None:
        return of_item
    held = sum(_attribute_bytes(one) for one in table.attributes if one.attribute in _names(index))
    return max(1, round(of_item * min(1.0, held / max(1, item_bytes(table)))))


def _names(index: IndexDescription) -> Collection[str]:
    return index.projection or frozenset()


def _derived_bytes(table: TableDescription) -> int:
    """What Trueup stores beside the fields: the entity, and the shards of indexes."""
    entity = len(table.discriminator) + 10 if table.discriminator else 0
    shards = (one.shard for one in table.indexes.values() if one.shard is not None)
    return entity + sum(len(shard.attribute) + TEXT_BYTES for shard in shards)


def _attribute_bytes(attribute: Attribute) -> int:
    return len(attribute.attribute.encode()) + _value_bytes(attribute.shape)


def _value_bytes(shape: Shape, depth: int = 0) -> int:
    match shape:
        case Scalar(leaf):
            return _OF_LEAF.get(leaf, _NUMBER_BYTES)
        case SetOf(element):
            return _CONTAINER_BYTES + ELEMENTS * _value_bytes(element)
        case ListOf(element):
            return _several(_value_bytes(element, depth + 1) if depth < _DEEPEST else 0)
        case MapOf(element):
            inner = _value_bytes(element, depth + 1) if depth < _DEEPEST else 0
            return _several(TEXT_BYTES + inner)
        case Record(model):
            return _record_bytes(model, depth)
        case _:
            return TEXT_BYTES


def _several(each: int) -> int:
    return _CONTAINER_BYTES + ELEMENTS * (each + _ENTRY_BYTES)


def _record_bytes(model: type[BaseModel], depth: int) -> int:
    if depth >= _DEEPEST:
        return _CONTAINER_BYTES
    return _CONTAINER_BYTES + sum(
        len(field.attribute.encode()) + _ENTRY_BYTES + _value_bytes(field.shape, depth + 1)
        for field in field_codecs(model)
    )
