"""mypy --strict and pyright agree with what `public_api.py` and `wrong_uses.py` say."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.pages import blocks_of

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
Checker = Callable[[Path, Path], set[int]]


def mypy_errors(source: Path, scratch: Path) -> set[int]:
    """The lines that mypy --strict complains about."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary"]
    command += ["--config-file", str(ROOT / "pyproject.toml"), str(source)]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    found = re.findall(rf"^(?:.*/)?{source.name}:(\d+): error", output, re.MULTILINE)
    assert found or not output.strip(), output
    return set(map(int, found))


def pyright_errors(source: Path, scratch: Path) -> set[int]:
    """The lines that pyright complains about, warnings included."""
    copy = scratch / f"copy_of_{source.name}"  # pyright reads only what is below its settings
    shutil.copy(source, copy)
    settings = {
        "include": [copy.name],
        "extraPaths": [str(ROOT / "src"), str(ROOT)],
        "typeCheckingMode": "standard",
        "pythonVersion": "3.11",
    }
    project = scratch / "pyrightconfig.json"
    project.write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--project", str(project)]
    command += ["--pythonpath", sys.executable]
    output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    report = json.loads(output)
    assert report["summary"]["filesAnalyzed"] == 1, output
    return {found["range"]["start"]["line"] + 1 for found in report["generalDiagnostics"]}


CHECKERS: list[Checker] = [mypy_errors, pyright_errors]


def lines_marked(source: Path) -> set[int]:
    """The lines that end in `# E`."""
    lines = source.read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if line.endswith("# E")}


@pytest.mark.parametrize("checker", CHECKERS)
def test_wrong_uses_are_errors_and_nothing_else_is(checker: Checker, tmp_path: Path) -> None:
    source = HERE / "wrong_uses.py"
    assert checker(source, tmp_path) == lines_marked(source)


@pytest.mark.parametrize("checker", CHECKERS)
def test_the_public_api_has_the_types_it_says(checker: Checker, tmp_path: Path) -> None:
    source = HERE / "public_api.py"
    assert "type: ignore" not in source.read_text(encoding="utf-8")
    assert checker(source, tmp_path) == set()


@pytest.mark.parametrize("checker", CHECKERS)
def test_the_readme_has_no_type_error(checker: Checker, tmp_path: Path) -> None:
    page = ROOT / "README.md"
    source = tmp_path / "readme_blocks.py"
    blocks = [block.code for block in blocks_of(page) if block.is_run]
    source.write_text("\n".join(blocks), encoding="utf-8")
    assert checker(source, tmp_path) == set()
