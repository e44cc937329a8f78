"""A plan in text, in JSON and in SQL has the same statements, and its observation goes with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.cli.shell import Shell
from tests.docs.transcripts import empty_database
from trueup.testing.postgres import PostgresServer

FIRST = """
from trueup import Layer, Model, Table
from trueup.relational import Check, Relational, SqlIndex
class Job(Model):
    id: int
    owner: str | None = None
    size: int | None = None
relational = Relational()
jobs = Table("jobs", Job, partition="id", relational=relational)
layer = Layer("work", target="postgres", tables=[jobs])
"""
LATER = FIRST.replace("owner: str | None = None", "owner: str").replace(
    "Relational()",
    """Relational(
    checks=[Check("jobs_sized", "size >= 0")], indexes=[SqlIndex("jobs_owner", ["owner"])]
)""",
)
FRAMES = ("BEGIN;", "COMMIT;", "SET LOCAL ")


@pytest.fixture(scope="module")
def shell(
    postgres_server: PostgresServer | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shell]:
    if postgres_server is None:
        pytest.skip("POSTGRES_URL names a server, on which the tests make no databases")
    with empty_database(postgres_server) as environ:
        url = environ["POSTGRES_URL"]
        shell = Shell(tmp_path_factory.mktemp("forms"), environ)
        shell.write("pyproject.toml", f'[tool.trueup]\nlayer = "tables:layer"\nurl = "{url}"\n')
        shell.write("tables.py", FIRST)
        done = shell.run("trueup apply --auto-approve")
        assert not done.code, done.err
        shell.write("tables.py", LATER)
        yield shell


def test_every_form_has_the_same_statements(shell: Shell) -> None:
    document = json.loads(shell.run("trueup plan --json").out)
    statements = [
        f"{sql};"
        for change in document["changes"]
        for step in change["steps"]
        for sql in step["statements"]
    ]
    assert len(statements) > 5
    script = shell.run("trueup plan --format sql").out.splitlines()
    in_sql = [line for line in script if line and not line.startswith(("--", *FRAMES))]
    assert in_sql == statements
    text = shell.run("trueup plan --verbose").out
    assert re.findall(r"^ {9}(\S.*;)$", text, re.MULTILINE) == statements


def test_observation_goes_into_the_file_that_apply_takes(shell: Shell) -> None:
    file = shell.folder / "plan.json"
    shown = shell.run("trueup plan --observe --out plan.json")
    assert "spared: in the plain form" in shown.out, shown.err
    assert all(len(line) <= 80 for line in shown.out.splitlines())
    written = json.loads(file.read_text(encoding="utf-8"))
    seen = [change["observed"] for change in written["changes"]]
    assert {one["why_not"] for one in seen} == {""}
    [index] = [one for one in seen if "index" in one["statements"][-1]["sql"].lower()
               and one["hazards"].keys() == {"table-scan"} and one["plain"]
               and not any(hold["writes_wait"] for hold in one["holds"])]  # fmt: skip
    assert index["holds"][0]["lock"] == "SHARE UPDATE EXCLUSIVE"
    applied = shell.run(f"trueup apply {file}")
    assert not applied.code, applied.err


def test_another_engine_is_refused(shell: Shell) -> None:
    shell.write("other.py", FIRST.replace('"postgres"', '"dynamodb"').replace(
        ", relational=relational", ""))  # fmt: skip
    found = shell.run("trueup plan --observe --layer other:layer --url sqlite:///other.db")
    assert "only plans for PostgreSQL are observed" in found.err
