"""Tests use public names: how a thing works may change without them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, parse, python_files

FOLDERS = ("tests", "systems", "src/trueup/testing")
OWN = {"cls", "self"}
BY_NAME = {"delattr", "getattr", "hasattr", "setattr"}
DOCUMENTED = {"_exit", "_getframe"}  # of `os` and `sys`
_THREADS = "of _thread: counts threads that nothing else knows"
# `path: name` -> why no public name does. An entry that is not needed any more is an error.
EXCEPTIONS = {
    "tests/architecture/test_public_names.py: _lazy": "the test is about this module",
    "tests/architecture/test_public_names.py: _PACKAGES": "the test is about its list",
    "tests/concurrency/interrupted_calls.py: _count": _THREADS,
    "tests/concurrency/test_interrupts.py: _count": _THREADS,
    "tests/concurrency/test_turns.py: _wake_next": "an interrupt may come just before it",
    "tests/wire/test_botocore_hooks.py: _make_api_call": "of botocore: what moto and X-Ray wrap",
}


def find_private_access(tree: ast.Module) -> Iterator[str]:
    """Each private name of another's that a module uses."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_private(node.attr) and not _is_own(node.value):
            yield node.attr
        elif isinstance(node, ast.Call):
            yield from _named_access(node)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("trueup"):
            yield from (alias.name for alias in node.names if _is_private(alias.name))


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in DOCUMENTED


def _is_own(owner: ast.expr) -> bool:
    return isinstance(owner, ast.Name) and owner.id in OWN


def _named_access(call: ast.Call) -> Iterator[str]:
    """`getattr(x, "_name")`, or a patch of pytest's."""
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    named = call.args[1] if len(call.args) > 1 else None
    if name not in BY_NAME or not isinstance(named, ast.Constant) or _is_own(call.args[0]):
        return
    if isinstance(named.value, str) and _is_private(named.value):
        yield named.value


def private_access(root: Path) -> set[str]:
    """`path: name` for all tests."""
    return {
        f"{path.relative_to(root).as_posix()}: {name}"
        for path in python_files(root, *FOLDERS)
        for name in find_private_access(parse(path))
    }


def test_tests_use_public_names() -> None:
    assert private_access(ROOT) == set(EXCEPTIONS)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("wire._pool.turns", ["_pool"]),
        ("db._runner.wire = x", ["_runner"]),
        ("patch.setattr(Turns, '_wake_next', x)", ["_wake_next"]),
        ("getattr(wire, '_wire', wire)", ["_wire"]),
        ("from trueup.model.base import _secret", ["_secret"]),
        ("self._server.stop()", []),
        ("x.__dict__", []),
        ("os._exit(0)", []),
        ("from tools._requirements import known_ids", []),
    ],
)
def test_private_access_is_found(source: str, found: list[str]) -> None:
    assert list(find_private_access(ast.parse(source))) == found
