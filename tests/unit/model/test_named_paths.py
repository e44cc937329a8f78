"""A text names a field as a path does, or is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from trueup import InvalidCall, Layer, Model, Table, at, at_name, connect
from trueup.expressions import At


class Line(Model):
    sku: str
    count: int = 1


class Order(Model):
    id: str
    total: Decimal = Decimal(0)
    path: str = ""
    first: Line | None = None
    lines: list[Line] = []
    prices: dict[str, int] = {}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("total", at(Order.total)),
        ("path", at(Order.path)),
        ("lines[2].sku", at(Order.lines[2].sku)),
        ("prices.EUR", at(Order.prices["EUR"])),
        ("first.count", at(Order.first.count)),  # type: ignore[union-attr]  # may be None
    ],
)
def test_name_is_the_path(name: str, path: At[Any]) -> None:
    assert at_name(Order, name).path == path.path


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "id.",
        ".id",
        "a..b",
        "adress",
        "first.zip",
        "lines.sku",
        "lines[x]",
        "lines[-1]",
        "lines[0",
        "id[0]",
        "__class__",
        "model_config",
        "x" * 9999,
    ],
)
def test_text_that_is_no_path_of_the_model_is_refused(name: str) -> None:
    with pytest.raises(InvalidCall, match="unknown-attribute") as refused:
        at_name(Order, name)
    assert len(str(refused.value)) < 400


def test_wrong_kinds_are_refused() -> None:
    wrong: Any
    for wrong in ((Order, 5), ("id", Order), (Order(id="a"), "id")):
        with pytest.raises(InvalidCall, match="wrong-type"):
            at_name(*wrong)


def test_texts_are_read_as_the_type_of_the_field() -> None:
    orders = Table("Orders", Order, partition="id")
    with connect("sqlite://", Layer("shop", target="dynamodb", tables=[orders])) as db:
        db.create_tables()
        repo = db.repository(orders)
        repo.put(Order(id="a", total=Decimal(9), lines=[Line(sku="x", count=3)]))
        repo.put(Order(id="b", total=Decimal(10)))
        found = repo.scan(filter=at_name(Order, "total") > "9.5")
        assert [one.id for one in found] == ["b"]
        assert [one.id for one in repo.scan(filter=at_name(Order, "lines[0].count") == "3")] == [
            "a"
        ]
        with pytest.raises(InvalidCall, match="wrong-type"):
            repo.scan(filter=at_name(Order, "total") > "many").all()
