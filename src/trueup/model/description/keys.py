"""Key attributes: texts, numbers and bytes.

Every item has those of the table; an item that lacks one of an index is not in the index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...expressions.values import Kind
from ..translation.encode import FieldCodec, field_codecs
from ..translation.shapes import kind_of_shape
from .fields import TableFields
from .tables import KeyAttribute

_KEY_KINDS: dict[Kind | None, str] = {Kind.S: "a text", Kind.N: "a number", Kind.B: "bytes"}


def key_attribute(fields: TableFields, name: str) -> KeyAttribute | None:
    """The field as a key attribute; None if it cannot be part of a key."""
    codec = fields.by_name.get(name)
    kind = kind_of_shape(codec.shape) if codec else None
    if codec is None or kind is None or kind not in _KEY_KINDS:
        return None
    return KeyAttribute(name, codec.attribute, kind, fields.is_loggable(name))


def table_key_problems(fields: TableFields) -> Iterator[str]:
    """The problems of a table's primary key."""
    partition, sort = fields.table.partition, fields.table.sort
    yield from _table_key_problems(fields, partition, "the partition key")
    if sort:
        yield from _table_key_problems(fields, sort, "the sort key")
        if len(attributes_of(fields, (partition, sort))) == 1:
            yield f"{partition!r} is the partition key and the sort key; leave sort= out"


def _table_key_problems(fields: TableFields, name: str, what: str) -> Iterator[str]:
    if problem := _unfit(fields, name, what):
        yield problem
        return
    if any(codec.optional for codec in _codecs(fields, name)):
        yield f"{what} {name!r} may be None; a key always has a value"
    for entity, model in fields.models.items():
        if name not in model.model_fields:
            yield f"{what} {name!r} is not a field of the entity {entity}"


def index_key_problems(fields: TableFields, name: str, what: str) -> Iterator[str]:
    """The problems of an index's key field. what: names its role in messages."""
    if problem := _unfit(fields, name, what):
        yield problem
        return
    codecs = _codecs(fields, name)
    if any(codec.optional and codec.null and not codec.required for codec in codecs):
        yield (
            f"{what} {name!r} may be None, which leaves an index; its default is then to be "
            "None too, or the item would read back with the default"
        )


def _unfit(fields: TableFields, name: str, what: str) -> str | None:
    """The reason why a field cannot be part of a key; None if it can."""
    if name not in fields.by_name:
        known = ", ".join(fields.by_name)
        return f"{what} {name!r} is not a field; the fields are {known}"
    if key_attribute(fields, name) is None:
        return f"{what} {name!r} is not a text, a number or bytes"
    kinds = {kind_of_shape(codec.shape) for codec in _codecs(fields, name)}
    if len(kinds) > 1:
        words = sorted(_KEY_KINDS.get(kind, "of another kind") for kind in kinds)
        return f"{what} {name!r} is {' in one entity and '.join(words)} in another"
    return None


def _codecs(fields: TableFields, name: str) -> list[FieldCodec]:
    """The codecs of a field's attribute, in each model that has the attribute."""
    attribute = fields.by_name[name].attribute
    return [
        codec
        for model in fields.declared
        for codec in field_codecs(model)
        if codec.attribute == attribute
    ]


def attributes_of(fields: TableFields, names: Sequence[str]) -> set[str]:
    """The attributes of the fields, without unknown fields."""
    return {fields.by_name[name].attribute for name in names if name in fields.by_name}
