"""DynamoDB Local is fetched and run only by those who say that its licence admits them.

Nothing here fetches or runs it: where a test goes further, a program of ours stands for Java.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

SCRIPT = ROOT / "tools" / "test_dynamodb_local.sh"
NEEDED = ("sh", "ls", "cat", "mktemp", "rm", "sleep")

# Listens where it is told to, after a moment as Java does, until it is killed.
SERVER = """\
#!{python}
import os, pathlib, socket, sys, time
if "-version" in sys.argv:
    sys.exit()
pathlib.Path("java.pid").write_text(str(os.getpid()))
assert "-inMemory" in sys.argv and "-disableTelemetry" in sys.argv
time.sleep(0.5)
with socket.create_server(("127.0.0.1", int(sys.argv[sys.argv.index("-port") + 1]))):
    time.sleep(60)
"""
ENDS = """\
#!/bin/sh
[ "$1" = -version ] || {{ echo "this Java is too old" >&2; exit 1; }}
"""
# Python, but for pytest: that says what it was called with, and whether the server listens.
ENVIRONMENT = """\
#!/bin/sh
[ "$1" = -m ] || exec {python} "$@"
echo "$DYNAMODB_SERVER $*"
exec {python} -c '
import os, socket
host, port = os.environ["DYNAMODB_URL"].removeprefix("dynamodb://").split(":")
socket.create_connection((host, int(port)), 1).close()
print("listens")
raise SystemExit(5)'
"""


def write_program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.format(python=sys.executable))
    path.chmod(0o755)


def run_script(
    folder: Path, *arguments: str, java: str = "", jars: bool = False, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the script in an empty folder, with few programs on the path; neither Java nor Maven."""
    programs = folder / "bin"
    programs.mkdir()
    for name in NEEDED:
        found = next(Path(one, name) for one in ("/bin", "/usr/bin") if Path(one, name).exists())
        (programs / name).symlink_to(found)
    if java:
        write_program(programs / "java", java)
    if jars:
        write_program(folder / ".venv" / "bin" / "python", ENVIRONMENT)
        (folder / ".venv" / "dynamodb-local").mkdir()
        (folder / ".venv" / "dynamodb-local" / "DynamoDBLocal-0.jar").touch()
    return subprocess.run(
        [programs / "sh", SCRIPT, *arguments],
        capture_output=True,
        check=False,
        cwd=folder,
        env={"PATH": str(programs), "TMPDIR": str(folder), **environment},
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("accepted", [{}, {"ACCEPT_DYNAMODB_LOCAL_LICENSE": "yes"}])
def test_nothing_is_fetched_unless_the_licence_is_accepted(
    tmp_path: Path, accepted: dict[str, str]
) -> None:
    done = run_script(tmp_path, java=SERVER, jars=True, **accepted)
    assert done.returncode == 2
    assert "admits only holders of an AWS account" in done.stderr
    assert sorted(os.listdir(tmp_path)) == [".venv", "bin"]


@pytest.mark.parametrize(("java", "missing"), [("", "java"), (ENDS, "mvn")])
def test_what_is_missing_is_named(tmp_path: Path, java: str, missing: str) -> None:
    done = run_script(tmp_path, java=java, ACCEPT_DYNAMODB_LOCAL_LICENSE="1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{missing} is missing: apt-get install ")
    assert os.listdir(tmp_path) == ["bin"]


def test_tests_begin_when_it_listens_and_it_ends_with_them(tmp_path: Path) -> None:
    done = run_script(
        tmp_path, "tests/x.py", java=SERVER, jars=True, ACCEPT_DYNAMODB_LOCAL_LICENSE="1"
    )
    assert done.stdout.splitlines() == ["dynamodb-local -m pytest -n 2 tests/x.py", "listens"]
    assert done.returncode == 5
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "java.pid").read_text()), 0)
    assert sorted(os.listdir(tmp_path)) == [".venv", "bin", "java.pid"]


def test_server_that_does_not_start_is_shown(tmp_path: Path) -> None:
    done = run_script(tmp_path, java=ENDS, jars=True, ACCEPT_DYNAMODB_LOCAL_LICENSE="1")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "this Java is too old",
        "DynamoDB Local did not start; what it said is above",
    ]
    assert sorted(os.listdir(tmp_path)) == [".venv", "bin"]
