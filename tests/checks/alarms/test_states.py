"""The state of an alarm, as the tables of CloudWatch's documentation have it."""

from __future__ import annotations

import pytest

from trueup.checks.alarms.composite import holds
from trueup.checks.alarms.formula import UnknownFormula
from trueup.checks.alarms.states import Limit, State

OK, ALARM, NO_DATA = State.OK, State.ALARM, State.NO_DATA
BEFORE = State.NO_DATA
"""What alarms were before, for `ignore`, which keeps it."""
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")

# Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
THREE_OF_THREE = {
    "0 - X - X": (OK, OK, OK, OK),
    "0 - - - -": (OK, OK, OK, OK),
    "- - - - -": (NO_DATA, BEFORE, ALARM, OK),
    "0 X X - X": (ALARM, ALARM, ALARM, ALARM),
    "- - X - -": (ALARM, BEFORE, ALARM, OK),
}
TWO_OF_THREE = {
    "0 - X - X": (ALARM, ALARM, ALARM, ALARM),
    "0 0 X 0 X": (ALARM, ALARM, ALARM, ALARM),
    "0 - X - -": (OK, OK, ALARM, OK),
    "- - - - 0": (OK, OK, ALARM, OK),
    "- - - X -": (ALARM, BEFORE, ALARM, OK),
}
ROWS = [
    (bad, points, treatment, state)
    for bad, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE))
    for points, states in table.items()
    for treatment, state in zip(TREATMENTS, states, strict=True)
]


@pytest.mark.parametrize(("bad", "points", "treatment", "state"), ROWS)
def test_state_is_that_of_the_documentation(
    bad: int, points: str, treatment: str, state: State
) -> None:
    values = {"0": 0.0, "X": 10.0, "-": None}
    limit = Limit(5, "GreaterThanThreshold", bad, 3, treatment)
    assert limit.state([values[one] for one in points.split()], BEFORE) is state


@pytest.mark.parametrize(
    ("comparison", "breaching", "well"),
    [
        ("GreaterThanThreshold", 5.1, 5),
        ("GreaterThanOrEqualToThreshold", 5, 4.9),
        ("LessThanThreshold", 4.9, 5),
        ("LessThanOrEqualToThreshold", 5, 5.1),
    ],
)
def test_threshold_itself_counts_by_the_comparison(
    comparison: str, breaching: float, well: float
) -> None:
    limit = Limit(5, comparison, 1, 1, "missing")
    assert limit.state([breaching]) is ALARM
    assert limit.state([well]) is OK


STATES = {"a": ALARM, "b": OK, "c": NO_DATA, "odd name (x)": ALARM, "u": State.UNKNOWN}


@pytest.mark.parametrize(
    ("rule", "state"),
    [
        ("ALARM(a)", ALARM),
        ('ALARM("b")', OK),
        ("ALARM('odd name (x)')", ALARM),
        ("ALARM(arn:aws:cloudwatch:eu-west-1:1:alarm:a)", ALARM),
        ("ALARM(b) OR OK(b) AND INSUFFICIENT_DATA(c)", ALARM),
        ("ALARM(a) AND NOT ALARM(b)", ALARM),
        ("ALARM(a) AND NOT (ALARM(b) OR INSUFFICIENT_DATA(c))", OK),
        ("NOT TRUE", OK),
        ("FALSE OR TRUE", ALARM),
        ("ALARM(u)", State.UNKNOWN),
        ("ALARM(u) OR ALARM(a)", ALARM),
        ("ALARM(u) AND ALARM(b)", OK),
        ("NOT ALARM(u)", State.UNKNOWN),
    ],
)
def test_rule_of_a_composite_alarm(rule: str, state: State) -> None:
    assert holds(rule, STATES) is state


@pytest.mark.parametrize(
    "rule",
    [
        *("", "ALARM(z)", "ALARM(a", "ALARM(a) ALARM(b)", "(ALARM(a)", "AT_LEAST(1, ALARM, (a))"),
        *("NOT", "ALARM(a) OR", "NOT " * 5000 + "TRUE", "(" * 5000, "ALARMS(a)"),
    ],
)
def test_what_is_no_rule_is_not_computed(rule: str) -> None:
    with pytest.raises(UnknownFormula):
        holds(rule, STATES)
