"""Logs of SARIF have what the standard requires, and code hosts read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
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


SCHEMA = json.loads((Path(__file__).parent / "recorded" / "sarif_2_1_0.json").read_text("utf-8"))
"""What the standard's schema says of each object and property that a log of ours has, taken from
https://github.com/oasis-tcs/sarif-spec, sarif-2.1/schema/sarif-schema-2.1.0.json."""
KINDS = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}


def misfits(value: Any, of: Mapping[str, Any], path: str) -> Iterator[str]:
    """Where a value is not what the schema says, in the parts of JSON Schema that it uses."""
    if "$ref" in of and of["$ref"] in SCHEMA:
        yield from misfits_of(value, SCHEMA[of["$ref"]], path)
    if "type" in of and not any(isinstance(value, KINDS[one]) for one in of["type"]):
        yield f"{path} is not of type {of['type']}"
    if "enum" in of and value not in of["enum"]:
        yield f"{path} is not one of {of['enum']}"
    if "minimum" in of and value < of["minimum"]:
        yield f"{path} is less than {of['minimum']}"
    if "items" in of:
        for number, one in enumerate(value):
            yield from misfits(one, of["items"], f"{path}[{number}]")


def misfits_of(value: Mapping[str, Any], of: Mapping[str, Any], path: str) -> Iterator[str]:
    yield from (f"{path} has no {name}" for name in of["required"] if name not in value)
    if of["anyOf"] and not any(set(names) <= set(value) for names in of["anyOf"]):
        yield f"{path} has none of {of['anyOf']}"
    for name, one in value.items():
        if name not in of["properties"]:
            yield f"{path} may not have {name}"
        else:
            yield from misfits(one, of["properties"][name], f"{path}.{name}")


def test_log_is_as_the_schema_of_the_standard_says() -> None:
    outcome = Outcome((WRONG, UNKNOWN, FOREIGN), ((WRONG, "a cache"),))
    log = sarif(outcome, rules_by_code(), "1.2.3")
    assert list(misfits_of(log, SCHEMA["sarifLog"], "log")) == []


def test_schema_refuses_what_is_no_log() -> None:
    log = {"version": "2.0.0", "runs": [{"results": [{"level": "bad"}]}], "more": 1}
    assert list(misfits_of(log, SCHEMA["sarifLog"], "log")) == [
        "log.version is not one of ['2.1.0']",
        "log.runs[0] has no tool",
        "log.runs[0].results[0] has no message",
        "log.runs[0].results[0].level is not one of ['none', 'note', 'warning', 'error']",
        "log may not have more",
    ]
