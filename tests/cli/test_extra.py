"""Without the extra `cli` the command says which extra to install."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.cli.forks import SOURCE

WITHOUT = """
import sys
sys.modules[{package!r}] = None  # as if it were not installed
from trueup.cli.main import main
sys.exit(main(["init"]))
"""


@pytest.mark.parametrize("package", ["typer", "rich"])
def test_command_without_its_packages_names_the_extra(package: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(package=package)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.defpath, "PYTHONPATH": SOURCE},
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "[missing-extra]" in done.stderr
    assert "pip install 'trueup[cli]'" in done.stderr


def test_package_that_is_no_part_of_the_extra_is_not_blamed_on_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(package="pydantic")],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.defpath, "PYTHONPATH": SOURCE},
    )
    assert done.returncode == 1
    assert "ModuleNotFoundError" in done.stderr
    assert "[missing-extra]" not in done.stderr
