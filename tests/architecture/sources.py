"""The files of the project, and what its modules import."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GENERATED = "# Generated"


@dataclass(frozen=True, slots=True)
class Import:
    """`module` names what is imported, as far as it can be known to be a module."""

    importer: str
    module: str
    line: int


def python_files(root: Path, *folders: str) -> list[Path]:
    """Every module below the named folders of `root`, sorted."""
    return sorted(path for folder in folders for path in (root / folder).rglob("*.py"))


@cache
def project_files() -> tuple[Path, ...]:
    """Every text file of the project: what git tracks or would track."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    paths = (ROOT / name for name in sorted(set(names.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:4096])


def is_generated(path: Path) -> bool:
    """Whether line 1 says that a tool wrote this module."""
    with path.open(encoding="utf-8") as file:
        return file.readline().startswith(GENERATED)


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of a module, read once: most tests of this folder look at each."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def module_name(path: Path, root: Path) -> str:
    """`src/trueup/model/base.py` is `trueup.model.base`; a package is named by its folder."""
    parts = list(path.relative_to(root).with_suffix("").parts)
    if parts[0] == "src":
        del parts[0]
    if parts[-1] == "__init__":
        del parts[-1]
    return ".".join(parts)


def find_imports(path: Path, root: Path) -> Iterator[Import]:
    """Every import of a module, those in functions and under `TYPE_CHECKING` included.

    `from a import b` gives `a.b` where that is a module below `root`, else `a`.
    """
    importer = module_name(path, root)
    package = importer if path.name == "__init__.py" else importer.rpartition(".")[0]
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(importer, alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield Import(importer, inner if _is_module(inner, root) else base, node.lineno)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if node.level == 0:
        return node.module or ""
    parts = package.split(".")
    parts = parts[: len(parts) - node.level + 1]
    return ".".join([*parts, node.module] if node.module else parts)


def _is_module(name: str, root: Path) -> bool:
    path = Path(*name.split("."))
    return any(
        (base / path).is_dir() or (base / path).with_suffix(".py").is_file()
        for base in (root / "src", root)
    )
