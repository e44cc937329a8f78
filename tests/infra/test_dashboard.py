"""The dashboard shows all that alarms watch, with the same dimensions, and the same every time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.infra.test_templates import NAMES, SHOP, template
from tests.infra.test_watched import ALL
from trueup import Alarms
from trueup.infra import cloudformation, stack_of, terraform
from trueup.infra.stack import with_alarms
from trueup.infra.values import Stack


def body(made: Any) -> Any:
    """The dashboard of a template, with the parts that AWS fills in as they are written."""
    [found] = [one for one in made["Resources"].values() if one["Type"].endswith("Dashboard")]
    return json.loads(found["Properties"]["DashboardBody"]["Fn::Sub"])


def metrics(shown: Any) -> list[list[Any]]:
    found = [one["properties"] for one in shown["widgets"] if one["type"] == "metric"]
    return [metric for one in found for metric in one["metrics"]]


@pytest.mark.req("M68")
def test_metrics_of_tables_and_indexes_are_shown_and_watched() -> None:
    shown = metrics(body(template()))
    for table in ("OrdersTable", "UnitsTable"):
        of = ["TableName", f"${{{table}}}"]
        for direction in ("Read", "Write"):
            for index in ([], ["GlobalSecondaryIndexName", "ByDay"]):
                for name in (f"Consumed{direction}CapacityUnits", f"{direction}ThrottleEvents"):
                    assert ["AWS/DynamoDB", name, *of, *index] in [one[:-1] for one in shown]
    alarms = [one["Properties"] for one in template()["Resources"].values()]
    names = {one["AlarmName"] for one in alarms if "AlarmName" in one}
    assert {"beta-orders-read-consumed", "beta-orders-system-errors"} <= names
    assert {"beta-orders-read-throttles", "beta-units-read-provisioned"} <= names


def test_everything_that_is_watched_is_shown() -> None:
    stack = with_alarms(Stack("s", "All", tuple(ALL)), Alarms())
    made = cloudformation(stack)
    shown = {one[1] for one in metrics(body(made))}
    assert {"Invocations", "Errors", "Duration", "IteratorAge", "Count", "5XXError"} <= shown
    assert {"CPUUtilization", "DatabaseConnectionsBorrowLatency"} <= shown
    assert "ApproximateNumberOfMessagesVisible" in shown
    [states] = [one for one in body(made)["widgets"] if one["type"] == "alarm"]
    names = [one["Properties"].get("AlarmName") for one in made["Resources"].values()]
    assert len(states["properties"]["alarms"]) == len([name for name in names if name])


def test_widgets_do_not_cover_each_other() -> None:
    places = [(one["x"], one["y"]) for one in body(template())["widgets"]]
    assert len(set(places)) == len(places)
    assert all(x + 8 <= 24 for x, _ in places)
    assert len(places) < 500


def test_terraform_refers_to_the_tables() -> None:
    made = terraform(stack_of(SHOP, NAMES))["resource"]["aws_cloudwatch_dashboard"]["dashboard"]
    assert made["dashboard_name"] == "shop"
    shown = json.loads(made["dashboard_body"])
    graph = shown["widgets"][1]["properties"]
    assert graph["region"] == "${data.aws_region.current.id}"
    assert graph["metrics"][0][3] == "${aws_dynamodb_table.orders_table.name}"


def test_dashboard_can_be_left_out() -> None:
    made = with_alarms(Stack("s", "All", tuple(ALL)), Alarms(dashboard=False)).resources
    assert "Dashboard" not in {one.id for one in made}
