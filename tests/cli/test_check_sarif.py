"""`trueup check --format sarif` prints one log that other programs read."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.cases_check import PROJECT, TABLES
from tests.cli.shell import Shell


def test_log_has_the_problems_at_their_lines(tmp_path: Path) -> None:
    shell = Shell(tmp_path, {})
    shell.write(PROJECT.name, PROJECT.text)
    shell.write("tables.py", TABLES)
    result = shell.run("trueup check --format sarif")
    assert result.code == 2
    (run,) = json.loads(result.out)["runs"]
    assert [one["ruleId"] for one in run["results"]] == ["D001", "D002"]
    places = [one["locations"][0]["physicalLocation"] for one in run["results"]]
    assert places == [{"artifactLocation": {"uri": "tables.py"}, "region": {"startLine": 12}}] * 2
