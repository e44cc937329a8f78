"""Units that scale: any number within the bounds is as declared, and one outside is a finding."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.unit.dynamodb.jobs import DESCRIBED, declare, index
from trueup import Scaling
from trueup.engines.dynamodb.ddl.body import create_body
from trueup.engines.dynamodb.ddl.estimates import index_estimate
from trueup.engines.dynamodb.ddl.render import render
from trueup.engines.dynamodb.inspect.described import read_live
from trueup.schema.changes import SetFact
from trueup.schema.diff import diff_table
from trueup.schema.engine import LiveTable
from trueup.schema.facts import plain, shown
from trueup.schema.verify import verify_table

SCALED = declare(
    billing="provisioned",
    read_units=5,
    write_units=5,
    scaling=Scaling(least=5, most=100),
    write_scaling=Scaling(least=2, most=40),
)


def units(reads: int, writes: int) -> dict[str, Any]:
    return {"ProvisionedThroughput": {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes}}


def live(
    table: tuple[int, int] = (5, 5),
    by_state: tuple[int, int] = (5, 5),
    by_rank: tuple[int, int] = (5, 5),
) -> LiveTable:
    """The table as it is now; the indexes stand in another order than declared."""
    some = {"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["rank"]}}
    return read_live(
        {
            **DESCRIBED,
            "BillingModeSummary": {"BillingMode": "PROVISIONED"},
            **units(*table),
            "GlobalSecondaryIndexes": [
                index("ByRank", "rank", **units(*by_rank)),
                index("ByState", "state", **some, **units(*by_state)),
            ],
        }
    )


def findings(found: LiveTable) -> list[tuple[str, str, str]]:
    return [
        (".".join(one.difference.path), shown(one.difference.declared), shown(one.difference.found))
        for one in verify_table(SCALED, found)
        if one.verdict == "differs"
    ]


def changes(found: LiveTable) -> list[SetFact]:
    return [one for one in diff_table(SCALED, found.schema) if isinstance(one, SetFact)]


def sent(found: LiveTable) -> list[Mapping[str, Any]]:
    steps = [step for step in render(changes(found), {}, {"Jobs": found}) if step.changes]
    return [json.loads(step.request.payload.body) for step in steps]


def test_new_table_and_its_indexes_have_the_first_units() -> None:
    body = create_body(SCALED)
    assert {"ProvisionedThroughput": body["ProvisionedThroughput"]} == units(5, 5)
    assert all(one["ProvisionedThroughput"] for one in body["GlobalSecondaryIndexes"])


@pytest.mark.case("S6")
def test_units_within_the_bounds_agree_wherever_the_index_stands() -> None:
    found = live((100, 40), by_state=(5, 2), by_rank=(77, 33))
    assert findings(found) == []
    assert changes(found) == []


@pytest.mark.case("S6")
def test_units_out_of_bounds_are_one_finding_on_that_index() -> None:
    assert findings(live(by_rank=(101, 5))) == [
        ("index.ByRank.billing.read_units", "5 to 100", "101")
    ]
    (change,) = changes(live(by_rank=(101, 5)))
    assert change.index == "ByRank"


def test_units_out_of_bounds_come_to_the_nearest_bound() -> None:
    assert sent(live(by_rank=(101, 30)))[0]["GlobalSecondaryIndexUpdates"] == [
        {"Update": {"IndexName": "ByRank", **units(100, 30)}}
    ]
    (table,) = sent(live((1, 3)))
    assert table["ProvisionedThroughput"] == units(5, 3)["ProvisionedThroughput"]


def test_table_that_was_paid_by_request_begins_with_the_first_units() -> None:
    found = read_live({**DESCRIBED, "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}})
    switch, *others = sent(found)
    assert switch["ProvisionedThroughput"] == units(5, 5)["ProvisionedThroughput"]
    assert [one["Update"] for one in switch["GlobalSecondaryIndexUpdates"]] == [
        {"IndexName": name, **units(5, 5)} for name in ("ByState", "ByRank")
    ]
    assert others == []


def test_plan_says_the_bounds() -> None:
    assert plain(SCALED.facts["billing"]) == {
        "mode": "provisioned",
        "read_units": "5 to 100",
        "write_units": "2 to 40",
    }


def test_index_is_built_at_the_first_units() -> None:
    billing = SCALED.indexes["ByRank"].facts["billing"]
    assert isinstance(billing, Mapping)
    assert "at 5 a second" in index_estimate(read_live(DESCRIBED), billing)
