"""Compiled items: what stands in them for values, None and empty sets, and in which order."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from trueup.errors import ErrorCode
from trueup.model import Model
from trueup.model.translation.encode import encode_record
from trueup.model.translation.record import Attribute, compile_record
from trueup.testing.suite.refusals import refused


@pytest.mark.parametrize(
    ("null", "is_set", "value", "item"),
    [
        (True, False, 1, {"w": "1"}),
        (True, False, None, {"w": None}),
        (False, False, 1, {"w": "1"}),
        (False, False, 0, {"w": "0"}),
        (False, False, None, {}),
        (True, True, {1}, {"w": "{1}"}),
        (True, True, set(), {}),
        (True, True, None, {"w": None}),
        (False, True, {1}, {"w": "{1}"}),
        (False, True, set(), {}),
        (False, True, None, {}),
    ],
)
@pytest.mark.parametrize("before", [[], [Attribute("first", "f", None, null=False, is_set=False)]])
def test_none_and_empty_sets_are_written_or_left_out(
    before: list[Attribute], null: bool, is_set: bool, value: Any, item: dict[str, Any]
) -> None:
    attribute = Attribute("name", "w", str, null=null, is_set=is_set)
    made = compile_record("M", [*before, attribute])({"first": None, "name": value})
    assert made == item


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
