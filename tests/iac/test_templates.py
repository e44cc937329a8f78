"""cfn-lint and checkov accept what is generated, but for `data/exceptions.toml`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.iac.exceptions import unexpected


def test_cfn_lint_accepts_the_templates_of_cloudformation_and_sam(
    environments: Path, written: Path
) -> None:
    files = sorted(map(str, (*written.rglob("*.template.yaml"), *written.rglob("*.sam.yaml"))))
    assert len(files) > 8
    linted = subprocess.run(
        [environments / "lint/bin/cfn-lint", "--format", "json", "--", *files],
        capture_output=True,
        check=False,
        text=True,
    )
    assert linted.stderr == ""
    assert unexpected("cfn-lint", _messages(linted.stdout)) == []


def _messages(output: str) -> Iterator[tuple[str, str, str]]:
    for one in json.loads(output):
        path = one["Location"]["Path"] or ["", ""]
        place = f"{Path(one['Filename']).parent.name}/{path[1]}"
        yield one["Rule"]["Id"], place, one["Message"]


def test_checkov_accepts_the_templates(environments: Path, written: Path, tmp_path: Path) -> None:
    """All but the one with every type, which is made up."""
    for file in written.rglob("*.template.yaml"):
        if file.parent.name != "every":
            (tmp_path / f"{file.parent.name}.yaml").write_bytes(file.read_bytes())
    scanned = subprocess.run(
        [
            *(environments / "checkov/bin/checkov", "--directory", tmp_path, "--compact"),
            *("--framework", "cloudformation", "--skip-download", "--quiet", "--output", "json"),
        ],
        capture_output=True,
        check=False,
        text=True,
    )
    report = json.loads(scanned.stdout)
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["passed"] > 100
    failed = [
        (
            one["check_id"],
            f"{Path(one['file_path']).stem}/{one['resource'].rpartition('.')[2]}",
            one["check_name"],
        )
        for one in report["results"]["failed_checks"]
    ]
    assert unexpected("checkov", failed) == []
