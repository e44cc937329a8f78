"""Key attributes: texts, numbers and bytes. Every item has the table's; an index may lack items."""

from __future__ import annotations

from collections.abc import Iterator

from ...expressions.values import Kind
from ..translation.shapes import kind_of_shape
from .fields import TableFields
from .tables import KeyAttribute

_KEY_KINDS = (Kind.S, Kind.N, Kind.B)


def key_attribute(fields: TableFields, name: str) -> KeyAttribute | None:
    """The field as a key attribute; None if it cannot be part of a key."""
    codec = fields.by_name.get(name)
    kind = kind_of_shape(codec.shape) if codec else None
    if codec is None or kind is None or kind not in _KEY_KINDS:
        return None
    return KeyAttribute(name, codec.attribute, kind, fields.is_loggable(name))


def table_key_problems(fields: TableFields) -> Iterator[str]:
    """The problems of a table's primary key."""
    yield from _table_key_problems(fields, fields.table.partition, "the partition key")
    if fields.table.sort:
        yield from _table_key_problems(fields, fields.table.sort, "the sort key")


def _table_key_problems(fields: TableFields, name: str, what: str) -> Iterator[str]:
    if problem := _unfit(fields, name, what):
        yield problem
    elif fields.by_name[name].optional:
        yield f"{what} {name!r} may be None; a key always has a value"


def index_key_problems(fields: TableFields, name: str, what: str) -> Iterator[str]:
    """The problems of an index's key field. what: names its role in messages."""
    if problem := _unfit(fields, name, what):
        yield problem
        return
    codec = fields.by_name[name]
    if codec.optional and codec.null and not codec.required:
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
    return None
