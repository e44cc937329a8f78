"""Alarms of functions, APIs, queues and databases: found by the types of resources."""

from __future__ import annotations

import pytest

from trueup import Alarms, DeclarationError
from trueup.infra.alarms.alarm import Alarm
from trueup.infra.alarms.instances import InstanceSize, instance_size
from trueup.infra.alarms.watched import watched
from trueup.infra.values import Attribute, Property, Resource

FUNCTION = Resource(
    "EnrichFunction", "AWS::Lambda::Function", {"FunctionName": "nexus-enrich", "Timeout": 30}
)
ALIAS = Resource("Live", "AWS::Lambda::Alias", {"FunctionName": Attribute("EnrichFunction")})
DEAD = Resource("EnrichDeadLetters", "AWS::SQS::Queue", {"QueueName": "enrich-dead"})
WORK = Resource("Work", "AWS::SQS::Queue", {})
CONSUMER = Resource(
    "EnrichChanges",
    "AWS::Lambda::EventSourceMapping",
    {
        "FunctionName": Attribute("Live"),
        "DestinationConfig": {"OnFailure": {"Destination": Attribute("EnrichDeadLetters", "Arn")}},
        "MetricsConfig": {"Metrics": ["EventCount", "ErrorCount"]},
    },
)
API = Resource("Api", "AWS::ApiGateway::RestApi", {"Name": "pdfjobs"})
STAGE = Resource(
    "ApiStage", "AWS::ApiGateway::Stage", {"RestApiId": Attribute("Api"), "StageName": "live"}
)
DATABASE: dict[str, Property] = {
    "DBInstanceClass": "db.t4g.medium",
    "AllocatedStorage": "20",
    "EnablePerformanceInsights": True,
}
INSTANCE = Resource("Database", "AWS::RDS::DBInstance", DATABASE)
PROXY = Resource("Proxy", "AWS::RDS::DBProxy", {"DBProxyName": "pdfjobs-proxy"})
ALL = [FUNCTION, ALIAS, DEAD, WORK, CONSUMER, API, STAGE, INSTANCE, PROXY]


def found(*resources: Resource) -> dict[str, Alarm]:
    """The alarms of these resources, by the whole name of each."""
    return {
        f"{one.name}-{alarm.suffix}": alarm
        for one in watched(resources, "stack", Alarms())
        for alarm in one.alarms
    }


def test_function_is_watched_for_errors_throttles_and_its_timeout() -> None:
    made = found(*ALL)
    assert {name for name in made if name.startswith("nexus-enrich-")} == {
        "nexus-enrich-errors",
        "nexus-enrich-throttles",
        "nexus-enrich-duration",
    }
    duration = made["nexus-enrich-duration"]
    assert (duration.threshold, duration.series[0].statistic) == (24_000, "p90")
    assert duration.series[0].dimensions == {"FunctionName": Attribute("EnrichFunction")}


def test_consumer_is_watched_under_the_name_of_its_function() -> None:
    made = found(*ALL)
    age = made["stack-EnrichChanges-iterator-age"]
    assert age.series[0].dimensions == {"FunctionName": Attribute("EnrichFunction")}
    dropped = made["stack-EnrichChanges-dropped-records"].series[0]
    assert dropped.dimensions == {"EventSourceMappingUUID": Attribute("EnrichChanges", "Id")}


def test_only_queues_of_dead_letters_have_alarms() -> None:
    made = found(*ALL)
    assert made["enrich-dead-dead-letters"].threshold == 0
    assert not [name for name in made if "Work" in name]


def test_api_is_watched_by_its_name_and_stage() -> None:
    made = found(*ALL)
    for kind in ("4xx", "5xx", "latency"):
        [series] = made[f"stack-ApiStage-{kind}"].series
        assert series.dimensions == {"ApiName": "pdfjobs", "Stage": "live"}


def test_database_is_watched_by_the_size_of_its_instance() -> None:
    made = found(*ALL)
    assert made["stack-Database-connections"].threshold == 450 * 9 // 10
    assert made["stack-Database-free-memory"].threshold == 1 << 30
    assert made["stack-Database-free-storage"].threshold == 2 << 30
    assert made["stack-Database-load"].threshold == 2
    strange = Resource("Database", "AWS::RDS::DBInstance", {**DATABASE, "DBInstanceClass": "db.x9"})
    assert "stack-Database-connections" not in found(strange)
    assert "stack-Database-cpu" in found(strange)


@pytest.mark.parametrize(
    ("name", "gib", "processors", "connections"),
    [
        ("db.t4g.micro", 1, 2, 112),
        ("db.t3.2xlarge", 32, 8, 3604),
        ("db.m7g.large", 8, 2, 901),
        ("db.r6g.4xlarge", 128, 16, 5000),
    ],
)
def test_size_of_an_instance(name: str, gib: int, processors: int, connections: int) -> None:
    assert instance_size(name) == InstanceSize(gib << 30, processors, connections)


@pytest.mark.parametrize("name", ["db.m7g.medium", "db.r3.large", "db.x2g.large", ""])
def test_size_of_other_instances_is_not_known(name: str) -> None:
    assert instance_size(name) is None


def test_proxy_adds_up_its_hosts() -> None:
    made = found(*ALL)
    counts = made["pdfjobs-proxy-pinned"]
    assert {one.statistic for one in counts.series} == {"Sum"}
    assert counts.series[0].dimensions == {"ProxyName": Attribute("Proxy")}


def test_account_is_watched_for_what_it_has() -> None:
    assert "stack-account-lambda-concurrency" in found(*ALL)
    assert "stack-account-user-errors" not in found(*ALL)
    assert found(WORK) == {}


@pytest.mark.parametrize(
    "threshold",
    [{"5xx": 5}, {"4xx": 1}, {"ApiStage.5xx": 1.5}, {"cpu": 100}, {"availability": 0}],
)
def test_threshold_that_leaves_an_alarm_on_or_off_for_ever_is_refused(
    threshold: dict[str, float],
) -> None:
    (name,) = threshold
    with pytest.raises(DeclarationError, match=f"on or off for ever: {name}="):
        watched(ALL, "stack", Alarms(thresholds=threshold))


def test_every_default_threshold_can_be_crossed() -> None:
    assert all(alarm.is_possible for alarm in found(*ALL).values())
