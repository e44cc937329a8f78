"""Measure, and write the results.

Usage: `python -m bench [sqlite|postgres|schema|client] [--quick] [--output FOLDER]`.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path

BENCHMARKS = ("sqlite", "postgres", "schema", "client")
OUTPUT = Path(__file__).resolve().parent.parent / "docs" / "benchmarks"


def main() -> None:
    """Measure; the exit code does not depend on the goals."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="measure, and write the results"
    )
    parser.add_argument("which", nargs="?", choices=BENCHMARKS, help="one of them; else all")
    parser.add_argument("--quick", action="store_true", help="few rounds, to see that it runs")
    parser.add_argument("--output", type=Path, help="folder of the JSON, the pages and the chart")
    chosen = parser.parse_args()
    if chosen.quick and chosen.output is None:
        parser.error("--quick measures nothing worth keeping: give --output")
    for name in [chosen.which] if chosen.which else BENCHMARKS:
        # Each imports what only it needs.
        import_module(f"bench.{name}.run").run(chosen.output or OUTPUT, quick=chosen.quick)


if __name__ == "__main__":
    main()
