"""Our rules beside those of cfn-lint itself: what it misses, what both find, what it says of us."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.checks.test_cfn_lint import RECORDED, REPLY, TEMPLATE
from tests.checks.test_template_mistakes import HERE, MISTAKES, found_in
from trueup.checks.templates.cfn_lint import (
    cfn_lint_problems,
    problems_of,
    without_repetitions,
)

MISSED = {
    "capacity: scaling of an on-demand table",
    "keys: a global index with five partition attributes",
    "keys: 21 global indexes",
    "alarms: UserErrors of a table",
    "streams: a mapping on a table without a stream",
    "capacity: OnDemandThroughput with PROVISIONED",
    "safety: TTL that is on, without an attribute",
}
FOUND_BY_BOTH = {
    "keys: an attribute that is defined and in no key": "E3039",
    "keys: an index name of two letters, and one name twice": "E3033",
    "keys: RANGE before HASH": "E3002",
    "keys: a table with two partition attributes": "E3002",
    "safety: a database that says only what happens on deletion": "W3011",
    "permissions: an action that is misspelt, and one that does not exist": "W3037",
}
OF_THE_FORM = {"W1100", "W1101", "E3003", "E1150"}
"""Aliases of YAML, and properties that a mistake leaves out for brevity."""


@pytest.fixture(scope="module")
def command(environments: Path) -> Sequence[str]:
    return (str(environments / "lint/bin/cfn-lint"),)


@pytest.fixture(scope="module")
def said(command: Sequence[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What cfn-lint says of each mistake, by its name, without what is of the form."""
    folder = tmp_path_factory.mktemp("mistakes")
    files = {}
    for number, mistake in enumerate(MISTAKES):
        file = folder / f"{number}.yaml"
        file.write_text(mistake.text, encoding="utf-8")
        files[str(file)] = mistake.name
    ended = subprocess.run(
        [*command, "--format", "json", "--", *files], capture_output=True, text=True, check=False
    )
    found: dict[str, list[Any]] = {name: [] for name in files.values()}
    for one in json.loads(ended.stdout):
        if one["Rule"]["Id"] not in OF_THE_FORM:
            found[files[one["Filename"]]].append(one)
    return found


@pytest.mark.parametrize("name", sorted(MISSED))
def test_cfn_lint_misses_what_our_rules_find(name: str, said: dict[str, list[Any]]) -> None:
    assert said[name] == []


@pytest.mark.parametrize("name", FOUND_BY_BOTH)
def test_what_both_find_is_told_once(name: str, said: dict[str, list[Any]], tmp_path: Path) -> None:
    (mistake,) = (one for one in MISTAKES if one.name == name)
    assert FOUND_BY_BOTH[name] in {one["Rule"]["Id"] for one in said[name]}
    ours = found_in(mistake.text, tmp_path)
    theirs = problems_of(said[name], str(tmp_path / "template.yaml"))
    assert [(one.code, one.what) for one in without_repetitions(ours, theirs)] == []


def test_cfn_lint_passes_three_of_four_mistakes(said: dict[str, list[Any]]) -> None:
    """As the record of decisions says."""
    silent = sum(not one for one in said.values())
    assert silent * 4 >= len(said) * 3


def test_near_misses_are_valid(command: Sequence[str]) -> None:
    assert list(cfn_lint_problems(HERE / "near_misses.yaml", command)) == []


def test_recorded_report_is_still_what_cfn_lint_says(
    command: Sequence[str], tmp_path: Path
) -> None:
    file = tmp_path / TEMPLATE.name
    file.write_bytes((RECORDED / TEMPLATE.name).read_bytes())
    said = [(one.code, one.line, one.what) for one in cfn_lint_problems(file, command)]
    recorded = problems_of(json.loads(REPLY), file.name)
    assert said == [(one.code, one.line, one.what) for one in recorded]
