"""tests/unit touches nothing: no thread, process, socket or file (style rule 52)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, parse, python_files

MODULES = {
    "_thread",
    "concurrent",
    "multiprocessing",
    "selectors",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
    "threading",
}
FIXTURES = {"capfd", "pytester", "tmp_path", "tmp_path_factory"}
FILE_CALLS = {"open", "read_bytes", "read_text", "write_bytes", "write_text"}


def find_impurities(tree: ast.Module) -> Iterator[str]:
    """What a module uses that a unit test may not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.partition(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in MODULES:
            yield node.module or ""
        elif isinstance(node, ast.arg) and node.arg in FIXTURES:
            yield node.arg
        elif isinstance(node, ast.Call):
            yield from _impure_call(node)


def _impure_call(node: ast.Call) -> Iterator[str]:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name in FILE_CALLS:
        yield name


def impure_tests(root: Path) -> set[str]:
    """`path: what` for all of tests/unit."""
    return {
        f"{path.relative_to(root).as_posix()}: {what}"
        for path in python_files(root, "tests/unit")
        for what in find_impurities(parse(path))
    }


def test_unit_tests_are_pure() -> None:
    assert impure_tests(ROOT) == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import threading", ["threading"]),
        ("import concurrent.futures", ["concurrent.futures"]),
        ("from subprocess import run", ["subprocess"]),
        ("def test_it(tmp_path): ...", ["tmp_path"]),
        ("path.write_text('x')", ["write_text"]),
        ("open('x')", ["open"]),
        ("import asyncio, time", []),
    ],
)
def test_impurity_is_found(source: str, found: list[str]) -> None:
    assert list(find_impurities(ast.parse(source))) == found
