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
EDITED = Python(
    """
from pathlib import Path
path = Path("infra/app-dev.template.yaml")
path.write_text(path.read_text().replace("PAY_PER_REQUEST", "!Ref Mode").replace(
    "RecoveryPeriodInDays: 35", "RecoveryPeriodInDays: 3").replace(
    "Parameters:", "Parameters:\\n  Mode: {Type: String}"))
"""
)
LOST = Python(
    """
from pathlib import Path
path = Path("infra/app-dev.template.yaml")
path.write_text(path.read_text().replace("TableName: Notes", "TableName: !Sub '${AWS::StackName}'"))
"""
)
TEMPLATE = "--template infra/app-dev.template.yaml"

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
        "trueup verify --format checks",
        "trueup verify --behaviour",
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
    Case(
        "a template that agrees, without a database",
        "trueup init",
        "trueup generate iac",
        f"trueup verify {TEMPLATE}",
        f"trueup verify {TEMPLATE} --live",
        MADE,
        f"trueup verify {TEMPLATE} --live",
    ),
    Case(
        "a template that was edited",
        "trueup init",
        "trueup generate iac",
        EDITED,
        f"trueup verify {TEMPLATE}",
        f"trueup verify {TEMPLATE} --parameter Mode=PROVISIONED",
        f"trueup verify {TEMPLATE} --parameter Mode=PAY_PER_REQUEST --format markdown",
        f"trueup verify {TEMPLATE} --format junit",
        f"trueup verify {TEMPLATE} --format sarif",
        f"trueup verify {TEMPLATE} --json",
        MADE,
        f"trueup verify {TEMPLATE} --live",
    ),
    Case(
        "a template whose table has another name",
        "trueup init",
        "trueup generate iac",
        LOST,
        f"trueup verify {TEMPLATE}",
        f"trueup verify {TEMPLATE} --resource Notes=NotesTable",
        f"trueup verify {TEMPLATE} --parameter AWS::StackName=notes",
    ),
    Case(
        "options of templates that are wrong",
        "trueup init",
        "trueup generate iac",
        "trueup verify --parameter a=b --live",
        f"trueup verify {TEMPLATE} --parameter Mode",
        f"trueup verify {TEMPLATE} --parameter Mode=a",
        f"trueup verify {TEMPLATE} --resource Nots=NotesTable",
        f"trueup verify {TEMPLATE} --resource Notes=Nonsense",
        "trueup verify --whole",
        "trueup verify --template lost.yaml",
        Write("a.yaml", "Resources:\n  A:\n   - b\n c"),
        "trueup verify --template a.yaml",
    ),
]
