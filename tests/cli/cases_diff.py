"""Transcripts of `trueup diff`."""

from tests.cli.harness import Case
from tests.cli.shop import HIDES, PROJECT, tables

APPLY = "trueup apply --auto-approve"

CASES = [
    Case("no table is there", PROJECT, tables("Orders"), "trueup diff", "trueup diff --json"),
    Case("nothing differs", PROJECT, tables("Orders"), APPLY, "trueup diff", hides=HIDES),
    Case(
        "an index that is only live",
        PROJECT,
        tables("Orders"),
        APPLY,
        tables("Orders", index=False),
        "trueup diff",
        "trueup diff --json",
        hides=HIDES,
    ),
    Case(
        "another key",
        PROJECT,
        tables("Orders", index=False),
        APPLY,
        tables("Orders", index=False, key="status"),
        "trueup diff",
        hides=HIDES,
    ),
    Case(
        "templates are not read",
        PROJECT,
        tables("Orders"),
        "trueup diff template",
    ),
    Case("a table that is not declared", PROJECT, tables("Orders"), "trueup diff --table Order"),
]
