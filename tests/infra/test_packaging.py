"""The code of functions is packed for Linux by the command of the guide, on any machine."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from trueup.infra.resources.functions import RUNTIME

GUIDE = ROOT / "docs" / "guides" / "functions.md"
MOST_BYTES = 250 * 1024 * 1024
"""Unpacked. Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
X86_64 = 0x3E
"""Of e_machine. Source: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html"""


def command(target: Path) -> list[str]:
    """The guide's command, for psycopg alone: Trueup is not yet where pip finds packages."""
    text = GUIDE.read_text(encoding="utf-8").replace("\\\n", " ")
    [line] = [one for one in text.splitlines() if one.startswith("pip install --target")]
    words = [one for one in shlex.split(line) if not one.startswith("trueup")]
    return [sys.executable, "-m", *(str(target) if one == "build/code" else one for one in words)]


@pytest.mark.req("D80")
def test_psycopg_is_packed_with_its_own_libpq_for_the_runtime_of_functions(tmp_path: Path) -> None:
    done = subprocess.run(
        [*command(tmp_path), "--quiet", "--disable-pip-version-check"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and "CI" not in os.environ:
        pytest.skip(f"pip found no package: {done.stderr.splitlines()[-1:]}")
    assert done.returncode == 0, done.stderr
    version = RUNTIME.removeprefix("python").replace(".", "")
    [compiled] = (tmp_path / "psycopg_binary").glob("_psycopg.*.so")
    assert compiled.name == f"_psycopg.cpython-{version}-x86_64-linux-gnu.so"
    assert int.from_bytes(compiled.read_bytes()[18:20], "little") == X86_64
    assert list((tmp_path / "psycopg_binary.libs").glob("libpq*.so*"))
    assert sum(one.stat().st_size for one in tmp_path.rglob("*") if one.is_file()) < MOST_BYTES
