"""Transcripts of `trueup verify`."""

from tests.cli.harness import Case, Python, Write

MADE = Python(
    """
import sys
sys.path.insert(0, ".")
from trueup.configuration import open_stage
with open_stage("dev") as db:
    db.create_tables()
"""
)
SPOILT = Python(
    """
import sqlite3
with sqlite3.connect("dev.db") as file:
    file.execute('DROP INDEX "Notes.AuthorIndex"')
"""
)

CASES = [
    Case(
        "no table is there",
        "trueup init",
        "trueup verify",
        "trueup verify --json",
        "trueup verify --fail-on critical",
    ),
    Case(
        "everything agrees",
        "trueup init",
        MADE,
        "trueup verify",
        "trueup verify --all",
        "trueup verify --format markdown",
        "trueup verify --format junit",
    ),
    Case(
        "an index is missing",
        "trueup init",
        MADE,
        SPOILT,
        "trueup verify",
        "trueup verify --json",
        "trueup verify --format markdown",
        "trueup verify --format junit",
        "trueup verify --fail-on critical",
    ),
    Case(
        "a layer without tables",
        "trueup init",
        Write(
            "app/tables.py",
            'from trueup import Layer\n\nlayer = Layer("app", target="dynamodb", tables=[])\n',
        ),
        "trueup verify",
    ),
    Case("a table that is not declared", "trueup init", "trueup verify --table Nots"),
    Case(
        "unknown facts that are accepted",
        "trueup init",
        MADE,
        "trueup verify --accept-unknown missing",
        Write("accepted", "Notes pitr_days\nNotes\n"),
        "trueup verify --accept-unknown accepted",
        Write("accepted", "Notes pitr.days\n* ttl\n"),
        "trueup verify --accept-unknown accepted",
    ),
]
