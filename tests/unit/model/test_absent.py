"""None, empty and absent: what is written, and what absence reads as."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, create_model

from tests.unit.model.declared import codec_of, model_with
from trueup import Index, Model
from trueup.expressions import Item


class Tagged(BaseModel):
    tags: set[str]
    note: str | None


Labelled = Annotated[dict[str, Tagged], Field(max_length=2)]


@pytest.mark.parametrize(
    ("annotation", "default", "value", "item"),
    [
        (int | None, None, None, {}),
        (int | None, 5, None, {"value": None}),
        (int | None, ..., None, {"value": None}),
        (Any, ..., None, {"value": None}),
        (set[str], ..., set(), {}),
        (set[str], set(), set(), {}),
        (set[str] | None, ..., None, {"value": None}),
        (frozenset[int], ..., frozenset(), {}),
        (list[int], ..., [], {"value": []}),
        (dict[str, int], ..., {}, {"value": {}}),
        (str, ..., "", {"value": ""}),
        (bytes, ..., b"", {"value": b""}),
    ],
)
def test_none_and_empty_read_back(annotation: Any, default: Any, value: Any, item: Item) -> None:
    model = model_with(annotation, default)
    codec = codec_of(model)
    written = model(key="a", value=value)
    assert codec.encode(written) == {"key": "a", **item}
    assert codec.decode(codec.encode(written)) == written


@pytest.mark.parametrize(
    ("annotation", "default", "reads"),
    [
        (set[str], ..., set()),
        (set[str] | None, None, None),
        (int | None, ..., None),
        (int | None, 5, 5),
        (int, 5, 5),
    ],
)
def test_an_absent_attribute_reads_as(annotation: Any, default: Any, reads: Any) -> None:
    decoded = codec_of(model_with(annotation, default)).decode({"key": "a"})
    assert decoded.__dict__["value"] == reads


@pytest.mark.parametrize(
    ("annotation", "stored", "reads"),
    [
        (Tagged, {}, Tagged(tags=set(), note=None)),
        (Tagged | None, {}, Tagged(tags=set(), note=None)),
        (list[Tagged], [{}], [Tagged(tags=set(), note=None)]),
        (dict[str, list[Tagged]], {"a": [{}]}, {"a": [Tagged(tags=set(), note=None)]}),
        (tuple[int, Tagged], [1, {}], (1, Tagged(tags=set(), note=None))),
        (int | list[Tagged], [{}], [Tagged(tags=set(), note=None)]),
        (list[Labelled], [{"a": {}}], [{"a": Tagged(tags=set(), note=None)}]),
    ],
)
def test_it_does_inside_nested_models_too(annotation: Any, stored: Any, reads: Any) -> None:
    decoded = codec_of(model_with(annotation)).decode({"key": "a", "value": stored})
    assert decoded.__dict__["value"] == reads


def test_none_leaves_an_index() -> None:
    fields: dict[str, Any] = {"key": (str, ...), "status": (str | None, ...)}
    model: type[Any] = create_model("Sparse", __base__=Model, **fields)
    codec = codec_of(model, indexes=[Index("ByStatus", partition="status")])
    written = model(key="a", status=None)
    assert codec.encode(written) == {"key": "a"}
    assert codec.decode({"key": "a"}) == written
