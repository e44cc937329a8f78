"""Logs of SARIF have what the standard requires, and code hosts read."""

from __future__ import annotations

from typing import Any

from trueup.checks.accepted import Outcome
from trueup.checks.problem import Problem
from trueup.checks.rules import rules_by_code
from trueup.checks.sarif import sarif
from trueup.schema.severity import Severity

WRONG = Problem("D001", Severity.HIGH, "it is so", "change it", "my app/t.py", 3, of="Orders")
UNKNOWN = Problem("D002", Severity.LOW, "who knows", "look", "t.py", is_unknown=True)
FOREIGN = Problem("cfn-lint:E3039", Severity.MEDIUM, "unused", "drop it", source="https://a.b")


def run_of(outcome: Outcome) -> Any:
    return sarif(outcome, rules_by_code(), "1.2.3")["runs"][0]


def results(*problems: Problem) -> list[Any]:
    found: list[Any] = run_of(Outcome(problems))["results"]
    return found


def test_log_names_its_version_its_schema_and_its_tool() -> None:
    log = sarif(Outcome([]), rules_by_code(), "1.2.3")
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    driver = log["runs"][0]["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("Trueup", "1.2.3")


def test_every_rule_is_explained() -> None:
    rules = run_of(Outcome([]))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(rules_by_code())
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("note", "warning", "error")


def test_problem_is_a_result_at_its_line() -> None:
    (result,) = results(WRONG)
    assert (result["ruleId"], result["level"], result["kind"]) == ("D001", "error", "fail")
    assert result["message"] == {"text": "it is so. To do: change it."}
    place = result["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "my%20app/t.py"},
        "region": {"startLine": 3},
    }


def test_what_is_not_known_is_open_and_has_no_level() -> None:
    (result,) = results(UNKNOWN)
    assert (result["kind"], result["level"]) == ("open", "none")
    assert "region" not in result["locations"][0]["physicalLocation"]


def test_code_of_another_tool_becomes_a_rule_with_its_page() -> None:
    run = run_of(Outcome([FOREIGN]))
    rule = run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]
    assert (rule["id"], rule["helpUri"]) == ("cfn-lint:E3039", "https://a.b")
    assert "locations" not in run["results"][0]


def test_what_is_accepted_is_suppressed_with_its_reason() -> None:
    run = run_of(Outcome([], [(WRONG, "a cache")]))
    assert run["results"][0]["suppressions"] == [{"kind": "external", "justification": "a cache"}]
