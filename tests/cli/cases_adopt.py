"""Transcripts of `trueup adopt`."""

from tests.cli.cases_verify import MADE
from tests.cli.harness import Case

CASES = [
    Case(
        "a file",
        "trueup init",
        MADE,
        "trueup adopt",
        "trueup adopt --json",
        "trueup adopt --out live.py",
        "trueup adopt --out live.py",
    ),
    Case("a table that is not there", "trueup init", MADE, "trueup adopt Nots"),
    Case("no table", "trueup init", "trueup adopt"),
    Case(
        "tables that others made",
        "trueup init",
        MADE,
        "trueup adopt --own",
        "trueup adopt --own --json",
        "trueup adopt --own --auto-approve",
        "trueup adopt --own --auto-approve --json",
        "trueup plan",
        "trueup adopt --own Nots",
    ),
    Case("no table to own", "trueup init", "trueup adopt --own --json"),
    Case("no table of a pattern", "trueup init", MADE, "trueup adopt --names beta-{table}"),
]
