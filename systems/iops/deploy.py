"""`python -m systems.iops.deploy`: the document's whole procedure, on an emulator of AWS."""

from __future__ import annotations

import sys
from functools import partial

from rich.console import Console
from rich.text import Text

from trueup import TrueupError

from .deployment import STEPS, Deployment, Done, deployment

WIDTH = 100
MOST_LINES = 9
TARGET_S = 300
FILES = {
    "cdk/lib/database-stack.ts": "systems/iops/cdk/dev.py, generated from models.py",
    "cdk/bin/cdk.ts": "systems/iops/cdk/app.py, for each stage",
    "docs/database-schema.md": "systems/iops/docs/database-schema.md, generated",
    "scripts/query-metrics.sh": "systems/iops/scripts/query-metrics.sh",
    "scripts/query-insights.sh": "systems/iops/scripts/query-insights.sh",
}
"""The files that the document has people write, and ours in their place."""


def main() -> int:
    """Run every step. Returns 0 if all went well within the time, 2 if not, 1 for an error."""
    console = Console(highlight=False)
    console.width = min(console.width, WIDTH)
    try:
        with deployment() as made:
            for what, step in STEPS.items():
                _print(console, made.note(what, partial(step, made)))
    except TrueupError as error:
        print(error, file=sys.stderr)
        return 1
    return _verdict(console, made)


def _print(console: Console, done: Done) -> None:
    symbol, style = ("✓", "green") if done.is_good else ("✗", "bold red")
    console.print(Text(symbol, style) + Text(f" {done.what}  ", "bold") + _time(done.duration_s))
    for line in done.lines[:MOST_LINES]:
        console.print(Text(f"    {line}"), overflow="ellipsis", no_wrap=True)
    if len(done.lines) > MOST_LINES:
        console.print(Text(f"    … and {len(done.lines) - MOST_LINES} more", "dim"))


def _time(duration_s: float) -> Text:
    return Text(f"{duration_s:.1f} s", "dim")


def _verdict(console: Console, made: Deployment) -> int:
    """The files, the time, and whether all went well."""
    console.print(Text("\nThe files of the document, and ours", "bold"))
    for theirs, ours in FILES.items():
        console.print(Text(f"  {theirs:28} {ours}"), overflow="ellipsis", no_wrap=True)
    took_s = sum(done.duration_s for done in made.steps)
    is_good = all(done.is_good for done in made.steps) and took_s < TARGET_S
    said = f"{len(made.steps)} steps in {took_s:.0f} s; the document allows 45 to 60 minutes"
    console.print(Text(f"\n{said}", "bold green" if is_good else "bold red"))
    return 0 if is_good else 2


if __name__ == "__main__":
    sys.exit(main())
