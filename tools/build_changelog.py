"""Write the unreleased part of `CHANGELOG.md` from the fragments in `changes/`.

    python -m tools.build_changelog [--check]

Released versions, from the first `## <version>` heading on, are kept as they stand.
"""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRAGMENT_NAME = re.compile(r"(\d+)-[a-z0-9-]+\.md")
RELEASE_HEADING = re.compile(r"^## \d", re.MULTILINE)
TOP = """\
# Changelog

## Unreleased

<!-- Generated from changes/ by tools/build_changelog.py down to the first released version. -->
"""


def find_fragments(folder: Path) -> list[Path]:
    """The fragments in `folder`, by number, then by name.

    Raises:
        ValueError: A file is not named `<number>-<slug>.md`, or is empty.
    """
    paths = [path for path in folder.glob("*.md") if path.name != "README.md"]
    for path in paths:
        if FRAGMENT_NAME.fullmatch(path.name) is None:
            raise ValueError(f"{path.name}: a fragment is named <number>-<slug>.md")
        if not path.read_text(encoding="utf-8").strip():
            raise ValueError(f"{path.name}: a fragment says what changed")
    return sorted(paths, key=lambda path: (int(path.name.split("-")[0]), path.name))


def render_changelog(fragments: list[Path], current: str) -> str:
    """The whole changelog: one bullet per fragment above the releases of `current`."""
    bullets = [
        "- " + textwrap.indent(path.read_text(encoding="utf-8").strip(), "  ").lstrip() + "\n"
        for path in fragments
    ]
    released = RELEASE_HEADING.search(current)
    return "\n".join([TOP, "".join(bullets), current[released.start() :] if released else ""])


def run(root: Path, *, check: bool) -> list[str]:
    """Write the changelog under `root`, or only compare it; returns what is wrong."""
    target = root / "CHANGELOG.md"
    current = target.read_text(encoding="utf-8") if target.exists() else ""
    try:
        text = render_changelog(find_fragments(root / "changes"), current).rstrip() + "\n"
    except ValueError as error:
        return [str(error)]
    if not check:
        target.write_text(text, encoding="utf-8")
    elif text != current:
        return [f"out of date: {target.name}; run `make generate`"]
    return []


def main() -> int:
    """Run as a command; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description="write CHANGELOG.md from changes/")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if out of date")
    problems = run(ROOT, check=parser.parse_args().check)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
