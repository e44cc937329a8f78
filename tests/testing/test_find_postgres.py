"""`make postgres` names the packages that the servers of the tests need."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT


def found(debian: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What the script says where Debian's servers are in that folder, and none is on the path."""
    return subprocess.run(
        ["sh", ROOT / "tools" / "find_postgres.sh"],
        env={"PATH": "/usr/bin:/bin", "DEBIAN_POSTGRESQL": str(debian), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def debian(tmp_path: Path) -> Path:
    """Two servers, the newer without PostGIS."""
    for major in ("9", "15"):
        programs = tmp_path / major / "bin"
        programs.mkdir(parents=True)
        (programs / "initdb").touch()
        (programs / "pg_config").write_text(f"#!/bin/sh\necho {tmp_path / major}\n")
        (programs / "pg_config").chmod(0o755)
    add_postgis(tmp_path / "9")
    return tmp_path


def add_postgis(server: Path) -> None:
    (server / "extension").mkdir()
    (server / "extension" / "postgis.control").touch()


def test_server_that_is_missing_is_named_with_its_extension(tmp_path: Path) -> None:
    done = found(tmp_path)
    assert done.returncode == 1
    assert "sudo apt-get install postgresql postgresql-postgis" in done.stderr
    assert "make test-quick" in done.stderr


def test_extension_that_the_newest_server_lacks_is_named(debian: Path) -> None:
    done = found(debian)
    assert done.returncode == 1
    assert "sudo apt-get install postgresql-postgis" in done.stderr


def test_server_with_the_extension_is_enough(debian: Path) -> None:
    add_postgis(debian / "15")
    assert "postgresql-postgis" not in found(debian).stderr


def test_server_that_is_named_is_enough(tmp_path: Path) -> None:
    done = found(tmp_path, POSTGRES_URL="postgresql://db.example.com/shop")
    assert "postgresql-postgis" not in done.stderr
