"""Alarms: none is silent for want of a dimension, and each says what to do."""

from __future__ import annotations

from typing import Any

from tests.infra.test_templates import template
from trueup.infra.alarms.tables import OPERATIONS


def alarms(of: str) -> dict[str, Any]:
    """The properties of the alarms of a table, by the end of their names."""
    found = [one["Properties"] for one in template()["Resources"].values()]
    prefix = f"beta-{of}-"
    return {
        one["AlarmName"].removeprefix(prefix): one
        for one in found
        if one.get("AlarmName", "").startswith(prefix)
    }


def dimensions(alarm: Any) -> set[str]:
    return {one["Name"] for one in alarm["Dimensions"]}


def test_each_index_has_alarms_of_its_own() -> None:
    of_table, of_index = (
        alarms("orders")["write-throttles"],
        alarms("orders")["write-throttles-ByDay"],
    )
    assert dimensions(of_table) == {"TableName"}
    assert dimensions(of_index) == {"TableName", "GlobalSecondaryIndexName"}
    assert of_table["Dimensions"][0]["Value"] == {"Ref": "OrdersTable"}


def test_errors_of_the_service_are_added_up_over_operations() -> None:
    """SystemErrors has no datapoint without an operation: such an alarm would never go off."""
    alarm = alarms("orders")["system-errors"]
    *counted, total = alarm["Metrics"]
    asked = [
        {one["Name"]: one["Value"] for one in m["MetricStat"]["Metric"]["Dimensions"]}
        for m in counted
    ]
    assert [one["Operation"] for one in asked] == list(OPERATIONS)
    assert len(OPERATIONS) <= 10
    assert total["Expression"].count("FILL") == len(OPERATIONS)
    assert "ReturnData" not in total


def test_no_alarm_of_a_table_watches_what_only_accounts_have() -> None:
    metrics = {one.get("MetricName") for one in alarms("orders").values()}
    assert "UserErrors" not in metrics
    assert "ThrottledRequests" not in metrics


def test_caps_and_units_are_watched_where_they_are_declared() -> None:
    assert {"read-cap", "write-cap", "read-cap-ByDay"} <= alarms("orders").keys()
    assert "read-provisioned" not in alarms("orders")
    assert {"read-provisioned", "write-provisioned-ByDay"} <= alarms("units").keys()
    assert "read-cap" not in alarms("units")


def test_every_alarm_says_what_to_do_and_tells_someone() -> None:
    for name, alarm in {**alarms("orders"), **alarms("units")}.items():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopicArn"}], name
        assert len(alarm["AlarmDescription"]) > 30, name


def test_health_of_a_table_is_one_alarm() -> None:
    rule = alarms("orders")["health"]["AlarmRule"]
    assert 'ALARM("beta-orders-write-hot-partition-ByDay")' in rule
    assert "no-expiries" not in rule


def test_each_alarm_can_go_off() -> None:
    """CloudWatch refuses more bad datapoints than it looks at, and a look back of more than a day,
    or of a week for periods of an hour and more.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """
    found = [*alarms("orders").items(), *alarms("units").items()]
    assert len(found) > 30
    for name, alarm in found:
        if "AlarmRule" in alarm:
            continue
        assert 1 <= alarm["DatapointsToAlarm"] <= alarm["EvaluationPeriods"], name
        period_s = alarm.get("Period") or alarm["Metrics"][0]["MetricStat"]["Period"]
        days = 7 if period_s >= 3600 else 1
        assert alarm["EvaluationPeriods"] * period_s <= days * 86_400, name
        assert alarm["TreatMissingData"] in ("notBreaching", "breaching"), name
