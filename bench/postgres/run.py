"""One run: check, measure, and write `postgres.json` and the page that is made from it."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

from .goals import judge
from .measure import ROUNDS, measure
from .names import CALLS, LIBRARIES
from .place import open_place, server_version
from .report import Missing, find_versions, make_results, render_page
from .sides import open_sides


def run(output: Path, *, quick: bool) -> None:
    """Measure every library, and write the results to `output`."""
    try:
        versions = find_versions()
    except Missing as error:
        sys.exit(str(error))
    rounds = 1 if quick else ROUNDS
    with open_place() as where, open_sides(where, list(LIBRARIES)) as sides:
        gc.freeze()  # what the imports left is nobody's to look through
        rows = [row for name in CALLS for row in measure(sides, name, where, rounds)]
        results = make_results(rows, versions, server_version(where))
    for judged in judge(results["rows"]):
        print(
            f"{judged.operation:12} trueup {judged.ratio:.3f}× psycopg with validation "
            f"(goal {judged.at_most}×) {judged.verdict}"
        )
    output.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, indent=2) + "\n"
    (output / "postgres.json").write_text(text, encoding="utf-8")
    (output / "postgres.md").write_text(render_page(results), encoding="utf-8")
