"""What a value includes and which ranges overlap, case by case."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from trueup import UnsupportedByEngine
from trueup.expressions import Includes, Intersects, Overlaps, Path, Within, holds
from trueup.testing.suite.harness.refusals import refused

AT = Path(None, ("a",))


@pytest.mark.parametrize(
    ("whole", "part", "expected"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": 1}, {"a": Decimal("1.0")}, True),
        ({"a": 1}, {"a": "1"}, False),
        ({"a": 1}, {"a": True}, False),
        ({"a": None}, {"a": None}, True),
        ({}, {"a": None}, False),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 2}}, True),
        ({"a": 1}, {}, True),
        ([1, 2, [1, 3]], [1], True),
        ([1, 2, [1, 3]], [[3]], True),
        ([1, 2, [1, 3]], [3], False),
        ([1], [1, 1], True),
        ([{"a": 1, "b": 2}], [{"a": 1}], True),
        ({"a": [1]}, {"a": 1}, False),
        ([1], {}, False),
        ({1, 2}, {2}, True),
        ({1, 2}, {"2"}, False),
        ({1, 2}, frozenset(), True),
        ({1, 2}, [1], False),
        (b"x", {}, False),
    ],
)
def test_includes(whole: Any, part: Any, expected: bool) -> None:
    assert holds(Includes(AT, part), {"a": whole}) is expected


def test_nothing_includes_nothing() -> None:
    assert not holds(Includes(AT, {}), {})
    assert not holds(Includes(AT, {}), {"a": None})
    assert not holds(Overlaps(AT, {}), {})


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"lower": 1, "upper": 3}, {"lower": 2, "upper": 9}, True),
        ({"lower": 1, "upper": 3}, {"lower": 3}, False),
        ({"lower": 3}, {"upper": 3}, False),
        ({}, {"lower": 1, "upper": 2}, True),
        ({"upper": None}, {"lower": None}, True),
        ({"lower": 1}, {"upper": "2"}, False),
        (5, {"lower": 1}, False),
    ],
)
def test_overlaps(one: Any, other: Any, expected: bool) -> None:
    assert holds(Overlaps(AT, other), {"a": one}) is expected
    assert holds(Overlaps(AT, one), {"a": other}) is expected


@pytest.mark.parametrize("condition", [Within(AT, {}, 1), Intersects(AT, {})])
def test_distances_have_no_reference(condition: Within | Intersects) -> None:
    with refused(UnsupportedByEngine) as refusal:
        holds(condition, {"a": {}})
    assert refusal.says("PostGIS", "where: attribute a")
