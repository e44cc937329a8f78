"""What holds for every command: help, wrong usage, wrong configuration, Ctrl-C."""

from __future__ import annotations

from importlib import import_module
from inspect import signature

import pytest

from tests.cli.cases_doctor import VERSIONS
from tests.cli.harness import Case, Write, golden_of, transcript_of
from trueup.cli.commands import COMMANDS
from trueup.cli.options import Common

STAGES = """
[tool.trueup]
layer = "no_such_module:layer"

[tool.trueup.stages.dev]
url = "sqlite:///dev.db"

[tool.trueup.stages.prod]
url = "dynamodb://local"
protect = true
"""
INTERRUPT = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"
ARGUMENTS = {"query": " Notes", "generate": " docs", "migrate": " status"}
"""What a command needs, where it needs anything."""
HIDES = {"doctor": VERSIONS}
"""What differs from machine to machine."""


def takes_a_stage(name: str) -> bool:
    """Whether a command has the options that choose a stage."""
    found = signature(import_module(f"trueup.cli.{name}").run, eval_str=True).parameters.values()
    return any(parameter.annotation is Common for parameter in found)


def common_cases() -> dict[str, list[Case]]:
    """The cases of all commands, by the names of their golden files."""
    tree = Case(
        "trueup",
        "trueup --help",
        "trueup --version",
        "trueup",
        "trueup int",
        "trueup no-such-command --json",
        "trueup --no-such-option",
    )
    return {"trueup": [tree]} | {f"common_{one.name}": _cases(one.name) for one in COMMANDS}


def _cases(name: str) -> list[Case]:
    line = f"trueup {name}{ARGUMENTS.get(name, '')}"
    usage = Case("usage", f"trueup {name} --help", f"{line} --no-such-option")
    if not takes_a_stage(name):
        return [usage]
    hides = HIDES.get(name, ())
    return [
        usage,
        Case("no configuration", line, f"{line} --json", hides=hides),
        Case(
            "wrong configuration",
            Write("pyproject.toml", STAGES),
            f"{line} --stage dve",
            f"{line} --stage dev --layer tables",
            f"{line} --stage prod",
            hides=hides,
        ),
        Case(
            "interrupted while the layer is loaded",
            Write("tables.py", INTERRUPT),
            f"{line} --url sqlite:// --layer tables:layer",
            hides=hides,
        ),
    ]


CASES = [(golden, case) for golden, cases in common_cases().items() for case in cases]


@pytest.mark.parametrize(("golden", "case"), CASES, ids=[f"{g}: {c.name}" for g, c in CASES])
def test_command_says_what_the_golden_transcript_says(golden: str, case: Case) -> None:
    assert transcript_of(case) == golden_of(golden)[case.name]


@pytest.mark.parametrize("golden", common_cases())
def test_golden_file_has_the_cases_and_no_others(golden: str) -> None:
    assert list(golden_of(golden)) == [case.name for case in common_cases()[golden]]
