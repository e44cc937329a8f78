"""What cfn-lint finds is told beside ours, once; `recorded/` is what cfn-lint 1.58 said."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from trueup.checks.problem import Problem
from trueup.checks.templates.cfn_lint import cfn_lint_problems, problems_of, without_repetitions
from trueup.checks.templates.lint import template_problems
from trueup.schema.severity import Severity
from trueup.templates.reading import read_template

RECORDED = Path(__file__).parent / "recorded"
TEMPLATE = RECORDED / "orders.yaml"
REPLY = (RECORDED / "cfn_lint.json").read_text(encoding="utf-8")


def printing(folder: Path, text: str, *, to: str = "stdout") -> Sequence[str]:
    """A command that prints a text, whatever it is asked."""
    script = folder / "cfn-lint"
    said = text.encode("latin-1")
    script.write_text(
        f"#!{sys.executable}\nimport sys\nsys.{to}.buffer.write({said!r})\nsys.exit(2)\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    return (str(script),)


def test_report_becomes_problems_with_codes_lines_and_pages() -> None:
    found = {one.code: one for one in problems_of(json.loads(REPLY), "orders.yaml")}
    assert list(found) == ["cfn-lint:W3011", "cfn-lint:E3039", "cfn-lint:E3003"]
    assert found["cfn-lint:W3011"] == Problem(
        "cfn-lint:W3011",
        Severity.MEDIUM,
        "Orders: Both 'UpdateReplacePolicy' and 'DeletionPolicy' are needed to protect resource "
        "from deletion",
        "see the page of the rule",
        "orders.yaml",
        2,
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
        "aws-attribute-deletionpolicy.html",
        of="Orders",
    )
    assert found["cfn-lint:E3039"].severity is Severity.HIGH


def test_what_our_rules_say_is_not_repeated() -> None:
    ours = list(template_problems(read_template(TEMPLATE)))
    assert {one.code for one in ours} >= {"T013", "T020"}
    found = without_repetitions(ours, problems_of(json.loads(REPLY), str(TEMPLATE)))
    assert {one.code for one in found} == {"cfn-lint:E3003"}


def test_same_code_of_another_resource_is_kept() -> None:
    ours = [Problem("T013", Severity.LOW, "", "", of="Lines", line=5)]
    found = without_repetitions(ours, problems_of(json.loads(REPLY), str(TEMPLATE)))
    assert "cfn-lint:E3039" in {one.code for one in found}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Traceback\nImportError: no jsonpatch\n", "cfn-lint failed: ImportError: no jsonpatch"),
        ("", "cfn-lint failed: it printed no report"),
        ("Encod\xe9\n", "cfn-lint failed: Encod\ufffd"),
    ],
)
def test_failure_is_not_known_and_never_green(said: str, told: str, tmp_path: Path) -> None:
    command = printing(tmp_path, said, to="stderr")
    (problem,) = cfn_lint_problems(TEMPLATE, command)
    assert (problem.what, problem.is_unknown) == (told, True)


def test_command_that_is_gone_is_not_known(tmp_path: Path) -> None:
    (problem,) = cfn_lint_problems(TEMPLATE, (str(tmp_path / "cfn-lint"),))
    assert problem.what == "cfn-lint cannot be run: No such file or directory"
    assert problem.is_unknown


def test_check_asks_the_cfn_lint_on_the_path(tmp_path: Path) -> None:
    printing(tmp_path, REPLY)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    result = Shell(tmp_path, {"PATH": path}).run(f"trueup check --template {TEMPLATE} --json")
    document = json.loads(result.out)
    assert "cfn-lint:E3003" in {one["code"] for one in document["problems"]}
    assert document["notes"] == []
