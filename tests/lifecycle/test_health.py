"""The health of tables, by recorded replies: what is not recorded is never well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from trueup import ExpiresAt, Index, InvalidCall, Layer, Model, Table
from trueup.engines.checks import Verdict
from trueup.engines.dynamodb.health.check import check_health
from trueup.engines.dynamodb.health.records import Records, read_records

END = "2026-01-31T00:00:00Z"


class Order(Model):
    customer: str
    number: int
    day: str = ""
    expires_at: ExpiresAt | None = None


ORDERS = Table(
    "Orders",
    Order,
    partition="customer",
    sort="number",
    indexes=[
        Index("ByDay", partition="day"),
        Index("Local", partition="customer", sort="day", local=True),
    ],
)
LAYER = Layer("shop", target="dynamodb", tables=[ORDERS])
SUMS = {
    ("ReadThrottleEvents", ""): 0.0,
    ("WriteThrottleEvents", ""): 0.0,
    ("ReadThrottleEvents", "ByDay"): 0.0,
    ("WriteThrottleEvents", "ByDay"): 0.0,
    ("TimeToLiveDeletedItemCount", ""): 4.0,
    ("ConsumedReadCapacityUnits", "ByDay"): 5.0,
    ("ConsumedWriteCapacityUnits", "ByDay"): 10.0,
    ("ConsumedWriteCapacityUnits", ""): 10.0,
}
Sums = dict[tuple[str, str], float]


def insights(**given: Any) -> list[dict[str, Any]]:
    of = {"TableName": "orders", "ContributorInsightsStatus": "ENABLED"}
    mode = {"ContributorInsightsMode": "THROTTLED_KEYS"}
    return [{**of, **mode, **given}, {**of, **mode, "IndexName": "ByDay", **given}]


def report(*loads: float, kind: str = "PKT", index: str = "") -> dict[str, Any]:
    return {
        "TableName": "orders",
        "IndexName": index,
        "RuleName": f"DynamoDBContributorInsights-{kind}-orders-1",
        "Contributors": [
            {"Keys": ["secret-customer"], "ApproximateAggregateValue": load} for load in loads
        ],
    }


def records(sums: Sums | None = None, **given: Any) -> dict[str, Any]:
    """A document in which all is well. sums: of the last hour, by metric and index."""
    queries, results = [], []
    for number, ((metric, index), value) in enumerate({**SUMS, **(sums or {})}.items()):
        of = [{"Name": "TableName", "Value": "orders"}]
        of += [{"Name": "GlobalSecondaryIndexName", "Value": index}] * bool(index)
        named = {"Namespace": "AWS/DynamoDB", "MetricName": metric, "Dimensions": of}
        stat = {"Metric": named, "Stat": "Sum", "Period": 3600}
        queries.append({"Id": f"q{number}", "MetricStat": stat})
        times = ["2026-01-30T23:00:00Z"] if value else []
        values = [value] if value else []
        results.append({"Id": f"q{number}", "Timestamps": times, "Values": values})
    return {
        "StartTime": "2026-01-01T00:00:00Z",
        "EndTime": END,
        "MetricDataQueries": queries,
        "MetricDataResults": results,
        "ContributorInsights": insights(),
        "ItemCollectionMetrics": {"orders": [{"SizeEstimateRangeGB": [1.0, 2.0]}]},
        **given,
    }


def found(document: dict[str, Any]) -> dict[str, list[Verdict]]:
    tables = {"orders": LAYER.describe(ORDERS)}
    verdicts: dict[str, list[Verdict]] = {}
    for one in check_health(Records.model_validate_json(json.dumps(document)), tables):
        assert "secret-customer" not in f"{one.found} {one.fix} {one.where}"
        assert one.fix or one.verdict is Verdict.GOOD
        verdicts.setdefault(one.check, []).append(one.verdict)
    return verdicts


WELL = {
    "hot keys": [Verdict.GOOD] * 2,
    "expiry": [Verdict.GOOD],
    "index reads": [Verdict.GOOD],
    "index writes": [Verdict.GOOD],
    "index throttles": [Verdict.GOOD],
    "item collections": [Verdict.GOOD],
}


def test_all_that_is_recorded_is_well() -> None:
    assert found(records()) == WELL


def test_nothing_recorded_is_never_well() -> None:
    nothing = {
        "StartTime": "2026-01-01T00:00:00Z",
        "EndTime": END,
        "MetricDataQueries": [],
        "MetricDataResults": [],
    }
    verdicts = found(nothing)
    assert verdicts.keys() == WELL.keys()
    assert {one for several in verdicts.values() for one in several} == {Verdict.UNKNOWN}


THROTTLED = {("WriteThrottleEvents", ""): 9.0}


@pytest.mark.parametrize(
    ("check", "document", "verdict"),
    [
        ("hot keys", records(InsightRuleReports=[report(30, 10)]), Verdict.BAD),
        ("hot keys", records(InsightRuleReports=[report(29, 10)]), Verdict.GOOD),
        ("hot keys", records(InsightRuleReports=[report(7)]), Verdict.BAD),
        ("hot keys", records(InsightRuleReports=[report(30, 1, kind="SKT")]), Verdict.GOOD),
        ("hot keys", records(InsightRuleReports=[report(30, 10, index="ByDay")]), Verdict.GOOD),
        ("hot keys", records(THROTTLED), Verdict.BAD),
        ("hot keys", records(THROTTLED, InsightRuleReports=[report(5, 5)]), Verdict.GOOD),
        ("hot keys", records(ContributorInsights=[]), Verdict.UNKNOWN),
        (
            "hot keys",
            records(ContributorInsights=insights(ContributorInsightsStatus="DISABLED")),
            Verdict.UNKNOWN,
        ),
        (
            "hot keys",
            records(
                ContributorInsights=insights(ContributorInsightsMode="ACCESSED_AND_THROTTLED_KEYS")
            ),
            Verdict.UNKNOWN,
        ),
        ("expiry", records({("TimeToLiveDeletedItemCount", ""): 0.0}), Verdict.BAD),
        ("expiry", records(StartTime="2026-01-20T00:00:00Z"), Verdict.UNKNOWN),
        ("index reads", records({("ConsumedReadCapacityUnits", "ByDay"): 0.0}), Verdict.BAD),
        ("index reads", records(StartTime="2026-01-02T00:00:00Z"), Verdict.UNKNOWN),
        ("index writes", records({("ConsumedWriteCapacityUnits", "ByDay"): 15.0}), Verdict.BAD),
        ("index writes", records({("ConsumedWriteCapacityUnits", "ByDay"): 14.9}), Verdict.GOOD),
        ("index throttles", records({("WriteThrottleEvents", "ByDay"): 1.0}), Verdict.BAD),
        (
            "item collections",
            records(ItemCollectionMetrics={"orders": [{"SizeEstimateRangeGB": [7.5, 8.0]}]}),
            Verdict.BAD,
        ),
        ("item collections", records(ItemCollectionMetrics={}), Verdict.UNKNOWN),
    ],
)
def test_rule(check: str, document: dict[str, Any], verdict: Verdict) -> None:
    assert found(document)[check][0] is verdict


def test_reply_that_is_not_complete_is_not_known() -> None:
    document = records()
    for one in document["MetricDataResults"]:
        one["StatusCode"] = "PartialData"
    verdicts = found(document)
    assert verdicts["expiry"] == verdicts["index reads"] == [Verdict.UNKNOWN]
    assert verdicts["index writes"] == verdicts["index throttles"] == [Verdict.UNKNOWN]
    assert verdicts["hot keys"] == [Verdict.UNKNOWN] * 2


@pytest.mark.parametrize("text", ["", "{}", '{"StartTime": "soon"}', "[1]", '{"EndTime": NaN}'])
def test_what_has_no_records_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "replies.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidCall, match="recorded replies cannot be read"):
        read_records(path)
