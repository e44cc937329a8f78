"""The indexes of the dashboard, live: each assertion that its document lists by hand is one that
`trueup verify` makes, and is missed if the index is otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from systems.iops.models import layer as iops_layer
from tests.contract.test_systems_tables import Deployed, deployed
from trueup.schema.engine import LiveTable
from trueup.schema.tables import AttributeSchema, IndexSchema
from trueup.schema.verify import Finding, verify_table

METRICS, INSIGHTS = "iops-dashboard-metrics", "iops-dashboard-insights"
OTHER = AttributeSchema("other", "B")


@pytest.fixture(scope="module")
def iops(dynamodb_url: str, server: tuple[str, int]) -> Iterator[Deployed]:
    yield from deployed(iops_layer, dynamodb_url, server[1])


def live(iops: Deployed, table: str) -> LiveTable:
    (found,) = iops.run(iops.engine.inspect([iops.declared[table].name])).values()
    assert isinstance(found, LiveTable)
    return found


def finding(iops: Deployed, table: str, found: LiveTable, path: str) -> Finding:
    (one,) = (
        finding
        for finding in verify_table(iops.declared[table], found)
        if ".".join(finding.difference.path) == path
    )
    return one


def with_index(found: LiveTable, index: IndexSchema) -> LiveTable:
    schema = replace(found.schema, indexes={**found.schema.indexes, index.name: index})
    return replace(found, schema=schema)


@pytest.mark.req("N104", "I75")
@pytest.mark.parametrize(
    ("table", "index"),
    [
        pytest.param(METRICS, "EntityTypeHealthIndex", marks=pytest.mark.req("I103")),
        pytest.param(METRICS, "LastUpdatedIndex", marks=pytest.mark.req("I107")),
        pytest.param(INSIGHTS, "PredictionTypeIndex", marks=pytest.mark.req("I111")),
        pytest.param(INSIGHTS, "RiskScoreIndex", marks=pytest.mark.req("I115")),
    ],
)
def test_index_exists_and_is_active(iops: Deployed, table: str, index: str) -> None:
    described = {one["IndexName"]: one for one in iops.table(table)["GlobalSecondaryIndexes"]}
    assert described[index]["IndexStatus"] == "ACTIVE"
    found = live(iops, table)
    building = replace(found, busy={f"index {index}": "CREATING"}, is_usable=False)
    assert finding(iops, table, building, f"index.{index}").verdict == "unknown"
    others = {name: one for name, one in found.schema.indexes.items() if name != index}
    missing = replace(found, schema=replace(found.schema, indexes=others))
    assert finding(iops, table, missing, f"index.{index}").verdict == "differs"


@pytest.mark.parametrize(
    ("table", "index", "part", "expected"),
    [
        pytest.param(
            METRICS,
            "EntityTypeHealthIndex",
            "partition",
            "entity_type S",
            marks=pytest.mark.req("I104"),
        ),
        pytest.param(
            METRICS,
            "EntityTypeHealthIndex",
            "sort",
            "health_score N",
            marks=pytest.mark.req("I105"),
        ),
        pytest.param(
            METRICS, "LastUpdatedIndex", "partition", "entity_type S", marks=pytest.mark.req("I108")
        ),
        pytest.param(
            METRICS, "LastUpdatedIndex", "sort", "last_updated S", marks=pytest.mark.req("I109")
        ),
        pytest.param(
            INSIGHTS,
            "PredictionTypeIndex",
            "partition",
            "prediction_type S",
            marks=pytest.mark.req("I112"),
        ),
        pytest.param(
            INSIGHTS, "PredictionTypeIndex", "sort", "timestamp S", marks=pytest.mark.req("I113")
        ),
        pytest.param(
            INSIGHTS,
            "RiskScoreIndex",
            "partition",
            "prediction_type S",
            marks=pytest.mark.req("I116"),
        ),
        pytest.param(
            INSIGHTS, "RiskScoreIndex", "sort", "risk_score N", marks=pytest.mark.req("I117")
        ),
    ],
)
def test_index_has_its_key(
    iops: Deployed, table: str, index: str, part: str, expected: str
) -> None:
    found = live(iops, table)
    agreeing = finding(iops, table, found, f"index.{index}.{part}")
    assert (agreeing.verdict, agreeing.difference.found) == ("agrees", [expected])
    schema = found.schema.indexes[index]
    other = replace(schema, partition=(OTHER,)) if part == "partition" else replace(schema, sort=())
    wrong = finding(iops, table, with_index(found, other), f"index.{index}.{part}")
    assert wrong.verdict == "differs"


@pytest.mark.parametrize(
    ("table", "index"),
    [
        pytest.param(METRICS, "EntityTypeHealthIndex", marks=pytest.mark.req("I106")),
        pytest.param(METRICS, "LastUpdatedIndex", marks=pytest.mark.req("I110")),
        pytest.param(INSIGHTS, "PredictionTypeIndex", marks=pytest.mark.req("I114")),
        pytest.param(INSIGHTS, "RiskScoreIndex", marks=pytest.mark.req("I118")),
    ],
)
def test_index_holds_all_attributes(iops: Deployed, table: str, index: str) -> None:
    found = live(iops, table)
    path = f"index.{index}.projection"
    agreeing = finding(iops, table, found, path)
    assert (agreeing.verdict, agreeing.difference.found) == ("agrees", "all")
    other = replace(found.schema.indexes[index], projection=frozenset({"explanation"}))
    assert finding(iops, table, with_index(found, other), path).verdict == "differs"
