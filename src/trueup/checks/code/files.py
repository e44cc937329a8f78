"""The files that an audit reads: code and templates below a folder, without what others made."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

from ..._dataclass import dataclass
from ...lifecycle.files import read_regular
from .reading.modules import Module, is_about_dynamodb, parts_of
from .typescript.parser import parse_typescript
from .typescript.tokens import NotTypeScript

LEFT_OUT = frozenset(
    {
        "node_modules",
        "site-packages",
        "cdk.out",
        "__pycache__",
        "build",
        "dist",
        "venv",
        "env",
    }
)
"""Folders that tools make; those whose names begin with a dot are left out as well."""
LARGEST_BYTES = 2 * 1024 * 1024
ENDINGS = {".py": "python", ".ts": "typescript", ".mts": "typescript", ".cts": "typescript"}
TEMPLATES = (".yaml", ".yml", ".json", ".template")


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read, and why."""

    file: str
    reason: str
    line: int = 0


def files_below(root: Path) -> Iterator[Path]:
    """The files below a folder in a stable order, or the file itself.

    Links to folders are not followed, so that a loop of links ends; nor are virtual environments.
    """
    if root.is_file():
        yield root
        return
    for folder, folders, names in os.walk(root, followlinks=False):
        here = Path(folder)
        folders[:] = sorted(one for one in folders if _is_ours(here / one))
        yield from (here / name for name in sorted(names) if not name.endswith(".d.ts"))


def _is_ours(folder: Path) -> bool:
    hidden = folder.name.startswith(".") or folder.name in LEFT_OUT
    return not hidden and not os.path.exists(folder / "pyvenv.cfg")


def read_text(path: Path, shown: str) -> str | Unread:
    """The text of a file, or why it could not be read."""
    try:
        content = read_regular(path, LARGEST_BYTES)
    except OSError as error:
        return Unread(shown, f"{error.strerror or error}")
    if b"\0" in content:
        return Unread(shown, "it contains a NUL", content[: content.index(b"\0")].count(b"\n") + 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Unread(shown, "it is not encoded in UTF-8", line)


def parsed(text: str, shown: str, language: str) -> Module | Unread:
    """A file of Python or TypeScript as a tree."""
    parts, is_package = parts_of(shown)
    about = is_about_dynamodb(text)
    try:
        if language == "python":
            return Module(shown, parts, ast.parse(text), is_package, is_about_dynamodb=about)
        tree = parse_typescript(text)
        return Module(shown, parts, tree, is_package, language, is_about_dynamodb=about)
    except SyntaxError as error:
        return Unread(shown, f"it is no Python: {error.msg}", error.lineno or 0)
    except NotTypeScript as error:
        if not about:  # what is not about tables may be anything
            return Module(shown, parts, ast.Module([], []), is_package, language, about)
        return Unread(shown, f"it is no TypeScript that is read: {error}", error.line)
    except (RecursionError, MemoryError):
        return Unread(shown, "it is nested too deeply")
    except ValueError as error:
        return Unread(shown, f"it is no Python: {error}")
