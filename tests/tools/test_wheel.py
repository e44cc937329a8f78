"""The wheel: built, installed into an empty environment, and used in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, distribution
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOT, project_files

PACKAGE = ROOT / "src" / "trueup"


def run(
    *command: str | Path, folder: Path, code: int = 0, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run a command that must end with an exit code, in a clean environment."""
    clean = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8"} | environ
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


def installed(*wanted: str) -> list[Distribution]:
    """The packages that requirements need, without Trueup, as they are installed here."""
    found: dict[str, Distribution] = {}
    left = [Requirement(one) for one in wanted]
    done: set[str] = set()
    while left:
        one = left.pop()
        if str(one) in done:
            continue
        done.add(str(one))
        package = found[canonicalize_name(one.name)] = distribution(one.name)
        for line in package.requires or ():
            needed = Requirement(line)
            extras = [{"extra": extra} for extra in ("", *one.extras)]
            if needed.marker is None or any(map(needed.marker.evaluate, extras)):
                left.append(needed)
    del found["trueup"]
    return list(found.values())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network by what the extra `dev` has."""
    if find_spec("hatchling") is None and "CI" not in os.environ:
        pytest.skip("hatchling is not installed: make installs it")
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--no-deps", "--no-index", "--no-build-isolation", "--quiet")
    run(sys.executable, "-m", "pip", "wheel", *options, "-w", folder, ROOT, folder=folder)
    [built] = folder.glob("trueup-*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the programs of an environment that has the wheel with the extra `cli`, and
    pytest: no other package, as they are installed here."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", folder, folder=folder)
    python = folder / "bin" / "python"
    options = ("--no-deps", "--no-index", "--quiet")
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel, folder=folder)
    [packages] = folder.glob("lib/python3*/site-packages")
    for package in installed("trueup[cli]", "pytest"):
        for file in {path.parts[0] for path in package.files or () if path.parts[0] != ".."}:
            if not (packages / file).exists():
                (packages / file).symlink_to(Path(str(package.locate_file(file))))
    return folder / "bin"


def test_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = {name for name in opened.namelist() if ".dist-info/" not in name}
    assert names == {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in project_files()
        if path.is_relative_to(PACKAGE)
    }


def test_wheel_alone_is_what_runs(environment: Path, tmp_path: Path) -> None:
    script = "import trueup; print(trueup.__file__)"
    place = run(environment / "python", "-c", script, folder=tmp_path).stdout.strip()
    assert Path(place).is_relative_to(environment.parent)


def test_environment_has_no_package_of_another_extra(environment: Path, tmp_path: Path) -> None:
    for package in ("orjson", "httptools", "msgspec", "botocore", "psycopg", "yaml"):
        run(environment / "python", "-c", f"import {package}", folder=tmp_path, code=1)


def test_project_is_begun_in_an_empty_folder(environment: Path, tmp_path: Path) -> None:
    run(environment / "trueup", "init", ".", folder=tmp_path)
    tested = run(
        environment / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", folder=tmp_path
    )
    assert " passed" in tested.stdout


def test_tables_are_planned_applied_and_verified_in_an_empty_folder(
    environment: Path, tmp_path: Path
) -> None:
    """No server, no account: the first minutes of somebody who tries it."""
    for line, code in [
        ("init .", 0),
        ("plan", 2),
        ("apply --auto-approve", 0),
        ("verify", 0),
        ("plan", 0),
    ]:
        run(environment / "trueup", *line.split(), folder=tmp_path, code=code)
