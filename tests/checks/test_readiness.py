"""The ticks before a deployment that look at code, results and permissions, one by one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from trueup import Function, Layer, Model, Table
from trueup.checks.readiness.ticks import Release, ticks
from trueup.engines.checks import Finding
from trueup.infra import stack_of
from trueup.infra.values import Resource, Stack

HANDLER = """import logging

_log = logging.getLogger(__name__)


def run(event, context):
    try:
        _log.info("begun")
    except Exception:
        _log.exception("failed")
        raise
"""
RESULTS = "<testsuite><testcase name='a'/>{}</testsuite>"


class Note(Model):
    id: str


notes = Table("Notes", Note, partition="id")
Project = Callable[..., dict[str, Finding]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """What the ticks say of a project whose handler has this source."""
    monkeypatch.syspath_prepend(str(tmp_path))
    package = f"app_{tmp_path.name.replace('-', '_')}"

    def look(source: str = HANDLER, results: str = "", **options: Any) -> dict[str, Finding]:
        folder = tmp_path / package
        folder.mkdir()
        (folder / "__init__.py").write_text("", encoding="utf-8")
        (folder / "handlers.py").write_text(source, encoding="utf-8")
        (tmp_path / "results.xml").write_text(RESULTS.format(results), encoding="utf-8")
        (tmp_path / "requirements.txt").write_text(options.pop("pins", ""), encoding="utf-8")
        function = Function("work", handler=f"{package}.handlers:run", **options.pop("uses", {}))
        layer = Layer("desk", target="dynamodb", tables=[notes], functions=[function])
        change = options.pop("change", lambda stack: stack)

        def stack() -> Stack:
            made: Stack = change(stack_of(layer, {"Notes": "Notes"}))
            return made

        release = Release(layer, tmp_path, stack, [tmp_path / "results.xml"], True)
        try:
            return {one.check: one for one in ticks(release)}
        finally:
            for name in [one for one in sys.modules if one.startswith(package)]:
                del sys.modules[name]

    return look


def widened(stack: Stack) -> Stack:
    """A role that may do all with one table."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": ["dynamodb:*"], "Resource": "arn"}
    policies: Any = [{"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}]
    role = Resource("Wide", "AWS::IAM::Role", {"Policies": policies})
    return replace(stack, resources=(*stack.resources, role))


def test_function_that_is_in_order_is_green(project: Project) -> None:
    found = project()
    green = {name for name, one in found.items() if one.verdict == "good"}
    assert green == {"code", "tests", "errors", "logging", "idempotency", "security"}
    assert found["SQL documented"].verdict == "not needed"


@pytest.mark.parametrize(
    ("given", "check", "said"),
    [
        ({"source": "import nothing_that_is_there"}, "code", "ModuleNotFoundError"),
        ({"source": "run = 1"}, "code", "it cannot be called"),
        ({"source": HANDLER.replace("        raise\n", "")}, "errors", "handlers.py:9"),
        (
            {
                "source": HANDLER.replace("Exception:", "(ValueError, BaseException):").replace(
                    "        raise\n", ""
                )
            },
            "errors",
            "handlers.py:9",
        ),
        ({"source": "def run(event, context): ..."}, "logging", "no file has a logger"),
        (
            {"source": HANDLER + 'KEY = "AKIA" "x"\nOTHER = "AKIAABCDEFGHIJKLMNOP"\n'},
            "security",
            "handlers.py:13",
        ),
        ({"change": widened}, "security", "Wide dynamodb:*"),
        ({"results": "<testcase name='b'><failure/></testcase>"}, "tests", "1 of 2"),
        ({"results": "<testcase name='b'><skipped/></testcase>"}, "tests", "1 of 2"),
        ({"pins": "pydantic==1.0\n"}, "dependencies", "tested with other versions: pydantic"),
        ({"pins": "# nothing\n"}, "dependencies", "not at an exact version: any"),
        ({"uses": {"writes": [notes.update]}}, "idempotency", "work: update"),
        ({"uses": {"environment": {"LEVEL": "debug"}}}, "variables", "no page names LEVEL"),
    ],
)
def test_what_is_not_in_order_is_red(
    project: Project, given: dict[str, Any], check: str, said: str
) -> None:
    found = project(**given)[check]
    assert (found.verdict, bool(found.fix)) == ("bad", True)
    assert said in found.found


def test_code_that_cannot_be_loaded_leaves_what_is_in_it_unknown(project: Project) -> None:
    found = project(source="import nothing_that_is_there")
    assert [found[one].verdict for one in ("errors", "logging")] == ["unknown"] * 2
