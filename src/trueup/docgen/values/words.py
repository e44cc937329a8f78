"""What the value of a field may be, in words."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

from pydantic.fields import FieldInfo

from ...expressions.values import Kind
from ...model.declarations.fields import (
    CREATED,
    EXPIRES,
    UPDATED,
    VERSION,
    WHOLE_SECONDS,
    has_marker,
    template_of,
)
from ...model.translation.annotations import bare, metadata_of, without_none
from ...model.translation.shapes import Leaf, Scalar, Shape, kind_of_shape
from ..text.layout import laid_out
from ..text.markdown import code, codes
from ..text.python_source import Unwritable, source_of
from .annotations import shown_annotation
from .constraints import limits_of

KINDS = {
    Kind.S: "String",
    Kind.N: "Number",
    Kind.B: "Binary",
    Kind.BOOL: "Boolean",
    Kind.NULL: "Null",
    Kind.L: "List",
    Kind.M: "Map",
    Kind.SS: "String set",
    Kind.NS: "Number set",
    Kind.BS: "Binary set",
}
"""The types of stored values, in words."""

_FORMATS = {
    Leaf.DATETIME: "YYYY-MM-DDTHH:MM:SS.ffffffZ",
    Leaf.SECONDS: "YYYY-MM-DDTHH:MM:SSZ",
    Leaf.DATE: "YYYY-MM-DD",
    Leaf.TIME: "HH:MM:SS.ffffff",
}
_MARKED = {
    EXPIRES: "ExpiresAt",
    VERSION: "Version",
    CREATED: "CreatedAt",
    UPDATED: "UpdatedAt",
    WHOLE_SECONDS: "WholeSeconds",
}
_EMPTY = (list, dict, set, frozenset, tuple)
_MOST_CHOICES = 12
_LONGEST_DEFAULT = 60


def stored_type(shape: Shape) -> str:
    """The type of the stored value, in words."""
    kind = kind_of_shape(shape)
    return "any" if kind is None else KINDS[kind]


def python_type(field: FieldInfo) -> str:
    """The annotation, with the name of the field type where Trueup has one."""
    for marker, name in _MARKED.items():
        if has_marker(field, marker):
            return f"{name} | None" if without_none(field.annotation)[1] else name
    return shown_annotation(field.annotation)


def value_words(field: FieldInfo, shape: Shape) -> str:
    """What the value may be, and what it is if none is given."""
    template = template_of(field)
    if template is not None:
        return f"made of {code(template.text)}"
    return "; ".join(filter(None, (_default(field), *_form(shape), *_range(field))))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if has_marker(field, VERSION):
        return "raised by 1 on each write"
    if field.default_factory is not None:
        return "empty by default" if field.default_factory in _EMPTY else "computed by default"
    if field.default is None:
        return "optional"
    try:
        text = laid_out(source_of(field.default).text)
    except Unwritable:
        return "has a default"
    return f"by default {code(text)}" if len(text) <= _LONGEST_DEFAULT else "has a default"


def _form(shape: Shape) -> Iterator[str]:
    if isinstance(shape, Scalar):
        if shape.leaf in _FORMATS:
            yield code(_FORMATS[shape.leaf])
        if shape.leaf is Leaf.EPOCH:
            yield "whole epoch seconds"


def _range(field: FieldInfo) -> Iterator[str]:
    kind = bare(field.annotation)
    values: list[Any] = [member.value for member in kind.kind] if kind.is_a(Enum) else []
    if 0 < len(values) <= _MOST_CHOICES:
        yield f"one of {codes(map(str, values))}"
    limits = limits_of([*field.metadata, *metadata_of(field.annotation)])
    yield from limits.words()
    if limits.pattern is not None:
        yield f"matches {code(str(getattr(limits.pattern, 'pattern', limits.pattern)))}"
