"""A package says in `__all__` what it offers, and offers nothing else (style rule 3)."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import trueup
from tests.architecture.sources import ROOT, module_name, parse
from trueup import _lazy

PACKAGES = sorted((ROOT / "src" / "trueup").rglob("__init__.py"))
# Names that an `__init__.py` needs for itself and does not offer.
TOOLS = {"annotations", "TYPE_CHECKING", "Any"}
HOOKS = {"__getattr__", "__dir__"}


def find_problems(tree: ast.Module) -> list[str]:
    """What an `__init__.py` does beside re-exporting the names in its `__all__`."""
    problems = [f"line {line}: more than imports, __all__, __getattr__" for line in _others(tree)]
    offered = _public_names(tree)
    imported = [name for name in _imported_names(tree) if name not in TOOLS]
    imported = [name for name in imported if not name.startswith("_") or name == "__version__"]
    if offered is None:
        return [*problems, "no __all__"] if imported else problems
    problems += [f"{name} stands twice in __all__" for name in offered if offered.count(name) > 1]
    problems += [f"{name} is imported, not in __all__" for name in sorted({*imported} - {*offered})]
    problems += [f"{name} is in __all__, not imported" for name in sorted({*offered} - {*imported})]
    return problems


def _others(tree: ast.Module) -> Iterator[int]:
    for number, node in enumerate(tree.body):
        docstring = number == 0 and ast.get_docstring(tree) is not None
        if not (docstring or _is_import(node) or _is_all(node) or _is_hook(node)):
            yield node.lineno


def _is_import(node: ast.stmt) -> bool:
    if isinstance(node, ast.If):
        typing_only = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return typing_only and not node.orelse and all(map(_is_import, node.body))
    return isinstance(node, ast.Import | ast.ImportFrom)


def _is_hook(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name in HOOKS


def _is_all(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Assign):
        return False
    return isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"


def _public_names(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if _is_all(node) and isinstance(node, ast.Assign):
            return list(ast.literal_eval(node.value))
    return None


def _imported_names(tree: ast.Module) -> Iterator[str]:
    """The names that imports bind at module level, those under `TYPE_CHECKING` included."""
    for node in filter(_is_import, tree.body):
        for inner in ast.walk(node):
            if isinstance(inner, ast.alias):
                yield inner.asname or inner.name.partition(".")[0]


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: module_name(path, ROOT))
def test_package_offers_what_it_lists(path: Path) -> None:
    assert find_problems(parse(path)) == []


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: module_name(path, ROOT))
def test_listed_names_exist(path: Path) -> None:
    package = importlib.import_module(module_name(path, ROOT))
    missing = [name for name in getattr(package, "__all__", ()) if not hasattr(package, name)]
    assert missing == []


# That `__all__` is sorted is checked, and repaired, by ruff's rule RUF022.
@pytest.mark.parametrize(
    ("source", "problems"),
    [
        ('"""Doc."""', []),
        ('"""Doc."""\nfrom .a import B\n__all__ = ["B"]', []),
        ('if TYPE_CHECKING:\n  from .a import B\n__all__ = ["B"]\ndef __getattr__(n): ...', []),
        ("from .a import B", ["no __all__"]),
        ('from .a import B, C\n__all__ = ["B"]', ["C is imported, not in __all__"]),
        ('from .a import B\n__all__ = ["B", "C"]', ["C is in __all__, not imported"]),
        ("x = 1", ["line 1: more than imports, __all__, __getattr__"]),
        ("def f(): ...", ["line 1: more than imports, __all__, __getattr__"]),
    ],
)
def test_wrong_package_is_found(source: str, problems: list[str]) -> None:
    assert find_problems(ast.parse(source)) == problems


@pytest.mark.parametrize("name", trueup.__all__)
def test_one_package_offers_a_public_name(name: str) -> None:
    packages = [importlib.import_module(f"trueup.{package}") for package in _lazy._PACKAGES]
    assert sum(hasattr(package, name) for package in packages) <= 1
