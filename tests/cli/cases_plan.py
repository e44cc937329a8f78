"""Transcripts of `trueup plan`."""

from tests.cli.harness import Case, Write
from tests.cli.shop import CREATED_BY_CODE, HIDES, PROJECT, tables

APPLY = "trueup apply --auto-approve"

DEPLOYED = """
[tool.trueup]
layer = "app.tables:layer"

[tool.trueup.stages.beta]
url = "dynamodb://eu-west-1"
names = "beta-{table}"
"""
NOTES = """
from trueup import Index, Layer, Model, Table


class Note(Model):
    author: str
    day: str
    mood: str


notes = Table("Notes", Note, partition="author", indexes=[])
layer = Layer("desk", target="dynamodb", tables=[notes])
"""
TWO = 'indexes=[Index("ByDay", partition="day"), Index("ByMood", partition="mood")]'
WITHOUT = """
from trueup import Alarms, Infrastructure

without = Infrastructure(alarms=Alarms(without=["read-throttles"], dashboard=False))
layer = Layer("desk", target="dynamodb", tables=[notes], infrastructure=without)
"""

CASES = [
    Case(
        "a first table",
        PROJECT,
        tables("Orders"),
        "trueup plan",
        "trueup plan --verbose",
        "trueup plan --json",
        hides=HIDES,
    ),
    Case(
        "nothing to change",
        PROJECT,
        tables("Orders"),
        APPLY,
        "trueup plan",
        "trueup plan --json",
        hides=HIDES,
    ),
    Case(
        "only some tables",
        PROJECT,
        tables("Orders", "Users"),
        "trueup plan --table Users",
        "trueup plan --table Usres",
        hides=HIDES,
    ),
    Case(
        "a table under a new name",
        PROJECT,
        tables("Orders"),
        APPLY,
        tables("Purchases"),
        "trueup plan",
        "trueup plan --prune",
        hides=HIDES,
    ),
    Case(
        "a table that is declared as renamed",
        PROJECT,
        tables("Orders"),
        APPLY,
        tables("Purchases", renamed_from="Orders"),
        "trueup plan",
        "trueup plan --prune --json",
        f"{APPLY} --prune",
        hides=HIDES,
    ),
    Case(
        "an index that is no longer declared",
        PROJECT,
        tables("Orders"),
        APPLY,
        tables("Orders", index=False),
        "trueup plan",
        "trueup plan --prune --verbose",
        hides=HIDES,
    ),
    Case(
        "an index more",
        PROJECT,
        tables("Orders", index=False),
        APPLY,
        tables("Orders"),
        "trueup plan --verbose",
        APPLY,
        "trueup plan",
        hides=HIDES,
    ),
    Case(
        "another key",
        PROJECT,
        tables("Orders", index=False),
        APPLY,
        tables("Orders", index=False, key="status"),
        "trueup plan --verbose",
        hides=HIDES,
    ),
    Case(
        "a table that others made",
        PROJECT,
        tables("Orders", index=False, key="status"),
        CREATED_BY_CODE,
        tables("Orders", index=False),
        "trueup plan",
        hides=HIDES,
    ),
    Case(
        "everything dropped",
        PROJECT,
        tables("Orders"),
        "trueup plan --destroy",
        APPLY,
        "trueup plan --destroy",
        hides=HIDES,
    ),
    Case(
        "written to a file",
        PROJECT,
        tables("Orders"),
        "trueup plan --out plan.json",
        "trueup plan --out no/such/folder/plan.json",
        hides=HIDES,
    ),
    Case(
        "deploys of a template",
        Write("pyproject.toml", DEPLOYED),
        Write("app/tables.py", NOTES),
        "trueup generate iac --stage beta",
        "trueup plan --stage beta --format cloudformation --template infra/desk-beta.template.yaml",
        Write("app/tables.py", NOTES + WITHOUT),
        "trueup plan --stage beta --format cloudformation --template infra/desk-beta.template.yaml",
        Write("app/tables.py", NOTES.replace("indexes=[]", TWO)),
        "trueup plan --stage beta --format cloudformation --template infra/desk-beta.template.yaml "
        "--out deploys",
        "trueup plan --stage beta --format cloudformation --template "
        "deploys/desk-beta.deploy-1.template.json --json",
        Write("app/tables.py", NOTES.replace('partition="author"', 'partition="day"')),
        "trueup plan --stage beta --format cloudformation --template infra/desk-beta.template.yaml",
        "trueup plan --stage beta --template infra/desk-beta.template.yaml",
        "trueup plan --stage beta --format cloudformation --template no.yaml",
        "trueup plan --stage beta --format cloudformation --template app/tables.py --table Notes",
    ),
]
