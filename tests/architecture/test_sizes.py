"""Folders, modules and functions stay small enough to hold in the head (style rule 12)."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT, is_generated, parse, python_files

MOST_MODULES_OF_A_FOLDER = 20
MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 50
# Path -> why this folder is better whole. An entry that is not needed any more is an error.
FULL_FOLDERS: dict[str, str] = {
    "src/trueup/cli": "a module for each command, found by its name",
    "src/trueup/testing/suite/behaviours": "a module for each behaviour, found by its name",
}
# Path -> why this module is better whole. An entry that is not needed any more is an error.
LONG_MODULES: dict[str, str] = {
    "src/trueup/errors.py": "the whole tree of errors is drawn, coded and defined in one place",
}
# `path::function` -> why this function is better whole.
LONG_FUNCTIONS: dict[str, str] = {}


def written_modules(root: Path) -> list[Path]:
    """The modules of package and systems that people wrote."""
    return [path for path in python_files(root, "src", "systems") if not is_generated(path)]


def find_full_folders(root: Path) -> dict[str, int]:
    """Path and number of modules of each folder above the limit, without those of folders in it."""
    modules = (path for path in written_modules(root) if path.name != "__init__.py")
    counts = Counter(path.parent.relative_to(root).as_posix() for path in modules)
    return {name: count for name, count in counts.items() if count > MOST_MODULES_OF_A_FOLDER}


def find_long_modules(root: Path) -> dict[str, int]:
    """Path and lines of each module above the limit."""
    lengths = {
        path.relative_to(root).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in written_modules(root)
    }
    return {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_MODULE}


def find_long_functions(root: Path) -> dict[str, int]:
    """`path::function` and lines of each function above the limit."""
    return {
        f"{path.relative_to(root).as_posix()}::{name}": length
        for path in written_modules(root)
        for name, length in _function_lengths(parse(path))
        if length > MOST_LINES_OF_A_FUNCTION
    }


def _function_lengths(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Lines from `def` to the end; the docstring is not counted, so that none is cut for space."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, _line_count(node) - _docstring_lines(node)


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return 0 if ast.get_docstring(node) is None else _line_count(node.body[0])


def _line_count(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_folders_have_at_most_20_modules() -> None:
    assert {n: c for n, c in find_full_folders(ROOT).items() if n not in FULL_FOLDERS} == {}


def test_modules_are_at_most_400_lines() -> None:
    assert {n: c for n, c in find_long_modules(ROOT).items() if n not in LONG_MODULES} == {}


def test_functions_are_at_most_50_lines() -> None:
    assert {n: c for n, c in find_long_functions(ROOT).items() if n not in LONG_FUNCTIONS} == {}


def test_exceptions_are_needed() -> None:
    assert set(FULL_FOLDERS) - set(find_full_folders(ROOT)) == set()
    assert set(LONG_MODULES) - set(find_long_modules(ROOT)) == set()
    assert set(LONG_FUNCTIONS) - set(find_long_functions(ROOT)) == set()


def write_module(tmp_path: Path, source: str) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text(source, encoding="utf-8")


def test_full_folder_is_found(tmp_path: Path) -> None:
    for name in ["__init__", "_sync", *(f"m{n}" for n in range(21)), "below/a"]:
        path = tmp_path / "src" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# Generated from _async.py\n" if name == "_sync" else "x = 1\n")
    assert find_full_folders(tmp_path) == {"src": 21}
    (tmp_path / "src" / "m0.py").unlink()
    assert find_full_folders(tmp_path) == {}


def test_long_module_is_found(tmp_path: Path) -> None:
    write_module(tmp_path, "x = 1\n" * 401)
    assert find_long_modules(tmp_path) == {"src/a.py": 401}


def test_long_function_is_found(tmp_path: Path) -> None:
    write_module(tmp_path, 'def f():\n    """Long."""\n' + "    x = 1\n" * 50)
    assert find_long_functions(tmp_path) == {"src/a.py::f": 51}


def test_generated_module_is_exempt(tmp_path: Path) -> None:
    write_module(tmp_path, "# Generated from _async.py\n" + "x = 1\n" * 401)
    assert find_long_modules(tmp_path) == {}
