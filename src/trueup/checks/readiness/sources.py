"""The source of functions: what their handlers' packages do with errors, logs and credentials."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

_CAUGHT = {"Exception", "BaseException"}
_LOGGERS = {"getLogger", "Logger"}
_CREDENTIAL = re.compile(
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY|://[^/\s:@\"']+:[^/\s@\"'{$<]+@"
)
"""Keys of AWS, private keys, and URLs with a password."""


def handler_of(handler: str) -> object:
    """What `app.handlers:enrich` names. Raises whatever its import raises, and AttributeError."""
    module, _, name = handler.partition(":")
    return getattr(import_module(module), name)


def files_of(handlers: Iterable[str]) -> list[Path]:
    """The Python files of the packages that the handlers are in, below their folders."""
    folders = {Path(str(import_module(one.partition(":")[0]).__file__)).parent for one in handlers}
    return sorted({path for folder in folders for path in folder.rglob("*.py")})


def swallowed(paths: Iterable[Path]) -> Iterator[str]:
    """Each `except` that takes every exception and raises none: file and line."""
    for path in paths:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ExceptHandler) and _keeps_all(node):
                yield f"{path.name}:{node.lineno}"


def loggers(paths: Iterable[Path]) -> Iterator[str]:
    """The files that have a logger."""
    for path in paths:
        calls = (node.func for node in ast.walk(_tree(path)) if isinstance(node, ast.Call))
        if any(_name(one) in _LOGGERS for one in calls):
            yield path.name


def credentials(paths: Iterable[Path]) -> Iterator[str]:
    """Each line that holds something that only a credential is like: file and line, no more."""
    for path in paths:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines, start=1):
            if _CREDENTIAL.search(line):
                yield f"{path.name}:{number}"


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _keeps_all(node: ast.ExceptHandler) -> bool:
    raises = any(isinstance(one, ast.Raise) for one in ast.walk(node))
    return _takes_all(node.type) and not raises


def _takes_all(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(map(_takes_all, caught.elts))
    return caught is None or _name(caught) in _CAUGHT


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
