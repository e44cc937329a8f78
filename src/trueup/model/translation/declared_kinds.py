"""The kind of value that an attribute is declared with, to refuse what no such value can be."""

from __future__ import annotations

from collections.abc import Set
from typing import Annotated, Any, get_args, get_origin

from ...expressions import Kind
from .annotations import bare, is_union, without_none
from .shapes import Anything, kind_of_shape, shape_of

_SET = "a set"
SPOKEN = {
    Kind.N: "a number",
    Kind.L: "a list",
    Kind.SS: _SET,
    Kind.NS: _SET,
    Kind.BS: _SET,
    Kind.M: "a map",
    Kind.S: "stored as a text",
    Kind.B: "bytes",
    Kind.BOOL: "True or False",
}
"""Kinds, in the words of errors."""

SETS = frozenset({Kind.SS, Kind.NS, Kind.BS})


def declared_kind(annotation: Any) -> Kind | None:
    """What values of a type are stored as, None apart; None if it depends on the value. A set of
    elements of any kind counts as one of texts."""
    annotation, _ = without_none(annotation)
    shape = shape_of(annotation)
    if isinstance(shape, Anything) and shape.serialized is not None:
        return None
    while get_origin(annotation) is Annotated:
        annotation, _ = without_none(get_args(annotation)[0])
    if is_union(annotation):
        kinds = set(map(declared_kind, get_args(annotation)))
        return kinds.pop() if len(kinds) == 1 else None
    outer = bare(annotation)
    kind = kind_of_shape(shape)
    if kind is None and outer.is_a(Set):
        return Kind.SS
    return Kind.L if kind is None and outer.is_list else kind
