"""Templates are verified without an account: nothing is opened, and no SDK is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.templates.written import PROJECT

SCRIPT = """
import socket, sys
def refuse(*_: object, **__: object) -> None:
    raise AssertionError("a socket was opened")
socket.socket.connect = refuse
from trueup.cli.main import main
sys.argv = ["trueup", "verify", "--stage", "prod", "--template", "template.yaml"]
try:
    code = main()
except SystemExit as exit:
    code = exit.code
assert "botocore" not in sys.modules, "botocore was imported"
sys.exit(code)
"""


def test_a_template_is_verified_without_credentials_sockets_or_sdk(tmp_path: Path) -> None:
    for name, text in PROJECT.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environ["AWS_EC2_METADATA_DISABLED"] = "true"

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "1 of 1 tables are there" in done.stdout
