"""Measure, and write the results: `python -m bench [--quick] [--output FOLDER]`."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from .imports import PROCESSES, measure_imports
from .measure import MEASUREMENTS, ROUNDS, measure
from .pair import open_pair
from .report import make_results, render_page

OUTPUT = Path(__file__).resolve().parent.parent / "docs" / "benchmarks"


def main() -> None:
    """Measure everything; the exit code does not depend on the goals."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two rounds, to see that it runs")
    parser.add_argument("--output", type=Path, help="folder of sqlite.json and sqlite.md")
    chosen = parser.parse_args()
    if chosen.quick and chosen.output is None:
        parser.error("--quick measures nothing worth keeping: give --output")
    results = run(2, 1) if chosen.quick else run(ROUNDS, PROCESSES)
    write(results, chosen.output or OUTPUT)


def run(rounds: int, processes: int) -> dict[str, Any]:
    """Measure every operation and the import, in fresh files; tell what is found."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, open_pair(Path(folder)) as pair:
        for what in MEASUREMENTS:
            row = measure(pair, what, rounds)
            rows.append(row)
            print(
                f"{row.operation:10} {row.trueup_us:9.1f} us {row.raw_us:9.1f} us by hand "
                f"{row.ratio:6.2f}× (goal {row.goal}×)"
            )
    imported = measure_imports(processes)
    print(
        f"{'import':10} {imported.trueup_ms:9.1f} ms {imported.pydantic_ms:9.1f} ms one model "
        f"{imported.ratio:5.2f}× (goal {imported.goal}×)"
    )
    return make_results(rows, imported)


def write(results: dict[str, Any], folder: Path) -> None:
    """Write the JSON and the page that is made from it."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, indent=2) + "\n"
    (folder / "sqlite.json").write_text(text, encoding="utf-8")
    (folder / "sqlite.md").write_text(render_page(results), encoding="utf-8")


if __name__ == "__main__":
    main()
