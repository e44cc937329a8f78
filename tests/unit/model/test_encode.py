"""Items of models: the order of attributes, nested models, and where an error is."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from trueup.errors import ErrorCode
from trueup.model import Model
from trueup.model.translation.encode import encode_record
from trueup.testing.suite.harness.refusals import refused


class Inner(BaseModel):
    size: float = 0


class Outer(Model):
    note: str | None = None
    id: str
    inner: Inner = Inner()
    quoted_name: str = "it's"


class Wider(Inner):
    more: int = 1


def test_attributes_keep_the_order_of_the_fields() -> None:
    item = encode_record(Outer(note="x", id="a"))
    assert list(item) == ["note", "id", "inner", "quoted_name"]


def test_nested_model_of_a_subclass_is_stored_whole() -> None:
    item = encode_record(Outer(id="a", inner=Wider(size=2)))
    assert item["inner"] == {"size": 2, "more": 1}


def test_error_names_the_attribute_inside() -> None:
    with refused(ErrorCode.INVALID_NUMBER) as refusal:
        encode_record(Outer(id="a", inner=Inner(size=float("nan"))))
    assert refusal.says("inner.size")


class Anything(BaseModel):
    elements: set[Any]


@pytest.mark.parametrize("elements", [{False}, {True}, {1, "a"}, {("a",)}, {None}])
def test_set_of_no_kind_is_refused(elements: set[Any]) -> None:
    with refused(ErrorCode.WRONG_TYPE):
        encode_record(Anything(elements=elements))
