"""Types inside annotations, without aliases, `Annotated` and None."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from ..._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Bare:
    """A type. kind: its class, or typing's stand-in; holds: the annotations inside."""

    kind: Any
    holds: tuple[Any, ...]

    def is_a(self, *classes: type) -> bool:
        """Whether the type is a subclass of any of these classes."""
        return isinstance(self.kind, type) and issubclass(self.kind, classes)

    @property
    def is_list(self) -> bool:
        """Whether the type is a list, a tuple, or another sequence of values."""
        return self.is_a(Sequence) and not self.is_a(str, bytes, bytearray)

    @property
    def is_union(self) -> bool:
        """Whether it is a union, of several types that are not None."""
        return self.kind in (Union, types.UnionType)

    @property
    def is_tuple(self) -> bool:
        """Whether the type is a tuple with a type for each position."""
        return self.is_a(tuple) and bool(self.holds) and self.holds[-1] is not Ellipsis

    @property
    def element(self) -> Any:
        """The annotation of a list's or a set's elements."""
        return self.holds[0] if self.holds else Any


def bare(annotation: Any) -> Bare:
    """The type inside an annotation; of a union, all members but None."""
    annotation, _ = without_none(annotation)
    while get_origin(annotation) is Annotated:
        annotation, _ = without_none(get_args(annotation)[0])
    return Bare(get_origin(annotation) or annotation, get_args(annotation))


def unaliased(annotation: Any) -> Any:
    """The annotation behind `type X = ...` (Python 3.12 or typing_extensions); others unchanged."""
    while hasattr(annotation, "__value__"):
        annotation = annotation.__value__
    return annotation


def is_union(annotation: Any) -> bool:
    """Whether an annotation is written as `A | B` or `Union[A, B]`."""
    return get_origin(annotation) in (Union, types.UnionType)


def without_none(annotation: Any) -> tuple[Any, bool]:
    """The annotation without None, and whether None was a member of its union."""
    annotation = unaliased(annotation)
    if is_union(annotation):
        left = [item for item in get_args(annotation) if item is not type(None)]
        if len(left) < len(get_args(annotation)):
            return (left[0] if len(left) == 1 else Union[tuple(left)]), True  # noqa: UP007  # built from a list
    return annotation, False


def metadata_of(annotation: Any) -> Iterator[Any]:
    """The metadata in `Annotated` around a type, or around members of its union."""
    annotation = unaliased(annotation)
    metadata = getattr(annotation, "__metadata__", ())
    yield from metadata
    if metadata or is_union(annotation):
        for argument in getattr(annotation, "__args__", ()):
            yield from metadata_of(argument)


def annotations_in(annotation: Any) -> Iterator[Any]:
    """The annotation and all annotations inside it, each once and without aliases."""
    waiting, seen = [annotation], []
    while waiting:
        current = unaliased(waiting.pop())
        if current not in seen:
            seen.append(current)
            yield current
            waiting += [*get_args(current), *members_of(current).values()]


def members_of(annotation: Any) -> Mapping[str, Any]:
    """The types of the fields of a dataclass, a typed dictionary or a named tuple, by name."""
    kind = get_origin(annotation) or annotation
    marks = ("__dataclass_fields__", "__required_keys__", "_field_defaults")
    if not isinstance(kind, type) or not any(hasattr(kind, mark) for mark in marks):
        return {}
    try:
        return get_type_hints(kind)
    except NameError:  # a type that is defined inside a function, which only pydantic finds
        return {}


def only_models(annotation: Any) -> tuple[type[BaseModel], ...]:
    """The models that values are, if None is the only other value; else none."""
    annotation, _ = without_none(annotation)
    while get_origin(annotation) is Annotated:
        annotation, _ = without_none(get_args(annotation)[0])
    members = get_args(annotation) if is_union(annotation) else (annotation,)
    found = [one for one in members if Bare(one, ()).is_a(BaseModel)]
    return tuple(found) if len(found) == len(members) else ()


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models that values of an annotation may be or hold, without nested models."""
    return [inner for inner in annotations_in(annotation) if Bare(inner, ()).is_a(BaseModel)]
