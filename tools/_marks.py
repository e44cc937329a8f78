"""Which ids the marks of the tests name, read from the source of the tests without importing it.

`@pytest.mark.req("N79")` names a requirement, `@pytest.mark.fault("F4")` a fault.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

SHIPPED_SUITE = Path("src/trueup/testing/suite")
"""The contract tests, which `tests/contract` runs on our engines."""

TestFunction = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Claim:
    """The test `node_id` claims the `ids`: requirements that it proves, or faults it keeps away.

    A parametrised test has a claim for each of its cases that carries marks of its own.
    """

    node_id: str
    ids: tuple[str, ...]


def find_test_files(root: Path) -> list[Path]:
    """The test modules under `tests/`, `systems/` and in the shipped suite, sorted."""
    folders = [root / "tests", root / SHIPPED_SUITE, root / "systems"]
    return sorted(path for folder in folders for path in folder.rglob("test_*.py"))


def find_claims(path: Path, root: Path, mark: str) -> list[Claim]:
    """The claims that one module makes by the marks of a name, in the order of its tests.

    Marks count on functions, on classes, on the module (`pytestmark`), on `pytest.param(...)`
    in a decorator or in a module-level list that a decorator names.

    Raises:
        ValueError: An id is not a literal string.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    reader = _Reader(path.relative_to(root).as_posix(), mark, _module_values(tree))
    return list(reader.claims(tree, reader.name, ()))


@dataclass(frozen=True, slots=True)
class _Reader:
    name: str
    mark: str
    values: dict[str, ast.expr]

    def claims(
        self, scope: ast.Module | ast.ClassDef, node_id: str, inherited: tuple[str, ...]
    ) -> Iterator[Claim]:
        """Claims below `scope`; marks of a scope without a test of its own belong to the scope.

        That is a class or module that inherits or imports its tests, from a contract suite say.
        """
        ids = inherited + self._scope_ids(scope)
        has_tests = False
        for node in scope.body:
            if isinstance(node, TestFunction) and node.name.startswith("test"):
                has_tests = True
                yield from self._function_claims(node, f"{node_id}::{node.name}", ids)
            elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
                has_tests = True
                yield from self.claims(node, f"{node_id}::{node.name}", ids)
        if ids and not has_tests:
            yield Claim(node_id, ids)

    def _scope_ids(self, scope: ast.Module | ast.ClassDef) -> tuple[str, ...]:
        found: list[ast.expr] = []
        if isinstance(scope, ast.ClassDef):
            found += scope.decorator_list
        for node in scope.body:
            if isinstance(node, ast.Assign) and _is_named(node.targets[0], "pytestmark"):
                found.append(node.value)
        return tuple(id for node in found for id in self._marked_ids(node))

    def _function_claims(
        self, node: TestFunction, node_id: str, inherited: tuple[str, ...]
    ) -> Iterator[Claim]:
        shared = list(inherited)
        cases: list[tuple[str, ...]] = []
        for decorator in node.decorator_list:
            shared += self._marked_ids(decorator)
            cases += [tuple(self._marked_ids(case)) for case in self._cases(decorator)]
        claimed = [Claim(node_id, (*shared, *ids)) for ids in cases if ids]
        if claimed or shared:
            yield from claimed or [Claim(node_id, tuple(shared))]

    def _cases(self, decorator: ast.expr) -> Iterator[ast.Call]:
        """Every `pytest.param(...)` in `decorator` and in the lists that it names."""
        for node in ast.walk(decorator):
            if isinstance(node, ast.Name) and node.id in self.values:
                yield from filter(_is_param, ast.walk(self.values[node.id]))
            elif _is_param(node):
                yield node

    def _marked_ids(self, root: ast.AST) -> list[str]:
        """The ids of the marks in `root`, those inside a nested case left out."""
        if isinstance(root, ast.Call) and _is_mark(root.func, self.mark):
            return [self._literal(argument) for argument in root.args]
        return [
            id
            for child in ast.iter_child_nodes(root)
            if not _is_param(child)
            for id in self._marked_ids(child)
        ]

    def _literal(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise ValueError(f"{self.name}:{node.lineno}: `{self.mark}` takes literal ids")


def _module_values(tree: ast.Module) -> dict[str, ast.expr]:
    """What each name that the module assigns once stands for."""
    values: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            values[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            values[node.target.id] = node.value
    return values


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_mark(node: ast.expr, name: str) -> bool:
    """`pytest.mark.req` or `mark.req`, of the name `req`."""
    if not isinstance(node, ast.Attribute) or node.attr != name:
        return False
    owner = node.value
    return _is_named(owner, "mark") or (isinstance(owner, ast.Attribute) and owner.attr == "mark")


def _is_param(node: ast.AST) -> TypeGuard[ast.Call]:
    if not isinstance(node, ast.Call):
        return False
    func = node.func
    return _is_named(func, "param") or (isinstance(func, ast.Attribute) and func.attr == "param")
