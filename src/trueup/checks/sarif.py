"""Problems as SARIF 2.1.0, which code hosts show beside the lines.

What could not be checked is a result of kind "open"; what is accepted is suppressed.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ..schema.severity import Severity
from .accepted import Outcome
from .problem import Problem
from .rule import Rule

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {
    Severity.LOW: "note",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "error",
}


def sarif(outcome: Outcome, rules: Mapping[str, Rule], version: str) -> dict[str, Any]:
    """The log of one run. rules: by code; a code without a rule is explained by its problem.

    version: of Trueup.
    """
    every = [*outcome.open, *(problem for problem, _ in outcome.accepted)]
    known = {code: _descriptor(rule) for code, rule in rules.items()}
    for problem in every:
        known.setdefault(problem.code, _stranger(problem))
    codes = list(known)
    results = [_result(one, codes) for one in outcome.open]
    for one, reason in outcome.accepted:
        kind = {"kind": "external", "justification": reason}
        results.append(_result(one, codes) | {"suppressions": [kind]})
    driver = {"name": "Trueup", "version": version, "rules": list(known.values())}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _descriptor(rule: Rule) -> dict[str, Any]:
    told = f"{rule.why} {rule.fix[:1].upper()}{rule.fix[1:]}."
    found: dict[str, Any] = {
        "id": rule.code,
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.why},
        "help": {"text": told},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"severity": str(rule.severity)},
    }
    return found | ({"helpUri": rule.source} if rule.source else {})


def _stranger(problem: Problem) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": problem.code,
        "shortDescription": {"text": problem.code},
        "help": {"text": problem.fix or problem.what},
        "defaultConfiguration": {"level": _LEVELS[problem.severity]},
    }
    return found | ({"helpUri": problem.source} if problem.source else {})


def _result(problem: Problem, codes: Sequence[str]) -> dict[str, Any]:
    is_open = problem.is_unknown
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "kind": "open" if is_open else "fail",
        "level": "none" if is_open else _LEVELS[problem.severity],
        "message": {"text": f"{problem.what}. To do: {problem.fix}."},
        "partialFingerprints": {"problem/v1": f"{problem.code} {problem.of} {problem.what}"},
    }
    if problem.file:
        place: dict[str, Any] = {"artifactLocation": {"uri": quote(problem.file)}}
        if problem.line:
            place["region"] = {"startLine": problem.line}
        result["locations"] = [{"physicalLocation": place}]
    return result
