"""Alarms that are silent, never on, always on, or over something that there is not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.alarms.templates import alarm, examined, only_alarm, queries
from trueup.checks.alarms.ranges import Range, range_of

DOZEN = [f"m{number}" for number in range(1, 12)]
API = {"ApiName": "api", "Stage": "live"}

MIXED = [
    *queries("ReadThrottleEvents", "WriteThrottleEvents", expression="m1+m2", TableName="orders"),
]
MIXED[0] = {**MIXED[0], "MetricStat": {**MIXED[0]["MetricStat"], "Period": 300}}


def codes(**resources: Any) -> list[str]:
    return [one.code for one in examined(**resources).problems]


@pytest.mark.req("NT2")
@pytest.mark.parametrize(
    ("metric", "dimensions", "right"),
    [
        ("UserErrors", {"TableName": "orders"}, "UserErrors has no dimensions"),
        ("SystemErrors", {"TableName": "orders"}, "SystemErrors has Operation and TableName"),
        (
            "ReadThrottleEvents",
            {"GlobalSecondaryIndexName": "ByDay"},
            "or GlobalSecondaryIndexName",
        ),
        ("SuccessfulRequestLatency", {}, "has Operation and TableName"),
    ],
)
def test_alarm_without_the_dimensions_of_its_metric_is_silent(
    metric: str, dimensions: dict[str, str], right: str
) -> None:
    [problem] = examined(It=alarm(metric, dimensions=dimensions)).problems
    assert problem.code == "A001"
    assert right in problem.what
    assert (problem.file, problem.line > 0, problem.of) == ("it.json", True, "It")


def test_alarm_with_all_dimensions_is_not_silent() -> None:
    assert codes(It=alarm("UserErrors", dimensions={})) == []
    index = {"TableName": "orders", "GlobalSecondaryIndexName": "ByDay"}
    assert codes(It=alarm("ReadThrottleEvents", dimensions=index)) == []
    function = {"FunctionName": "f"}
    assert codes(It=alarm("Errors", "AWS/Lambda", dimensions=function)) == []
    assert codes(It=alarm("Orders", "Shop", dimensions={"any": "thing"})) == []


def test_reference_to_a_table_is_its_name() -> None:
    of = only_alarm(alarm("ReadThrottleEvents", dimensions={"TableName": {"Ref": "Orders"}}))
    assert of.metrics["m1"].dimensions == (("TableName", "orders"),)


@pytest.mark.case("S33")
@pytest.mark.parametrize(
    ("expression", "threshold", "is_never"),
    [
        ("m1/m2", 2, True),
        ("m1/m2", 1, True),
        ("m1/m2", 0.02, False),
        ("100*m1/m2", 2, False),
        ("m1/m2*100", 101, True),
        ("100*FILL(m1,0)/FILL(m2,0)", 100, True),
        ("IF(m2>0,m1/m2,0)", 2, True),
        ("m2/m1", 2, False),
        ("m1/(m1+m2)", 1, True),
    ],
)
def test_part_of_the_calls_is_never_more_than_all(
    expression: str, threshold: float, is_never: bool
) -> None:
    asked = queries(
        *("Errors", "Invocations"), expression=expression, namespace="AWS/Lambda", FunctionName="f"
    )
    found = examined(It=alarm(Metrics=asked, Threshold=threshold)).problems
    assert [one.code for one in found] == ["A002"] * is_never
    if is_never:
        assert (
            f"cannot fire: its values are 0 to {100 if '100' in expression else 1}" in found[0].what
        )


@pytest.mark.case("S33")
def test_rate_of_an_api_beside_a_percentage_is_never_on() -> None:
    rate = alarm("5XXError", "AWS/ApiGateway", dimensions=API, Statistic="Average", Threshold=2.0)
    assert codes(It=rate) == ["A002"]
    rate["Properties"]["Threshold"] = 0.02
    assert codes(It=rate) == []


def test_alarm_that_is_always_on() -> None:
    always = alarm("Errors", "AWS/Lambda", dimensions={"FunctionName": "f"}, Threshold=-1)
    assert codes(It=always) == ["A003"]
    small = {"ComparisonOperator": "LessThanOrEqualToThreshold", "Threshold": 100}
    rate = alarm("CPUUtilization", "AWS/RDS", dimensions={}, Statistic="Average", **small)
    assert codes(It=rate) == ["A003"]


@pytest.mark.case("S32")
def test_eleven_metrics_are_an_error() -> None:
    expression = "+".join(f"FILL({id},0)" for id in DOZEN)
    eleven = queries(*["SystemErrors"] * 11, expression=expression, TableName="t", Operation="Scan")
    assert codes(It=alarm(Metrics=eleven)) == ["A004"]
    ten = queries(*["SystemErrors"] * 10, expression="SUM(METRICS())", TableName="t", Operation="Q")
    assert codes(It=alarm(Metrics=ten)) == []


@pytest.mark.case("S34")
def test_part_of_provisioned_units_of_a_table_on_demand_is_found() -> None:
    units = ("ConsumedReadCapacityUnits", "ProvisionedReadCapacityUnits")
    asked = queries(*units, expression="m1/m2", TableName="orders")
    assert codes(It=alarm(Metrics=asked)) == ["A005"]
    elsewhere = queries(*units, expression="m1/m2", TableName="others")
    assert codes(It=alarm(Metrics=elsewhere)) == []


def test_composite_alarm_over_what_there_is_not() -> None:
    rule = {"AlarmName": "all", "AlarmRule": 'ALARM("it") OR ALARM("gone")'}
    both = {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": rule}
    [problem] = examined(It=alarm("ReadThrottleEvents"), All=both).problems
    assert (problem.code, problem.of) == ("A006", "All")
    assert "gone" in problem.what


def test_composite_alarm_that_no_alarm_turns_on() -> None:
    rule = {"AlarmName": "all", "AlarmRule": 'ALARM("it") AND OK("it")'}
    both = {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": rule}
    [problem] = examined(It=alarm("ReadThrottleEvents"), All=both).problems
    assert (problem.code, problem.of) == ("A007", "All")


@pytest.mark.parametrize(
    "given",
    [
        {"Metrics": queries("ReadThrottleEvents", expression="RATE(m1)", TableName="orders")},
        {"Threshold": {"Ref": "Nothing"}},
        {"ComparisonOperator": "GreaterThanUpperThreshold"},
        {"EvaluationPeriods": 2},
        {"EvaluationPeriods": 1e12},
        {"Period": 0},
        {"Period": 86_400, "EvaluationPeriods": 8},
        {"Metrics": MIXED},
        {"TreatMissingData": "calm"},
    ],
)
def test_alarm_that_is_not_computed_is_unknown_and_never_green(given: dict[str, Any]) -> None:
    [problem] = examined(It=alarm("ReadThrottleEvents", **given)).problems
    assert (problem.code, problem.is_unknown) == ("A008", True)


def test_range_of_what_is_counted_has_no_end() -> None:
    asked = queries("ReadThrottleEvents", expression="100*FILL(m1,0)/60/10", TableName="orders")
    assert range_of(only_alarm(alarm(Metrics=asked))) == Range(0, float("inf"))
