"""Transcripts of `trueup generate`."""

from tests.cli.harness import Case, Write

CONFIGURATION = """
[tool.trueup]
layer = "app.tables:layer"
"""
TABLES = """
from trueup import Layer, Model, Table


class Note(Model):
    id: str
    text: str


notes = Table("Notes", Note, partition="id")
tasks = Table("Tasks", Note, partition="id")
layer = Layer("desk", target="dynamodb", tables=[notes, tasks])
"""
FEWER = TABLES.replace("tables=[notes, tasks]", "tables=[notes]").replace("text:", "body:")
STUBBORN = TABLES.replace("text: str", 'text: Annotated[str, Field(pattern="^x{50}y$")]').replace(
    "from trueup", "from typing import Annotated\nfrom pydantic import Field\nfrom trueup"
)
PROJECT = (Write("pyproject.toml", CONFIGURATION), Write("app/tables.py", TABLES))

STAGES = (
    CONFIGURATION
    + """
[tool.trueup.stages.prod]
url = "dynamodb://eu-west-1"
names = "prod-{table}"
protect = true
"""
)

SHOP = (
    TABLES.replace("import Layer", "import Layer, Relational")
    .replace('partition="id")', 'partition="id", relational=Relational())')
    .replace("dynamodb", "postgres")
)

CASES = [
    Case(
        "SQL of a relational layer, and of another",
        Write("pyproject.toml", CONFIGURATION),
        Write("app/tables.py", SHOP),
        "trueup generate sql --check",
        "trueup generate sql",
        "trueup generate sql --check --json",
        "trueup generate sql --stage prod",
        "trueup generate sql --out database/tables.sql",
        Write("app/tables.py", SHOP.replace("text:", "body:")),
        "trueup generate sql --check",
        Write("app/tables.py", TABLES),
        "trueup generate sql",
    ),
    Case(
        "a diagram, whole and in one form",
        *PROJECT,
        "trueup generate erd",
        "trueup generate erd --check --json",
        "trueup generate erd --out tables.svg",
        Write("docs/erd.mmd", "erDiagram\n"),
        "trueup generate erd",
    ),
    Case(
        "files whose names say that they hold something else",
        Write("pyproject.toml", STAGES),
        Write("app/tables.py", TABLES),
        "trueup generate iac --stage prod --format terraform --out main.tf",
        "trueup generate iac --stage prod --format terraform --out main.json",
        "trueup generate iac --stage prod --format cdk --out stack.json",
        "trueup generate iac --stage prod --out notes.txt",
        "trueup generate cost --out costs.json",
        "trueup generate docs --out tables.html",
    ),
    Case(
        "infrastructure of a stage, written, checked and in another format",
        Write("pyproject.toml", STAGES),
        Write("app/tables.py", TABLES),
        "trueup generate iac --stage prod --check",
        "trueup generate iac --stage prod",
        "trueup generate iac --stage prod --check --json",
        "trueup generate iac --stage prod --format terraform --out deploy",
        "trueup generate iac",
        "trueup generate docs --stage prod",
    ),
    Case(
        "permissions of a stage, with an account and without",
        Write("pyproject.toml", STAGES),
        Write("app/tables.py", TABLES),
        "trueup generate permissions --stage prod",
        "trueup generate permissions --stage prod --account 123456789012 --check",
        "trueup generate permissions --stage prod --account 1234",
        "trueup generate permissions --stage prod --format terraform",
        "trueup generate iac --stage prod --account 123456789012",
    ),
    Case(
        "costs at rates, and rates that name nothing",
        *PROJECT,
        Write("rates.toml", "[Notes]\nitems = 1000\n[Notes.calls]\nput = 2\n"),
        Write("wrong.toml", "[Note]\nitems = 1\n[Tasks.calls]\npot = 1\n[Notes]\nitem = 'x'\n"),
        Write("slip.toml", "[Note]\nitems = 1\n[Tasks.calls]\npot = 1\n"),
        "trueup generate cost --rates rates.toml",
        "trueup generate cost --rates rates.toml --check --json",
        "trueup generate cost --check",
        "trueup generate cost --rates wrong.toml",
        "trueup generate cost --rates slip.toml",
        "trueup generate cost --prices rates.toml",
        "trueup generate cost --stage prod",
    ),
    Case(
        "a report, with and without evidence",
        Write("pyproject.toml", STAGES),
        Write("app/tables.py", TABLES),
        Write("results.xml", "<testsuite><testcase/><testcase><skipped/></testcase></testsuite>"),
        "trueup generate iac --stage prod --out now.json",
        "trueup generate report --stage prod --template now.json --tests results.xml",
        "trueup generate report --stage prod --template now.json --check --json",
        "trueup generate report --stage prod --check",
        "trueup generate report --stage prod --template now.json --parameter Stage",
        "trueup generate report --stage prod --tests now.json",
        "trueup generate report --stage prod --rates now.json",
    ),
    Case(
        "a template that someone wrote is in the way",
        Write("pyproject.toml", STAGES),
        Write("app/tables.py", TABLES),
        Write("infra/desk-prod.template.yaml", "Resources: {}\n"),
        "trueup generate iac --stage prod",
    ),
    Case(
        "pages are written, checked, and written again",
        *PROJECT,
        "trueup generate docs --check",
        "trueup generate docs",
        "trueup generate docs",
        "trueup generate docs --check",
        Write("app/tables.py", FEWER),
        "trueup generate docs --check",
        "trueup generate docs --check --json",
        "trueup generate docs",
        "trueup generate docs --check --json",
    ),
    Case(
        "one page", *PROJECT, "trueup generate docs --out schema.md", "trueup generate docs --json"
    ),
    Case(
        "a page that someone wrote is in the way",
        *PROJECT,
        Write("docs/tables/Notes.md", "mine\n"),
        "trueup generate docs",
        "trueup generate docs --check --json",
    ),
    Case(
        "a folder that is a file",
        *PROJECT,
        Write("docs", "a file\n"),
        "trueup generate docs",
    ),
    Case(
        "an example that cannot be made up",
        Write("pyproject.toml", CONFIGURATION),
        Write("app/tables.py", STUBBORN),
        "trueup generate docs",
    ),
    Case(
        "no layer, and a layer that is not there",
        "trueup generate docs",
        "trueup generate docs --layer app:layer --json",
    ),
    Case("nothing that is known", *PROJECT, "trueup generate", "trueup generate doc"),
]
