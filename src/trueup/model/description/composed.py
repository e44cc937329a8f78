"""The check of composed fields: texts made of single values that are declared before them."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from ..translation.encode import FieldCodec, field_codecs
from ..translation.shapes import Leaf, Scalar


def composed_problems(model: type[BaseModel]) -> Iterator[str]:
    """The problems of a model's composed fields."""
    before: dict[str, FieldCodec] = {}
    for codec in field_codecs(model):
        what = f"the composed field {codec.name!r} of {model.__name__}"
        if codec.template and codec.shape != Scalar(Leaf.TEXT):
            yield f"{what} is not a text, which is what its template gives"
        for part in codec.template.fields if codec.template else ():
            yield from _part_problems(what, part, before.get(part), codec.optional)
        before[codec.name] = codec


def _part_problems(
    what: str, name: str, part: FieldCodec | None, is_optional: bool
) -> Iterator[str]:
    if part is None:
        yield f"{what} uses {name!r}, which is not a field declared before it"
    elif not isinstance(part.shape, Scalar):
        yield f"{what} uses {name!r}, which is not a single text, number, date or enum"
    elif part.optional and not is_optional:
        yield f"{what} is None where {name!r} is; declare it with `| None`"
