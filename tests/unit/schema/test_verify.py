"""Every declared fact is compared, and what is not known is never green."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.schema.test_plan import BY_DAY, DAY, TABLE
from trueup.schema.engine import LiveTable
from trueup.schema.facts import Unknown
from trueup.schema.severity import Severity, severity_of
from trueup.schema.tables import TableSchema
from trueup.schema.verify import Finding, unreadable_table, verify_table

TAGGED = replace(TABLE, facts={"days": 7, "tags": {"Team": "a"}}, source="app/tables.py:3")


def findings(live: TableSchema, **more: object) -> list[Finding]:
    told = verify_table(TAGGED, replace(LiveTable(live), **more))  # type: ignore[arg-type]
    return [finding for finding in told if finding.verdict != "agrees"]


def test_each_declared_fact_is_listed() -> None:
    told = verify_table(TAGGED, LiveTable(replace(TAGGED, source="arn:1")))
    assert [".".join(finding.difference.path) for finding in told] == [
        "key.partition",
        "key.sort",
        "index.ByDay.partition",
        "index.ByDay.sort",
        "index.ByDay.projection",
        "index.ByDay.local",
        "ttl",
        "stream",
        "days",
        "tags.Team",
    ]
    assert {finding.verdict for finding in told} == {"agrees"}
    assert (told[0].declared_at, told[0].found_at) == ("app/tables.py:3", "arn:1")


@pytest.mark.parametrize(
    ("live", "path", "severity"),
    [
        (replace(TAGGED, partition=(DAY,)), "key.partition", Severity.CRITICAL),
        (replace(TAGGED, indexes={}), "index.ByDay", Severity.HIGH),
        (replace(TAGGED, ttl=None), "ttl", Severity.CRITICAL),
        (replace(TAGGED, stream=None), "stream", Severity.HIGH),
        (replace(TAGGED, facts={"days": 1, "tags": {"Team": "a"}}), "days", Severity.MEDIUM),
        (replace(TAGGED, facts={"days": 7, "tags": {}}), "tags.Team", Severity.LOW),
        (
            replace(TAGGED, indexes={"ByDay": BY_DAY, "More": replace(BY_DAY, name="More")}),
            "index.More",
            Severity.LOW,
        ),
    ],
)
def test_one_difference_is_one_finding(live: TableSchema, path: str, severity: Severity) -> None:
    (finding,) = findings(live)
    assert (".".join(finding.difference.path), finding.verdict) == (path, "differs")
    assert finding.severity is severity


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("index.ByDay", Severity.HIGH),
        ("index.ByDay.partition", Severity.HIGH),
        ("index.ByDay.billing", Severity.MEDIUM),
        ("tags.ByDay.billing", Severity.LOW),
        ("index.ByDay.warm_throughput.read_units_per_second", Severity.LOW),
    ],
)
def test_facts_of_an_index_are_as_bad_as_those_of_a_table(path: str, severity: Severity) -> None:
    assert severity_of(tuple(path.split("."))) is severity


def test_expiry_that_is_only_live_is_critical() -> None:
    (finding,) = (
        one
        for one in verify_table(replace(TAGGED, ttl=None), LiveTable(TAGGED))
        if one.verdict != "agrees"
    )
    assert (finding.difference.path, finding.severity) == (("ttl",), Severity.CRITICAL)


def test_missing_table_is_one_finding() -> None:
    (finding,) = verify_table(TAGGED, None)
    assert (finding.verdict, finding.severity) == ("differs", Severity.CRITICAL)


def test_index_may_hold_more() -> None:
    declared = replace(TABLE, indexes={"ByDay": replace(BY_DAY, projection=frozenset())})
    told = verify_table(declared, LiveTable(TABLE))
    assert {finding.verdict for finding in told} == {"agrees"}


def test_unknown_fact_is_unknown() -> None:
    (finding,) = findings(replace(TAGGED, ttl=Unknown("not permitted")))
    assert (finding.verdict, finding.difference.reason) == ("unknown", "not permitted")


@pytest.mark.case("S15")
def test_index_that_is_being_built_is_unknown() -> None:
    (finding,) = findings(TAGGED, is_usable=False, busy={"index ByDay": "CREATING"})
    assert (finding.verdict, finding.difference.path) == ("unknown", ("index", "ByDay"))


def test_table_that_is_being_created_is_unknown() -> None:
    (finding,) = findings(TAGGED, is_usable=False)
    assert (finding.verdict, finding.difference.path) == ("unknown", ())


@pytest.mark.case("S22")
def test_table_that_may_not_be_described_is_unknown() -> None:
    assert unreadable_table(TAGGED, "dynamodb:DescribeTable is denied").verdict == "unknown"


def test_facts_that_an_engine_does_not_keep_are_not_compared() -> None:
    """They would look as if somebody had looked at them."""
    schema = replace(TABLE, stream=None, unkept=frozenset({"stream", "projection", "local"}))
    live = LiveTable(replace(TABLE, stream="KEYS_ONLY"))
    compared = {finding.difference.path[-1] for finding in verify_table(schema, live)}
    assert not compared & schema.unkept
    assert "ttl" in compared


def test_index_that_is_only_live_shows_only_facts_that_are_kept() -> None:
    live = replace(TABLE, unkept=frozenset({"projection", "local"}))
    *_, only_live = verify_table(replace(TABLE, indexes={}), LiveTable(live))
    assert only_live.difference.path == ("index", BY_DAY.name)
    assert only_live.difference.found == {"partition": ["day N"], "sort": ["id S"]}
