"""Pages of the documentation that are generated from marks of tests."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Protocol


class Run(Protocol):
    """Writes a page under a root, or only compares it; returns what is wrong."""

    def __call__(self, root: Path, /, *, check: bool) -> list[str]: ...


def write_page(root: Path, name: str, page: str, *, check: bool) -> list[str]:
    """Write a page of `docs/`, or only compare it; returns what is wrong."""
    return write_text(root / "docs" / name, page, check=check)


def write_text(target: Path, text: str, *, check: bool) -> list[str]:
    """Write a file, or only compare it; returns what is wrong."""
    if not check:
        target.write_text(text, encoding="utf-8")
    elif not target.exists() or target.read_text(encoding="utf-8") != text:
        return [f"out of date: {target.parent.name}/{target.name}; run `make generate`"]
    return []


def run_command(name: str, root: Path, run: Run) -> int:
    """Run as a command that writes a page of `docs/`; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=f"write docs/{name}")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if out of date")
    problems = run(root, check=parser.parse_args().check)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def shown_row(id: str, text: str, tests: Collection[str]) -> str:
    """A row of a table: an id, its text, and the tests that carry its mark."""
    shown = "<br>".join(f"`{test}`" for test in sorted(tests)) or "open"
    escaped = text.replace("|", r"\|")
    return f"| {id} | {escaped} | {shown} |"
