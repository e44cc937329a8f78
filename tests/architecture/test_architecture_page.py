"""ARCHITECTURE.md names every module, and nothing that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, is_generated, python_files

PACKAGE = Path("src/trueup")
# `a/b.py`, `a/b.py::name`, `a/`, `engines/<target>/limits.py`
NAMED = re.compile(r"`((?:[\w.<>*-]+/)*(?:[\w<>*]+\.py)?)(?:::\w+)?`")


def named_in(line: str) -> list[str]:
    """The files and folders that a line names."""
    return [name for name in NAMED.findall(line) if name]


def unnamed_modules(root: Path, page: str) -> list[str]:
    """The modules that no line names, by their path or beside the folder that holds them."""
    named: set[str] = set()
    for line in page.splitlines():
        names = named_in(line)
        folders = ["", *(name for name in names if name.endswith("/"))]
        named |= {folder + name for folder in folders for name in names if name.endswith(".py")}
    patterns = [name for name in named if "*" in name]
    return [
        module
        for module in _modules(root)
        if module not in named and not any(Path(module).match(pattern) for pattern in patterns)
    ]


def _modules(root: Path) -> Iterator[str]:
    for path in python_files(root, PACKAGE.as_posix()):
        if path.name != "__init__.py" and not is_generated(path):
            yield path.relative_to(root / PACKAGE).as_posix()


def names_of_nothing(root: Path, page: str) -> list[str]:
    """What a line names that is neither there nor below what else the line names."""
    return [
        f"{number}: {name}"
        for number, line in enumerate(page.splitlines(), start=1)
        for name in named_in(line)
        if not _exists(root, name, named_in(line))
    ]


def _exists(root: Path, name: str, beside: list[str]) -> bool:
    pattern = re.sub(r"<\w+>", "*", name)
    roots = [root, root / PACKAGE]
    if any(any(place.glob(pattern)) for place in roots):
        return True
    folders = {one if one.endswith("/") else one.rpartition("/")[0] for one in beside} - {"", name}
    return any(
        any((place / folder).rglob(pattern)) for place in roots for folder in folders if folder
    )


def read_page() -> str:
    return (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_every_module_is_named() -> None:
    assert unnamed_modules(ROOT, read_page()) == []


def test_everything_named_is_there() -> None:
    assert names_of_nothing(ROOT, read_page()) == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("errors.py", "model/base.py", "model/__init__.py", "model/keys/parts.py"):
        path = tmp_path / PACKAGE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('"""It."""\n', encoding="utf-8")
    generated = tmp_path / PACKAGE / "model" / "_sync.py"
    generated.write_text("# Generated from _async.py\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("page", "unnamed"),
    [
        ("`errors.py`, `model/base.py::Model`, `model/keys/parts.py`", []),
        ("`errors.py`\n`model/`: `base.py`\n`model/keys/`: `parts.py`", []),
        ("`errors.py`\n`model/`: `base.py`, `parts.py`", ["model/keys/parts.py"]),
        ("`errors.py`\n`model/` `base.py` `keys/*.py`", []),
        ("`model/`\n`base.py`", ["errors.py", "model/base.py", "model/keys/parts.py"]),
    ],
)
def test_unnamed_module_is_found(project: Path, page: str, unnamed: list[str]) -> None:
    assert unnamed_modules(project, page) == unnamed


@pytest.mark.parametrize(
    ("page", "missing"),
    [
        ("`errors.py`, `model/base.py`, `src/trueup/model/`, `model/<name>/parts.py`", []),
        ("`model/base.py` and `parts.py`", []),
        ("`model/`: `gone.py`", ["1: gone.py"]),
        ("text\n`model/gone.py`", ["2: model/gone.py"]),
        ("`schema/`", ["1: schema/"]),
        ("`base.py`", ["1: base.py"]),
    ],
)
def test_name_of_nothing_is_found(project: Path, page: str, missing: list[str]) -> None:
    assert names_of_nothing(project, page) == missing
