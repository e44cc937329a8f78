"""The same declarations give the same bytes: with any hash seed, and with each Python here."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import trueup

_GENERATIONS = """
import hashlib, sys
from tests.infra.stacks import WORK
from trueup.infra import Format, stack_of, template_text

found = set()
for _ in range(int(sys.argv[1])):
    stack = stack_of(WORK, {"Orders": "orders"}, stage="beta", is_protected=True)
    texts = [template_text(stack, form, is_json=False) for form in Format]
    found.add(hashlib.sha256("".join(texts).encode()).hexdigest())
print(*found)
"""
SEEDS = ("0", "1", "42", "2026", "4294967295")
PYTHONS = ("python3.11", "python3.12", "python3.13", "python3.14")


def generated(python: str, times: int, seed: str) -> set[str]:
    """The different texts of so many generations, by their hashes."""
    root = Path(trueup.__file__).parents[1]
    paths = [str(root), os.getcwd()]
    ran = subprocess.run(
        [python, "-c", _GENERATIONS, str(times)],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        check=True,
        text=True,
    )
    return set(ran.stdout.split())


def test_hundred_generations_are_the_same_bytes() -> None:
    found = set[str]().union(*(generated(sys.executable, 20, seed) for seed in SEEDS))
    assert len(found) == 1
    assert len(found.pop()) == hashlib.sha256().digest_size * 2


def _has_packages(python: str) -> bool:
    asked = [python, "-c", "import pydantic, yaml, pytest"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("python", PYTHONS)
def test_another_python_gives_the_same_bytes(python: str) -> None:
    if shutil.which(python) is None or not _has_packages(python):
        pytest.skip(f"{python} with the packages of Trueup is not on this machine")
    assert generated(python, 1, "7") == generated(sys.executable, 1, "8")
