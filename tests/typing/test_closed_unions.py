"""A condition, change, action or sort operator that a `match` forgets is an error of mypy."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# One more member of each union, in a copy of the package.
ADDED = {
    "expressions/condition.py": (" | Intersects\n", " | Intersects | Size\n"),
    "expressions/update.py": ("= Assign | ", "= PathChange | Assign | "),
    "expressions/key_condition.py": ('GE = ">="', 'GE = ">="\n    NE = "<>"'),
    "operations/actions.py": ("    | Write\n", "    | Write\n    | Check\n"),
    "engines/postgres/payload.py": ("| TakeRows\n", "| TakeRows | Statement\n"),
    "engines/postgres/relational/triggers.py": ("_Trigger = ", "_Trigger = Naming | "),
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("copy") / "trueup"
    shutil.copytree(ROOT / "src" / "trueup", copied, ignore=shutil.ignore_patterns("__pycache__"))
    for name, (members, more) in ADDED.items():
        text = (copied / name).read_text(encoding="utf-8")
        assert text.count(members) == 1, name
        (copied / name).write_text(text.replace(members, more), encoding="utf-8")
    return copied


def unhandled_lines(package: Path) -> Iterator[str]:
    """The ends of `match` statements over closed unions."""
    for path in package.rglob("*.py"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.lstrip().startswith("raise unhandled("):
                yield f"{path.relative_to(package)}:{number}"


def test_every_match_over_a_union_is_refused_while_it_misses_a_member(package: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "pyproject.toml"]
    command += ["--cache-dir", str(package.parent / "cache"), str(package)]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    expected = r'trueup/(\S+:\d+): error: Argument 1 to "unhandled" .* expected "Never"'
    refused = {found.removeprefix("trueup/") for found in re.findall(expected, output)}
    assert refused == set(unhandled_lines(package)), output
    assert len(refused) >= 10
