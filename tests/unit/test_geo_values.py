"""Geometries and ranges as values: what they refuse, and the examples that pages show of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from trueup import Layer, Model, Relational, Table
from trueup.docgen import render_page
from trueup.engines.connect import find_driver, new_engine
from trueup.geo import (
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
)
from trueup.ranges import Range


class Everywhere(Model):
    """A field of each type."""

    id: str
    point: Point
    points: MultiPoint
    line: LineString
    lines: MultiLineString
    area: Polygon
    areas: MultiPolygon
    days: Range[date]
    seats: Range[int] | None = None


def test_every_type_has_an_example_and_a_column() -> None:
    table = Table("everywhere", Everywhere, partition="id", relational=Relational())
    layer = Layer("everywhere", target="postgres", tables=[table])
    driver, _ = find_driver("postgresql://localhost/x")
    page = render_page(layer, new_engine(driver, layer, "{table}", None))
    for kind in ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"):
        assert f"`geography({kind},4326)`" in page
    assert "`daterange`" in page
    assert "`int8range`" in page
    assert '"days": {"lower": "' in page


@pytest.mark.parametrize(("lower", "upper"), [(1, 1), (2, 1)], ids=["empty", "upside down"])
def test_ranges_are_not_empty(lower: int, upper: int) -> None:
    with pytest.raises(ValidationError):
        Range[int](lower=lower, upper=upper)


def test_range_holds_its_lower_end_and_not_its_upper() -> None:
    seats = Range[int](lower=1, upper=3)
    assert [n for n in range(5) if n in seats] == [1, 2]
    assert 10**9 in Range[int](lower=1)
    assert 0 not in Range[int](lower=1)


@pytest.mark.parametrize("value", [Point(longitude=1, latitude=2), Range[int](lower=1)])
def test_values_are_frozen_and_hashable(value: Any) -> None:
    assert hash(value) == hash(value.model_copy())
    with pytest.raises(ValidationError):
        value.upper = value.longitude = 5
