"""Write what is generated of the systems' tables: `systems/*/docs` with a diagram, a section of a
design, and `schema.sql` of the relational ones.

    python -m tools.system_docs [--check]

Fails with `--check` on a page that is missing, out of date, or of a table that is gone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from systems.domainflow.storage import storage
from systems.domainflow.summaries import implementation
from systems.domainflow.tables import layer as domainflow
from systems.iops.models import layer as iops
from systems.nexus.tables import layer as nexus
from systems.pdfjobs.tables import layer as pdfjobs
from trueup.docgen import page_files
from trueup.docgen.diagrams.files import diagram_files
from trueup.docgen.sql.script import script_file
from trueup.engines.connect import target_engine
from trueup.lifecycle.generated import Generated, State, state_of, write_file

SUMMARY_MARK = "# Implementation"
ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    (iops, Path("systems/iops/docs/database-schema.md")),
    (nexus, Path("systems/nexus/docs")),
    (nexus, Path("systems/nexus/hld/section-10.md")),
    (domainflow, Path("systems/domainflow/docs")),
    (storage, Path("systems/domainflow/docs/storage")),
    (pdfjobs, Path("systems/pdfjobs/docs")),
)


PICTURES = ((iops, "iops"), (nexus, "nexus"), (domainflow, "domainflow"), (pdfjobs, "pdfjobs"))
SCRIPTS = ((domainflow, "domainflow"), (pdfjobs, "pdfjobs"))


def files(root: Path) -> Iterator[Generated]:
    """Every file, as it is under `root` and as it is to be."""
    for layer, out in PAGES:
        yield from page_files(layer, target_engine(layer), root / out)
    for layer, system in PICTURES:
        out = root / "systems" / system / "docs" / "erd.svg"
        yield from diagram_files(layer, target_engine(layer), out)
    for layer, system in SCRIPTS:
        yield script_file(layer, target_engine(layer), root / "systems" / system)
    summary = root / "systems/domainflow/docs/IMPLEMENTATION_SUMMARY.md"
    text = implementation()
    yield Generated(summary, text, state_of(summary, text, SUMMARY_MARK))


def run(root: Path, *, check: bool) -> list[str]:
    """Write the files under `root`, or only compare them; returns what is wrong."""
    stale = [file for file in files(root) if file.state is not State.CURRENT]
    if check:
        return [
            f"{file.state.value}: {file.path.relative_to(root)}; run `make generate`"
            for file in stale
        ]
    for file in stale:
        write_file(file)
    return []


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
