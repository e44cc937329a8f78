"""What `trueup init` writes works: its own tests pass, its types hold, its stage opens."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.sources import ROOT
from tests.cli.forks import SOURCE
from tests.cli.shell import Shell
from trueup import Blocked
from trueup.cli.errors import Interrupted
from trueup.cli.init import Template, read_template, run, write_files
from trueup.configuration import StageOptions, load_stage


@pytest.fixture(params=list(Template))
def skeleton(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    write_files(tmp_path, dict(read_template(request.param)))
    return tmp_path


def run_tool(folder: Path, *command: str) -> str:
    """Run a tool of this Python in a folder, as a new user would; what it says."""
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": SOURCE, "HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environ | {"MYPYPATH": SOURCE},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_own_tests_pass(skeleton: Path) -> None:
    assert " passed" in run_tool(skeleton, "pytest", "-q", "-p", "no:cacheprovider")


def test_makefile_runs_the_tests(tmp_path: Path) -> None:
    write_files(tmp_path, dict(read_template(Template.EMPTY)))
    bin_folder = Path(sys.executable).parent
    environ = {"PATH": f"{bin_folder}:{os.environ['PATH']}", "PYTHONPATH": SOURCE}
    done = subprocess.run(
        ["make", "test"], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def test_types_hold(skeleton: Path) -> None:
    cache = str(ROOT / ".mypy_cache" / "skeletons")
    run_tool(skeleton, "mypy", "--strict", "--cache-dir", cache, "app", "tests")


def test_written_code_is_formatted(skeleton: Path) -> None:
    rules = ["--line-length", "88"]
    run_tool(skeleton, "ruff", "format", "--check", "--isolated", *rules, ".")
    run_tool(skeleton, "ruff", "check", "--isolated", "--select", "E,F,I,UP", *rules, ".")


def test_stage_of_the_skeleton_is_a_file_on_sqlite(tmp_path: Path) -> None:
    Shell(tmp_path).run("trueup init")
    before = list(sys.path)
    try:
        staged = load_stage(StageOptions(), environ={}, folder=tmp_path)
    finally:
        sys.path[:] = before
        for name in [name for name in sys.modules if name.partition(".")[0] == "app"]:
            del sys.modules[name]
    assert (staged.stage.name, staged.stage.url) == ("dev", f"sqlite:///{tmp_path}/dev.db")
    assert list(staged.table_names) == ["Notes"]


def test_file_that_is_there_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "tables.py").write_text("mine", encoding="utf-8")
    with pytest.raises(Blocked):
        run(tmp_path, Template.EMPTY)
    assert [path.name for path in tmp_path.rglob("*.*")] == ["tables.py"]
    assert (tmp_path / "app" / "tables.py").read_text(encoding="utf-8") == "mine"


class Interrupting(dict[str, str]):
    """Files of which the second is interrupted."""

    def items(self) -> Any:
        yield "first.txt", "1"
        raise KeyboardInterrupt


def test_interrupt_says_what_is_written(tmp_path: Path) -> None:
    with pytest.raises(Interrupted) as caught:
        write_files(tmp_path, Interrupting())
    assert "written are first.txt" in str(caught.value)
    assert "delete these files" in caught.value.fix
