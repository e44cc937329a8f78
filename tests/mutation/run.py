"""Runs the nearest tests on mutated copies of the package."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from .mutations import Mutation, find_mutations
from .nearest import nearest_tests

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "trueup"
GENERATED = "# Generated"
WORKERS = 2
LONGEST_RUN_S = 240.0
"""A mutation that makes the tests run longer than this has been noticed."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mutation of one module. module: its path below the package."""

    module: str
    mutation: Mutation

    def key(self) -> str:
        """What it changes, in one line that stays the same when lines above it come or go."""
        source = (PACKAGE / self.module).read_text(encoding="utf-8")
        return f"{self.module} {self.mutation.describe(source)}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant. killed_by: the tests that failed; None where it survived."""

    mutant: Mutant
    killed_by: str | None
    seconds: float


def draw_mutants(seed: int, count: int, within: str = "") -> list[Mutant]:
    """The same mutants for the same seed and the same code.

    within: only modules whose path below the package begins so.
    """
    every = every_mutant(within)
    return random.Random(seed).sample(every, min(count, len(every)))


def every_mutant(within: str = "") -> list[Mutant]:
    """The mutants of the whole package, or of a part, in the order of its files."""
    return [
        Mutant(path.relative_to(PACKAGE).as_posix(), mutation)
        for path in sorted(PACKAGE.rglob("*.py"))
        if _is_mutated(path, within)
        for mutation in find_mutations(path.read_text(encoding="utf-8"))
    ]


def _is_mutated(path: Path, within: str) -> bool:
    name = path.relative_to(PACKAGE).as_posix()
    is_generated = path.read_text(encoding="utf-8").startswith(GENERATED)
    return name.startswith(within) and not name.startswith("testing/") and not is_generated


def run_mutants(mutants: list[Mutant], end_s: float) -> Iterator[Outcome]:
    """The outcome of each, in order, as far as there is time. end_s: of `time.monotonic()`."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(WORKERS) as pool:
        for outcome in pool.map(lambda mutant: _run(mutant, Path(folder), end_s), mutants):
            if outcome is not None:
                yield outcome


def _run(mutant: Mutant, folder: Path, end_s: float) -> Outcome | None:
    began_s = time.monotonic()
    if began_s > end_s:
        return None
    with TemporaryDirectory(dir=folder) as place:
        source = Path(place) / "src"
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
        path = source / "trueup" / mutant.module
        path.write_text(mutant.mutation.apply(path.read_text(encoding="utf-8")), encoding="utf-8")
        killer = next(filter(None, (_failing(run, source) for run in _runs(mutant))), None)
    return Outcome(mutant, killer, time.monotonic() - began_s)


def _runs(mutant: Mutant) -> list[list[str]]:
    return nearest_tests(mutant.module, ROOT)


def _failing(tests: list[str], source: Path) -> str | None:
    """The first failing test of a run, None if all of them pass."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": f"{source}{os.pathsep}{ROOT}", "CI": "mutants"}
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LONGEST_RUN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "time"
    if done.returncode == 0:
        return None
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0] if failed else f"exit code {done.returncode}"
