"""Transcripts of `trueup init`."""

from tests.cli.harness import Case, Write

CASES = [
    Case("empty folder", "trueup init", "trueup init --json"),
    Case("new folder", "trueup init a/b --template nexus --json", "trueup init a/c"),
    Case(
        "files are there",
        Write("pyproject.toml", "[project]\n"),
        Write("app/tables.py", ""),
        "trueup init .",
        "trueup init . --json",
    ),
    Case("template that does not exist", "trueup init --template shop"),
    Case("folder that cannot be made", Write("a", "a file"), "trueup init a"),
]
