"""Transcripts of `trueup seed`."""

from tests.cli.harness import Case, Write
from tests.cli.kitchen import KITCHEN

MADE = "--layer made:layer"

INTERRUPTED = Write(
    "seeds.py",
    """
import os
import signal

from tables import Dish, dishes
from trueup import Seed


def many(now):
    for number in range(150):
        if number == 120:
            os.kill(os.getpid(), signal.SIGINT)
        yield Dish(kitchen="a", name=f"dish {number}")


seeds = Seed("many", dishes, many)
""",
)

CASES = [
    Case(
        "missing items, and then none",
        *KITCHEN,
        f"trueup seed menu --dry-run {MADE}",
        f"trueup seed menu {MADE}",
        "trueup seed menu",
        "trueup seed menu --dry-run",
        "trueup seed menu --json",
    ),
    Case(
        "items that cannot be stored",
        *KITCHEN,
        f"trueup seed {MADE}",
        "trueup seed --json",
        "trueup query Dishes --scan --count",
    ),
    Case(
        "interrupted",
        *KITCHEN,
        INTERRUPTED,
        f"trueup seed {MADE}",
        "trueup query Dishes kitchen=a --count",
    ),
    Case(
        "protected stage",
        *KITCHEN,
        f"trueup seed --dry-run {MADE}",
        f"trueup seed --stage prod {MADE}",
        "trueup seed --stage prod",
        "trueup seed --stage prod --json",
        "trueup seed --stage prod --dry-run",
        "trueup seed --stage prod --allow-protected",
    ),
    Case(
        "sets that are not there, or not for the stage",
        *KITCHEN,
        "trueup seed menus",
        "trueup seed guests --stage prod",
    ),
    Case("tables that are not there", *KITCHEN, "trueup seed menu"),
    Case(
        "seeds that cannot be loaded",
        *KITCHEN,
        Write("seeds.py", "seeds = 3\n"),
        "trueup seed",
        Write("seeds.py", "from missing import x\n"),
        "trueup seed",
    ),
    Case(
        "no seeds",
        *KITCHEN,
        Write("pyproject.toml", '[tool.trueup]\nlayer = "tables:layer"\nurl = "sqlite://"\n'),
        "trueup seed",
    ),
]
