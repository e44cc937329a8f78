"""Follow a path from a model to the stored attribute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import BaseModel

from ..._dataclass import dataclass
from ...expressions import Segment
from .annotations import bare
from .encode import FieldCodec, field_codecs


@dataclass(frozen=True, slots=True)
class Target:
    """The end of a path: its segments as stored, and the type of the value there.

    field, owner: the field and the model that has it; None for an element of a collection.
    """

    segments: tuple[Segment, ...]
    annotation: Any
    field: FieldCodec | None
    owner: type[BaseModel] | None


@cache
def follow(model: type[BaseModel], segments: tuple[Segment, ...]) -> Target | None:
    """The target of `segments` from `model`; None if there is no such attribute."""
    first, *rest = segments
    field = next((codec for codec in field_codecs(model) if codec.name == first), None)
    if field is None:
        return None
    target = Target((field.attribute,), field.annotated, field, model)
    for segment in rest:
        following = _step(target.annotation, segment)
        if following is None:
            return None
        target = replace(following, segments=(*target.segments, *following.segments))
    return target


def _step(annotation: Any, segment: Segment) -> Target | None:
    """One step down: into a nested model, a map or a list."""
    outer = bare(annotation)
    if outer.is_a(BaseModel):
        return follow(outer.kind, (segment,)) if isinstance(segment, str) else None
    if outer.kind is Any or outer.is_a(Mapping):
        return _element(segment, outer.holds[1] if len(outer.holds) == 2 else Any)
    if not isinstance(segment, int) or not outer.is_list:
        return None
    if outer.is_tuple:
        return _element(segment, outer.holds[segment]) if segment < len(outer.holds) else None
    return _element(segment, outer.element)


def _element(segment: Segment, annotation: Any) -> Target:
    return Target((segment,), annotation, None, None)
