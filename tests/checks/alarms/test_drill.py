"""The drill: each alarm that is generated is shown trouble, and does as it says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.checks.alarms.templates import alarm, examined, only_alarm
from tests.infra.alarm_rows import everything
from tests.infra.test_templates import NAMES, SHOP
from tests.infra.test_watched import ALL
from trueup import Alarms, InvalidCall
from trueup.checks.alarms.drill import drill
from trueup.checks.alarms.examine import Examined, examine
from trueup.checks.alarms.generated import template_of
from trueup.checks.alarms.partitions import even_load, hot_load, throttles
from trueup.checks.alarms.recorded import read_series
from trueup.checks.alarms.states import State
from trueup.checks.alarms.watched import Metric
from trueup.infra import stack_of
from trueup.infra.alarms.watched import watched
from trueup.infra.resources.alarms import alarm_resources
from trueup.infra.values import Stack


def every_kind(given: Alarms) -> Examined:
    """The alarms of resources of all types."""
    tables = [one for one in stack_of(SHOP, NAMES).resources if "CloudWatch" not in one.type]
    resources = (*tables, *ALL)
    alarms = alarm_resources(watched(resources, "stack", given), given)
    return examine(template_of(Stack("stack", "All", (*resources, *alarms))))


@pytest.mark.req("N51")
@pytest.mark.parametrize("given", [Alarms(), Alarms(injects_faults=True, suppressor="deploying")])
def test_each_alarm_that_is_generated_does_as_it_says(given: Alarms) -> None:
    found = every_kind(given)
    assert found.problems == ()
    assert all(one.is_as_expected for one in found.trials)
    assert {one.alarm for one in found.trials if one.shown == "missing data"} >= {
        f"{one.name}-{single.suffix}"
        for one in everything()
        if "Copy" not in one.id
        for single in one.alarms
        if "kinesis" not in single.kind and not given.injects_faults
    }
    shown = Counter(one.shown for one in found.trials)
    assert shown["a breach"] == shown["a near miss"] == shown["missing data"] > 85


def trials(resource: dict[str, object]) -> dict[str, State]:
    return {one.shown: one.state for one in drill(only_alarm(resource))}


@pytest.mark.parametrize(
    ("missing", "state"),
    [
        ("notBreaching", State.OK),
        ("breaching", State.ALARM),
        ("missing", State.NO_DATA),
        ("ignore", State.OK),
    ],
)
def test_missing_data_is_what_the_alarm_says(missing: str, state: State) -> None:
    found = trials(alarm("ReadThrottleEvents", TreatMissingData=missing))
    assert found == {
        "a breach": State.ALARM,
        "just as many bad datapoints as it takes": State.ALARM,
        "a near miss": State.OK,
        "one bad datapoint too few": State.OK,
        "missing data": state,
    }


def test_missing_data_of_dynamodb_is_ignored_unless_the_alarm_says_else() -> None:
    """Source: alarms-and-missing-data.html, "Alarms that evaluate metrics in AWS/DynamoDB"."""
    silent = alarm("ReadThrottleEvents")
    del silent["Properties"]["TreatMissingData"]
    assert only_alarm(silent).limit.missing == "ignore"
    other = alarm("Errors", "AWS/Lambda", dimensions={"FunctionName": "f"})
    del other["Properties"]["TreatMissingData"]
    assert only_alarm(other).limit.missing == "missing"


@pytest.mark.req("N44")
@pytest.mark.parametrize("direction", ["Read", "Write"])
def test_hot_partition_is_told_from_an_even_load(direction: str) -> None:
    metric = f"{direction}KeyRangeThroughputThrottleEvents"
    found = trials(alarm(metric))
    assert found["a load on one key"] is State.ALARM
    assert found["the same load on many keys"] is State.OK
    deaf = [one for one in every_kind(Alarms()).trials if one.shown == "a load on one key"]
    assert {one.alarm.removesuffix("-ByDay") for one in deaf} == {
        f"beta-{table}-{word}-hot-partition"
        for table in ("orders", "units")
        for word in ("read", "write")
    }


def test_alarm_that_misses_a_hot_partition_is_found() -> None:
    found = examined(It=alarm("WriteKeyRangeThroughputThrottleEvents", Threshold=10_000_000))
    [problem] = found.problems
    assert (problem.code, problem.of) == ("A007", "It")
    assert "is OK after a load on one key, and should be ALARM" in problem.what


def test_partition_throttles_what_is_beyond_its_ceiling() -> None:
    minutes = range(0, 180, 60)
    assert throttles({"hot": 1_500}, "Write", 8, minutes) == dict.fromkeys(minutes, 30_000.0)
    assert throttles({"hot": 1_500}, "Read", 8, minutes) == {}
    assert throttles(even_load("Write", 8), "Write", 8, minutes) == {}
    hot = throttles(hot_load("Write", 8), "Write", 8, minutes)
    assert set(hot) == set(minutes)
    assert min(hot.values()) >= 60_000


SERIES: dict[str, Any] = {
    "MetricDataQueries": [
        {
            "Id": "m1",
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/DynamoDB",
                    "MetricName": "WriteThrottleEvents",
                    "Dimensions": [{"Name": "TableName", "Value": "orders"}],
                },
                "Stat": "Sum",
                "Period": 60,
            },
        },
        {"Id": "e1", "Expression": "m1*2"},
    ],
    "MetricDataResults": [
        {
            "Id": "m1",
            "Label": "WriteThrottleEvents",
            "Timestamps": [f"2026-01-01T00:0{minute}:00Z" for minute in range(5)],
            "Values": [0.0, 7.0, 0.0, 9.0, 1.0],
            "StatusCode": "Complete",
        }
    ],
}


def recorded(folder: Path, **changes: object) -> Path:
    path = folder / "series.json"
    path.write_text(json.dumps({**SERIES, **changes}), encoding="utf-8")
    return path


def test_recorded_series_give_the_state_at_their_end(tmp_path: Path) -> None:
    series = read_series(recorded(tmp_path))
    metric = Metric("AWS/DynamoDB", "WriteThrottleEvents", (("TableName", "orders"),), "Sum", 60)
    assert series == {
        metric: {1767225600 + 60 * n: value for n, value in enumerate((0.0, 7.0, 0.0, 9.0, 1.0))}
    }
    both = {"AlarmName": "health", "AlarmRule": 'ALARM("it") OR ALARM("quiet")'}
    found = examined(
        series,
        It=alarm("WriteThrottleEvents"),
        Four=alarm("WriteThrottleEvents", AlarmName="four", DatapointsToAlarm=4),
        Quiet=alarm("ReadThrottleEvents", AlarmName="quiet"),
        Health={"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": both},
    )
    assert found.states == {
        "it": State.ALARM,
        "four": State.OK,
        "quiet": State.UNKNOWN,
        "health": State.ALARM,
    }
    assert found.unseen == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"MetricDataQueries": 3},
        {"MetricDataResults": [{"Id": "m1", "Timestamps": ["soon"], "Values": [1]}]},
        {"MetricDataResults": [{"Id": "m1", "Timestamps": ["2026-01-01T00:00:00"], "Values": [1]}]},
    ],
)
def test_what_is_no_recorded_series_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(InvalidCall, match="recorded replies cannot be read"):
        read_series(recorded(tmp_path, **changes))
    with pytest.raises(InvalidCall, match="No such file"):
        read_series(tmp_path / "none.json")


def test_series_that_is_not_complete_has_no_datapoints(tmp_path: Path) -> None:
    [result] = SERIES["MetricDataResults"]
    failed = recorded(tmp_path, MetricDataResults=[{**result, "StatusCode": "InternalError"}])
    assert read_series(failed) == {}
