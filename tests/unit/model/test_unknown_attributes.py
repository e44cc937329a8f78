"""Attributes that only the stored item has are kept and written back: rolling deploys."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from tests.unit.model.declared import codec_of
from trueup import Model, NeedsOperator
from trueup.errors import ErrorCode


class Ignoring(BaseModel):
    model_config = ConfigDict(extra="ignore")
    size: int


class Forbidding(BaseModel):
    model_config = ConfigDict(extra="forbid")
    size: int
    inner: Ignoring | None = None


class Order(Model):
    key: str
    one: Forbidding
    many: list[Ignoring] = []
    named: dict[str, Forbidding] = {}
    either: Ignoring | int | None = None


CODEC = codec_of(Order)
NEW: dict[str, Any] = {"size": 1, "new": {"deep": [1, b"x", frozenset({"s"})]}}
ITEM: dict[str, Any] = {
    "key": "a",
    "one": {**NEW, "inner": NEW},
    "many": [NEW, {"size": 2}],
    "named": {"x": NEW},
    "either": NEW,
    "added": None,
    "later": frozenset({1, 2}),
}


def read() -> Order:
    decoded = CODEC.decode(ITEM)
    assert isinstance(decoded, Order)
    return decoded


def test_they_are_written_back_at_every_level() -> None:
    assert CODEC.encode(read()) == ITEM


def test_they_survive_an_assignment() -> None:
    order = read()
    order.either = 3
    order.one.size = 9
    assert CODEC.encode(order) == {**ITEM, "either": 3, "one": {**ITEM["one"], "size": 9}}


def test_they_survive_a_copy() -> None:
    assert CODEC.encode(read().model_copy(update={"either": 3}, deep=True)) == {**ITEM, "either": 3}


def test_they_are_seen_as_extra() -> None:
    assert read().model_extra == {"added": None, "later": frozenset({1, 2})}


def test_a_strict_table_refuses_them() -> None:
    with pytest.raises(NeedsOperator, match="does not know: added, later") as caught:
        codec_of(Order, on_read="error").decode(ITEM)
    assert caught.value.code is ErrorCode.UNREADABLE_ITEM
