"""One run: measure everything, write `sqlite.json` and the page that is made from it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from .goals import GOALS, IMPORT_GOAL
from .imports import PROCESSES, measure_imports
from .measure import MEASUREMENTS, ROUNDS, measure
from .pair import open_pair
from .report import make_results, render_page


def run(output: Path, *, quick: bool) -> None:
    """Measure every operation and the import, and write the results to `output`."""
    results = _measure(2, 1) if quick else _measure(ROUNDS, PROCESSES)
    output.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, indent=2) + "\n"
    (output / "sqlite.json").write_text(text, encoding="utf-8")
    (output / "sqlite.md").write_text(render_page(results), encoding="utf-8")


def _measure(rounds: int, processes: int) -> dict[str, Any]:
    """In fresh files; tell what is found."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, open_pair(Path(folder)) as pair:
        for what in MEASUREMENTS:
            row = measure(pair, what, rounds)
            rows.append(row)
            print(
                f"{row.operation:10} {row.trueup_us:9.1f} us {row.raw_us:9.1f} us by hand "
                f"{row.ratio:6.2f}× (goal {GOALS[row.operation]}×)"
            )
    imported = measure_imports(processes)
    print(
        f"{'import':10} {imported.trueup_ms:9.1f} ms {imported.pydantic_ms:9.1f} ms one model "
        f"{imported.ratio:5.2f}× (goal {IMPORT_GOAL}×)"
    )
    return make_results(rows, imported)
