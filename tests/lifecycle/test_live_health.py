"""Doctor asks CloudWatch how tables do, over the wire of DynamoDB."""

from __future__ import annotations

import json

import pytest

from tests.lifecycle.test_doctor_refused import LAYER, Answers, refusal
from tests.wire.server import FaultServer
from trueup.engines.checks import Finding, Verdict
from trueup.engines.dynamodb.wire.aws.service import CLOUDWATCH
from trueup.lifecycle.doctor import Examined, examine

NOW = 1_769_821_323
HOUR = NOW // 3600 * 3600
RULE = "DynamoDBContributorInsights-PKT-Orders-1"
INSIGHTS = {"ContributorInsightsStatus": "ENABLED", "ContributorInsightsRuleList": [RULE]}
KEYS = [{"Keys": ["secret"], "ApproximateAggregateValue": load} for load in (90, 10)]


def results(**values: float) -> str:
    """A reply with one datapoint for each query, an hour ago."""
    found = [
        {"Id": id, "Timestamps": [HOUR - 3600], "Values": [value], "StatusCode": "Complete"}
        for id, value in values.items()
    ]
    return json.dumps({"MetricDataResults": found})


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")


def health(metrics: tuple[str, str]) -> dict[str, Finding]:
    replies = {
        "MetricDataQueries": metrics,
        "RuleName": ("200 OK", json.dumps({"Contributors": KEYS})),
        '{"TableName": "Orders"}': ("200 OK", json.dumps(INSIGHTS)),
    }
    with FaultServer(otherwise=Answers(replies)) as server:
        url = f"dynamodb://127.0.0.1:{server.port}"
        examined = Examined(url, LAYER, {}, health=True)
        return {one.check: one for one in examine(examined, clock=lambda: NOW)}


def test_hot_key_is_found_live() -> None:
    found = health(("200 OK", results(q0=0, q1=7, q2=5, q3=5)))
    assert found["hot keys"].verdict is Verdict.BAD
    assert "most of the load, and is throttled" in found["hot keys"].found
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (("400 Bad Request", refusal("AccessDeniedException")), "AccessDenied"),
        (("404 Not Found", "what?"), "404"),
        (("200 OK", "[1]"), "200"),
        (("200 OK", json.dumps({"MetricDataResults": [5]})), "read"),
        (("200 OK", json.dumps({"MetricDataResults": [{"Id": "q0", "Values": ["x"]}]})), "read"),
        (("200 OK", json.dumps({"MetricDataResults": [], "NextToken": "more"})), "pages"),
    ],
)
def test_what_cloudwatch_does_not_say_is_not_known(reply: tuple[str, str], told: str) -> None:
    found = health(reply)
    assert found["health"].verdict is Verdict.UNKNOWN
    assert told in found["health"].found
    assert "hot keys" not in found


def test_names_of_the_service_are_those_of_its_model() -> None:
    session = pytest.importorskip("botocore.session").get_session()
    metadata = session.get_service_model("cloudwatch").metadata
    assert CLOUDWATCH.target == metadata["targetPrefix"]
    assert CLOUDWATCH.json_version == metadata["jsonVersion"]
    assert CLOUDWATCH.host == CLOUDWATCH.scope == metadata["endpointPrefix"]
