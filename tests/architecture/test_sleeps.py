"""Tests do not sleep (style rule 51): a pause is too short on one machine, too long on the next."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, parse, python_files

CLOCKS = {"asyncio", "time"}
_INTERRUPTS = "random pauses before an interrupt"
_CANCELS = "random pauses before a cancellation"
_KILLS = "random pauses before a process is killed"
_SERVER = "a server that is slow, on purpose"
# Who may sleep, and why. An entry that is not needed any more is an error.
SLEEPERS = {
    "tests/concurrency/test_cancellation.py": _CANCELS,
    "tests/concurrency/test_interrupts.py": _INTERRUPTS,
    "tests/durability/test_acknowledged.py": _KILLS,
    "tests/durability/test_power_loss.py": _KILLS,
    "tests/faults_postgres/test_interruptions.py": _CANCELS,
    "tests/waiting.py": "the one poll of what gives no event",
    "tests/wire/calls.py": "lets a loop read what a socket brought",
    "tests/wire/credential_server.py": _SERVER,
    "tests/wire/server.py": _SERVER,
    "tests/wire/sqlite/test_asynchronous.py": _CANCELS,
    "tests/wire/sqlite/test_blocking.py": _INTERRUPTS,
    "tests/wire/test_botocore_wire.py": _SERVER,
    "tests/wire/test_cancellation.py": _CANCELS,
    "tests/wire/test_faults.py": "a socket that was closed elsewhere is heard of in a moment",
    "tests/wire/test_interrupts.py": _INTERRUPTS,
}


def find_sleeps(tree: ast.Module) -> Iterator[int]:
    """The lines that sleep; `asyncio.sleep(0)` only lets other tasks run."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in CLOCKS:
            yield from (node.lineno for alias in node.names if alias.name == "sleep")
        elif isinstance(node, ast.Call) and _is_sleep(node.func) and not _is_zero(node.args[0]):
            yield node.lineno


def _is_sleep(function: ast.expr) -> bool:
    if not isinstance(function, ast.Attribute) or function.attr != "sleep":
        return False
    return isinstance(function.value, ast.Name) and function.value.id in CLOCKS


def _is_zero(pause: ast.expr) -> bool:
    return isinstance(pause, ast.Constant) and pause.value == 0


def sleepers(root: Path) -> set[str]:
    """The test modules that sleep."""
    files = python_files(root, "tests", "systems")
    return {path.relative_to(root).as_posix() for path in files if any(find_sleeps(parse(path)))}


def test_only_these_tests_sleep() -> None:
    assert sleepers(ROOT) == set(SLEEPERS)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("time.sleep(1)", [1]),
        ("await_(asyncio.sleep(pause_s))", [1]),
        ("from time import sleep", [1]),
        ("asyncio.sleep(0)", []),
        ("yield from sleep(60)", []),
    ],
)
def test_sleep_is_found(source: str, lines: list[int]) -> None:
    assert list(find_sleeps(ast.parse(source))) == lines
