"""DynamoDB Local is fetched and run only by those who say that its licence admits them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

SCRIPT = ROOT / "tools" / "test_dynamodb_local.sh"


def run_script(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script in an empty folder, with nothing on the path but sh and ls."""
    programs = folder / "bin"
    programs.mkdir()
    for name in ("sh", "ls"):
        found = next(Path(one, name) for one in ("/bin", "/usr/bin") if Path(one, name).exists())
        (programs / name).symlink_to(found)
    return subprocess.run(
        [programs / "sh", SCRIPT],
        capture_output=True,
        check=False,
        cwd=folder,
        env={"PATH": str(programs), **environment},
        text=True,
        timeout=30,
    )


@pytest.mark.parametrize("accepted", [{}, {"ACCEPT_DYNAMODB_LOCAL_LICENSE": "yes"}])
def test_nothing_is_fetched_unless_the_licence_is_accepted(
    tmp_path: Path, accepted: dict[str, str]
) -> None:
    done = run_script(tmp_path, **accepted)
    assert done.returncode == 2
    assert "admits only holders of an AWS account" in done.stderr
    assert os.listdir(tmp_path) == ["bin"]


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    done = run_script(tmp_path, ACCEPT_DYNAMODB_LOCAL_LICENSE="1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("java is missing: apt-get install default-jre-headless")
    assert os.listdir(tmp_path) == ["bin"]
