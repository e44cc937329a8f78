"""The problems of fields that every write maintains: the times of the first and the last write."""

from __future__ import annotations

from collections.abc import Iterator

from ..declarations.fields import CREATED, UPDATED
from ..translation.shapes import Leaf, Scalar
from .fields import TableFields


def stamp_problems(fields: TableFields) -> Iterator[str]:
    """The problems of `CreatedAt` and `UpdatedAt` fields."""
    for marker in (CREATED, UPDATED):
        for name in fields.names_with(marker):
            if fields.by_name[name].shape != Scalar(Leaf.DATETIME):
                yield f"{name!r} holds the time of a write and is no datetime"
            if name in _in_key(fields):
                yield (
                    f"{name!r} is in the primary key and set by writes; a key is known before: use "
                    "a datetime of your own"
                )


def _in_key(fields: TableFields) -> set[str]:
    """The fields of the primary key, and those that it is composed of."""
    names = {fields.table.partition, fields.table.sort}
    codecs = [fields.by_name[name] for name in names if name in fields.by_name]
    parts = {part for codec in codecs if codec.template for part in codec.template.fields}
    return {name for name in names if name} | parts
