"""Mistakes that others made, found in their templates and in our declarations of their tables."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

import systems.iops.models
from tests.checks.test_template_mistakes import MISTAKES, found_in
from trueup.checks.design.layer import design_problems
from trueup.schema.severity import Severity

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def severities(name: str, folder: Path) -> dict[str, Severity]:
    """What is found in a template of `mistakes/`, by code."""
    (mistake,) = (one for one in MISTAKES if one.name == name)
    return {one.code: one.severity for one in found_in(mistake.text, folder) if not one.is_unknown}


def iops(code: str) -> list[str]:
    problems = design_problems(systems.iops.models.layer, NOW)
    return [one.what for one in problems if one.code == code]


@pytest.mark.case("S28")
def test_scan_under_leading_keys_is_a_serious_mistake(tmp_path: Path) -> None:
    found = severities("permissions: a scan under leading keys", tmp_path)
    assert found["T403"] is Severity.HIGH


@pytest.mark.case("S32")
def test_eleven_metrics_in_an_alarm_are_a_mistake(tmp_path: Path) -> None:
    assert "T103" in severities("alarms: eleven metrics in one alarm", tmp_path)


@pytest.mark.case("S34")
def test_provisioned_units_of_a_table_on_demand_are_no_divisor(tmp_path: Path) -> None:
    name = "alarms: the percentage of provisioned units of an on-demand table"
    assert "T104" in severities(name, tmp_path)


@pytest.mark.case("S35")
def test_target_without_policy_and_index_without_scaling_are_serious(tmp_path: Path) -> None:
    name = "capacity: targets without a policy; the index does not scale"
    found = severities(name, tmp_path)
    assert found["T033"] is found["T034"] is Severity.HIGH


@pytest.mark.case("S36")
def test_mapping_on_a_written_arn_of_a_stream_is_serious(tmp_path: Path) -> None:
    found = severities("streams: a mapping on one stream of a table of this template", tmp_path)
    assert found["T308"] is Severity.HIGH


@pytest.mark.case("S37")
@pytest.mark.parametrize("lack", ["without a plan", "and a plan without one"])
def test_method_that_needs_a_key_needs_a_plan_with_one(lack: str, tmp_path: Path) -> None:
    found = severities(f"hosting: a method that needs a key, {lack}", tmp_path)
    assert found["T601"] is Severity.HIGH


@pytest.mark.req("NT2")
@pytest.mark.parametrize("name", ["UserErrors of a table", "UserErrors of a table, in metric math"])
def test_alarm_on_user_errors_of_a_table_never_fires(name: str, tmp_path: Path) -> None:
    assert "T101" in severities(f"alarms: {name}", tmp_path)


@pytest.mark.req("NT14")
def test_tables_with_indexes_that_are_made_at_once_are_found(tmp_path: Path) -> None:
    assert "T026" in severities("safety: two tables with indexes at once", tmp_path)


@pytest.mark.req("IT3")
def test_partitions_of_few_values_and_an_index_that_moves_are_told() -> None:
    few = iops("D001") + iops("D017")
    indexes = [one for table in systems.iops.models.layer.tables for one in table.indexes]
    assert len(few) == len(indexes)
    assert all(any(f"the index {index.name} of" in what for what in few) for index in indexes)
    assert iops("D008") == [
        "the index LastUpdatedIndex of iops-dashboard-metrics is sorted by last_updated, which "
        "every update changes"
    ]


@pytest.mark.req("IT4")
def test_insights_of_one_second_are_told() -> None:
    (what,) = iops("D002")
    assert what.startswith("the sort key 'sk' of iops-dashboard-insights is a time in whole second")


@pytest.mark.req("IT10")
def test_role_that_functions_share_is_found(tmp_path: Path) -> None:
    assert "T407" in severities("permissions: one role for two functions", tmp_path)


@pytest.mark.req("IT8")
@pytest.mark.parametrize(
    "value", ["N/A", "'N/A'", "!If [HasStream, !GetAtt Orders.StreamArn, N/A]"]
)
def test_export_of_a_text_in_place_of_a_stream_is_found(value: str, tmp_path: Path) -> None:
    text = f"""
Parameters: {{Stream: {{Type: String}}}}
Conditions: {{HasStream: !Equals [!Ref Stream, "yes"]}}
Resources: {{}}
Outputs:
  StreamArn: {{Value: {value}, Export: {{Name: stream}}}}
"""
    assert [(one.code, one.line) for one in found_in(text, tmp_path)] == [("T801", 6)]
