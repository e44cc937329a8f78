"""Metric math, over datapoints."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueup.checks.alarms.compute import Computation, Points
from trueup.checks.alarms.formula import LONGEST, UnknownFormula, parse

TIMES = (60, 120, 180)
SERIES: dict[str, Points] = {
    "m1": {60: 1.0, 180: 3.0},
    "m2": {60: 10.0, 120: 20.0, 180: 0.0},
    "errors_a": {120: 5.0},
    "none": {},
}


def computed(text: str) -> Points:
    return Computation(SERIES, {"e1": parse("m1*2")}, TIMES, 60).points(parse(text))


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("m1", {60: 1.0, 180: 3.0}),
        ("m1+m2", {60: 11.0, 180: 3.0}),
        ("m2 - 1 - 2", {60: 7.0, 120: 17.0, 180: -3.0}),
        ("m2/m1*2", {60: 20.0, 180: 0.0}),
        ("m1/m2", {60: 0.1}),
        ("-m1^2", {60: -1.0, 180: -9.0}),
        ("e1", {60: 2.0, 180: 6.0}),
        ("FILL(m1,0)", {60: 1.0, 120: 0.0, 180: 3.0}),
        ("FILL(m1, REPEAT)", {60: 1.0, 120: 1.0, 180: 3.0}),
        ("FILL(none,7)", {60: 7.0, 120: 7.0, 180: 7.0}),
        ("SUM([m1, m2])", {60: 11.0, 120: 20.0, 180: 3.0}),
        ('SUM(METRICS("m"))', {60: 11.0, 120: 20.0, 180: 3.0}),
        ("SUM(METRICS())", {60: 11.0, 120: 25.0, 180: 3.0}),
        ("MAX([m1,m2])", {60: 10.0, 120: 20.0, 180: 3.0}),
        ("AVG(FILL([m1,m2],0))", {60: 5.5, 120: 10.0, 180: 1.5}),
        ("IF(m2>5, m2, 0)", {60: 10.0, 120: 20.0, 180: 0.0}),
        ("IF(m2>5, m1)/1", None),
        ("IF(m2>5 AND m2<15, 1, 0)", {60: 1.0, 120: 0.0, 180: 0.0}),
        ("m2 >= 10 || m2 == 0", {60: 1.0, 120: 1.0, 180: 1.0}),
        ("m2/PERIOD(m2)", {60: 10 / 60, 120: 20 / 60, 180: 0.0}),
        ("CEIL(m2/3)", {60: 4.0, 120: 7.0, 180: 0.0}),
    ],
)
def test_formula(text: str, points: Points | None) -> None:
    if points is None:
        with pytest.raises(UnknownFormula):
            computed(text)
    else:
        assert computed(text) == points


@pytest.mark.parametrize(
    "text",
    [
        *("", "m9", "1+1", "[m1,m2]", "ANOMALY_DETECTION_BAND(m1, 2)", "RATE(m1)", "m1+", "(m1"),
        *("SEARCH('x', 'Sum', 60)", "m1 m2", "m1 % 2", "IF(1/0,m1,m2)", '"m1"', "()", "FILL(m1)"),
        *("(" * 900, "-" * 900 + "m1", "m1" + "+m1" * 500, "m1" * LONGEST),
    ],
)
def test_what_is_not_computed_is_not_guessed(text: str) -> None:
    with pytest.raises(UnknownFormula):
        computed(text)


def test_expressions_in_a_circle_are_not_computed() -> None:
    circle = {"e1": parse("e2"), "e2": parse("e1+1")}
    with pytest.raises(UnknownFormula, match="circle"):
        Computation({}, circle, TIMES, 60).points(parse("e1"))


@given(st.text(alphabet='m12()[],+-*/<>=&| "FILSUMAXVGEP0.', max_size=40))
def test_any_text_is_computed_or_refused(text: str) -> None:
    try:
        points = computed(text)
    except UnknownFormula:
        return
    assert all(map(math.isfinite, points.values()))
