"""The source of Python steps, as it is read: which functions it has, and what it imports.

The hash of a migration covers its own file and no other. A step that imported the project would
change with it, after it was proved.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..sections import invalid

_HANDLE = frozenset({"trueup"})
"""What may be imported besides the standard library: for the types of annotations."""


def check_source(path: Path, source: str, sql: Path, functions: Sequence[str]) -> None:
    """Refuse a file that does not fit what the SQL beside it calls. source: empty for no file.

    Raises DeclarationError (migration-invalid).
    """
    if functions and not source:
        raise invalid(sql, 0, f"there is no {path.name} with {functions[0]}", "write it beside it")
    if source and not functions:
        raise invalid(
            path, 0, f"{sql.name} calls none of it", "write -- trueup: python FUNCTION there"
        )
    if not source:
        return
    tree = _parsed(path, source)
    known = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
    for name in functions:
        if name not in known:
            raise invalid(path, 0, f"it has no function {name}", f"write def {name}(step): …")
    for line, module in _imports(tree):
        if module.partition(".")[0] not in sys.stdlib_module_names | _HANDLE:
            raise invalid(
                path,
                line,
                f"it imports {module or 'from its own folder'}, which may change after the proof",
                "copy what it needs: a step has the standard library, and what stands in its file",
            )


def load(path: Path, source: str, name: str) -> Callable[..., Any]:
    """The function of a source."""
    module: dict[str, Any] = {"__name__": f"trueup_migration_{path.stem}"}
    # The file is the project's own, as its SQL is; its hash is that of the proof.
    exec(compile(source, str(path), "exec"), module)
    found: Callable[..., Any] = module[name]
    return found


def _parsed(path: Path, source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise invalid(path, error.lineno or 0, "it is no Python", "correct it") from error


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, one.name) for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "" if node.level else str(node.module)
