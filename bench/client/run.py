"""One run: check, measure, and write `client.json`, and the page and chart made from it."""

from __future__ import annotations

import json
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from .chart import draw_chart
from .check import check_values
from .goals import judge
from .measure import REPETITIONS, ROUNDS, measure
from .processes import Missing, Processes, find_versions
from .report import make_results, render_page
from .serving import serving


def run(output: Path, *, quick: bool) -> None:
    """Measure every library, and write the results to `output`."""
    rounds, repetitions = (1, 1) if quick else (ROUNDS, REPETITIONS)
    try:
        versions = find_versions()
    except Missing as error:
        sys.exit(str(error))
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as served:
        processes = Processes(served, Path(folder))
        check_values(processes)
        rows = measure(processes, rounds, repetitions)
        parts = processes.run("parts", "trueup")
    results = make_results(rows, parts, versions, repetitions)
    _tell(results)
    write(results, output)


def write(results: dict[str, Any], output: Path) -> None:
    """Write the JSON, and what is made from it."""
    output.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, indent=2) + "\n"
    (output / "client.json").write_text(text, encoding="utf-8")
    (output / "client.md").write_text(render_page(results), encoding="utf-8")
    draw_chart(results, sha256(text.encode()).hexdigest(), output / "client.png")


def _tell(results: dict[str, Any]) -> None:
    for judged in judge(results["rows"]):
        goal = judged.goal
        print(
            f"{goal.operation:14} {goal.library} {judged.ratio:.3f}× {goal.than} "
            f"(goal {goal.at_most}×) {'met' if judged.is_met else 'MISSED'}"
        )
