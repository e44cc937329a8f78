"""Alarms: none is silent for want of a dimension, and each says what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.infra.test_templates import NAMES, SHOP, Order, template
from trueup import Alarms, DeclarationError, DynamoDB, Index, Infrastructure, Layer, Table
from trueup.infra import cloudformation, stack_of
from trueup.infra.alarms.watched import watched
from trueup.infra.values import Resource
from trueup.model.declarations.infrastructure.alarms import OPERATIONS


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


@pytest.mark.req("NT2", "N45")
def test_refused_requests_are_watched_once_for_the_account_and_without_a_table() -> None:
    """UserErrors has no TableName: an alarm on it that names a table never goes off. Nor does it
    count throttled requests and refused conditions."""
    found = [one["Properties"] for one in template()["Resources"].values()]
    [alarm] = [one for one in found if one.get("MetricName") == "UserErrors"]
    assert alarm["AlarmName"] == "shop-beta-account-user-errors"
    assert "Dimensions" not in alarm
    assert "throttled requests and refused conditions are not counted" in alarm["AlarmDescription"]
    assert "ThrottledRequests" not in {one.get("MetricName") for one in found}


def stack_alarms(table: Table[Any], alarms: Alarms) -> dict[str, Any]:
    """The alarms of a layer with one table, by their names."""
    layer = Layer(
        "one", target="dynamodb", tables=[table], infrastructure=Infrastructure(alarms=alarms)
    )
    resources = cloudformation(stack_of(layer, {table.name: "one"}))["Resources"].values()
    made = [one["Properties"] for one in resources if "CloudWatch" in one["Type"]]
    return {one["AlarmName"]: one for one in made if "AlarmName" in one}


PLAIN = Table("One", Order, partition="customer", dynamodb=DynamoDB())


@pytest.mark.case("S32")
def test_more_operations_than_an_alarm_has_metrics_are_several_alarms_under_one() -> None:
    twelve = (*OPERATIONS, "ExecuteStatement", "ExecuteTransaction")
    made = stack_alarms(PLAIN, Alarms(operations=twelve))
    parts = {name: one for name, one in made.items() if "Metrics" in one and "errors" in name}
    watched = [
        dimension["Value"]
        for one in parts.values()
        for metric in one["Metrics"]
        for dimension in metric.get("MetricStat", {}).get("Metric", {}).get("Dimensions", ())
        if dimension["Name"] == "Operation"
    ]
    assert sorted(watched) == sorted(twelve)
    assert all(len(one["Metrics"]) <= 10 + 1 for one in parts.values())
    assert sum("MetricStat" in metric for metric in parts["one-system-errors-1"]["Metrics"]) == 10
    rule = made["one-system-errors"]["AlarmRule"]
    assert rule == 'ALARM("one-system-errors-1") OR ALARM("one-system-errors-2")'


@pytest.mark.case("S34")
def test_table_on_demand_has_no_part_of_provisioned_units() -> None:
    made = stack_alarms(PLAIN, Alarms())
    assert not [name for name in made if "consumed" in name or "provisioned" in name]
    assert "Provisioned" not in str({k: v for k, v in made.items() if "account" not in k})
    capped = replace(PLAIN, dynamodb=DynamoDB(max_read_request_units=40))
    consumed = stack_alarms(capped, Alarms())["one-read-consumed"]
    assert consumed["Metrics"][-1]["Expression"] == "100*FILL(m1,0)/60/40"


def test_faults_that_are_injected_are_no_system_errors() -> None:
    made = stack_alarms(PLAIN, Alarms(injects_faults=True, operations=("GetItem", "PutItem")))
    *metrics, total = made["one-system-errors"]["Metrics"]
    names = [one["MetricStat"]["Metric"]["MetricName"] for one in metrics]
    assert names == ["SystemErrors"] * 2 + ["FaultInjectionServiceInducedErrors"] * 2
    assert total["Expression"] == "IF(FILL(m3,0)+FILL(m4,0)>0,0,FILL(m1,0)+FILL(m2,0))"


def test_every_threshold_can_be_changed_for_all_and_for_one() -> None:
    made = watched(stack_of(SHOP, NAMES).resources, "shop", Alarms())
    kinds = {alarm.kind for one in made for alarm in one.alarms}
    given = Alarms(thresholds=dict.fromkeys(kinds, 12.5))
    changed = watched(stack_of(SHOP, NAMES).resources, "shop", given)
    assert {alarm.threshold for one in changed for alarm in one.alarms} == {12.5}
    alone = Alarms(thresholds={"read-throttles": 1, "UnitsTable.read-throttles": 2})
    found = {
        (one.id, alarm.threshold)
        for one in watched(stack_of(SHOP, NAMES).resources, "shop", alone)
        for alarm in one.alarms
        if alarm.kind == "read-throttles"
    }
    assert found == {("OrdersTable", 1), ("UnitsTable", 2)}


def test_alarm_that_there_is_not_is_refused_by_name() -> None:
    with pytest.raises(DeclarationError, match="no alarm 'read-throttle'"):
        stack_alarms(PLAIN, Alarms(thresholds={"read-throttle": 1}))
    with pytest.raises(DeclarationError, match="'ExecuteStatements' is not one of"):
        stack_alarms(PLAIN, Alarms(operations=("ExecuteStatements",)))


def test_suppressor_silences_a_table_during_deployments() -> None:
    made = stack_alarms(PLAIN, Alarms(suppressor="deploying"))
    for name in ("one-health", "one-page"):
        assert made[name]["ActionsSuppressor"] == "deploying"
        assert made[name]["AlarmActions"]
    assert "AlarmActions" not in made["one-read-throttles"]
    assert made["one-refused-conditions"]["AlarmActions"], "what is not serious is in no composite"
    assert 'ALARM("one-read-throttles")' not in made["one-page"]["AlarmRule"]
    assert 'ALARM("one-read-hot-partition")' in made["one-page"]["AlarmRule"]


@pytest.mark.req("N43", "N49", "N50")
def test_throttled_reads_and_writes_are_watched_for_the_table_and_each_index() -> None:
    for direction in ("read", "write"):
        for of in ("", "-ByDay"):
            alarm = alarms("orders")[f"{direction}-throttles{of}"]
            assert alarm["MetricName"] == f"{direction.title()}ThrottleEvents"
            assert alarm["Statistic"] == "Sum"


@pytest.mark.req("N46")
def test_errors_of_the_service_page() -> None:
    assert alarms("orders")["system-errors"]["AlarmDescription"].startswith("[page]")


@pytest.mark.req("N47", "N48")
def test_consumed_units_are_watched_in_percent_of_what_is_declared() -> None:
    for of, most in (("orders", {"read": 10, "write": 5}), ("units", {"read": 3, "write": 2})):
        for direction, units in most.items():
            for index in ("", "-ByDay"):
                metric, total = alarms(of)[f"{direction}-consumed{index}"]["Metrics"]
                name = metric["MetricStat"]["Metric"]["MetricName"]
                assert name == f"Consumed{direction.title()}CapacityUnits"
                assert total["Expression"] == f"100*FILL(m1,0)/60/{units}"


def test_scaling_says_what_is_the_most() -> None:
    [table] = [one for one in stack_of(SHOP, NAMES).resources if one.id == "UnitsTable"]
    scaled = Resource(
        "Scaled",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        {
            "ResourceId": "table/beta-units/index/ByDay",
            "ScalableDimension": "dynamodb:index:ReadCapacityUnits",
            "MaxCapacity": 400,
        },
    )
    found = {
        alarm.suffix: alarm.expression
        for one in watched([table, scaled], "shop", Alarms())
        for alarm in one.alarms
    }
    assert found["read-consumed-ByDay"] == "100*FILL(m1,0)/60/400"
    assert found["write-consumed-ByDay"] == "100*FILL(m1,0)/60/2"


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
        assert alarm["TreatMissingData"] in ("notBreaching", "breaching", "missing"), name


def test_health_of_a_table_with_many_indexes_is_over_parts() -> None:
    """A rule has 100 alarms at most, and 10,240 characters."""
    many = replace(
        PLAIN,
        indexes=[Index(f"By{number}", partition="day") for number in range(20)],
        dynamodb=DynamoDB(max_read_request_units=40, max_write_request_units=40),
    )
    made = stack_alarms(many, Alarms())
    assert made["one-health"]["AlarmRule"] == " OR ".join(
        f'ALARM("one-health-{number}")' for number in (1, 2)
    )
    rules = [one["AlarmRule"] for one in made.values() if "AlarmRule" in one]
    assert all(rule.count("ALARM(") <= 100 and len(rule) <= 10_240 for rule in rules)
    named = " ".join(rules)
    assert all(f'ALARM("{name}")' in named for name in made if "hot-partition" in name)
    assert "AlarmActions" not in made["one-health-1"]
