"""Write the documentation of the systems' tables: `systems/*/docs`, and a section of a design.

    python -m tools.system_docs [--check]

Fails with `--check` on a page that is missing, out of date, or of a table that is gone.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from systems.domainflow.tables import layer as domainflow
from systems.iops.models import layer as iops
from systems.nexus.tables import layer as nexus
from systems.pdfjobs.tables import layer as pdfjobs
from trueup.docgen import stale_pages, write_pages
from trueup.engines.connect import target_engine

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    (iops, Path("systems/iops/docs/database-schema.md")),
    (nexus, Path("systems/nexus/docs")),
    (nexus, Path("systems/nexus/hld/section-10.md")),
    (domainflow, Path("systems/domainflow/docs")),
    (pdfjobs, Path("systems/pdfjobs/docs")),
)


def run(root: Path, *, check: bool) -> list[str]:
    """Write the pages under `root`, or only compare them; returns what is wrong."""
    problems: list[str] = []
    for layer, out in PAGES:
        engine = target_engine(layer)
        if check:
            stale = stale_pages(layer, engine, root / out)
            problems += [f"{file.state.value}: {file.path.relative_to(root)}" for file in stale]
        else:
            write_pages(layer, engine, root / out)
    return [f"{problem}; run `make generate`" for problem in problems]


def main() -> int:
    """Run as a command; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description="write systems/*/docs")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if out of date")
    problems = run(ROOT, check=parser.parse_args().check)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
