"""How many single mutations of the package its nearest tests find: `make mutants`.

    python -m tests.mutation [--seed N] [--count N] [--minutes N] [--within engines/sqlite/]

Prints each survivor, and ends 1 if more than one in 25 survived. `equivalent.toml` names mutants
that change no behaviour, each with the reason (ADR 19).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import tomllib
from pathlib import Path

from .run import draw_mutants, run_mutants

MOST_SURVIVORS = 0.04
EQUIVALENT = Path(__file__).with_name("equivalent.toml")


def main() -> int:
    """Run the command."""
    options = _parse_options()
    seed = options.seed if options.seed is not None else random.randrange(10_000)
    mutants = draw_mutants(seed, options.count, options.within)
    print(f"seed {seed}: {len(mutants)} mutants, {options.minutes} minutes", flush=True)
    known = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))
    survivors, tried = 0, 0
    for outcome in run_mutants(mutants, time.monotonic() + options.minutes * 60):
        tried += 1
        if outcome.killed_by is None:
            key, line = outcome.mutant.key(), outcome.mutant.mutation.line
            survivors += key not in known
            word = "equivalent" if key in known else "SURVIVED"
            print(f"{word} {key}   (line {line})", flush=True)
    share = survivors / max(tried, 1)
    print(f"seed {seed}: {survivors} of {tried} survived ({share:.1%}), at most 4 % may")
    return int(share > MOST_SURVIVORS)


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--seed", type=int, help="draws the mutants; random unless given")
    parser.add_argument("--count", type=int, default=40, help="mutants to draw")
    parser.add_argument("--minutes", type=float, default=10, help="no mutant is begun after them")
    parser.add_argument("--within", default="", help="only modules below this path of the package")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
