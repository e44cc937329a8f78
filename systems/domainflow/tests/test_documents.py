"""The documents of the schema: they say what is declared, list what is there, and are not stale."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import create_model

from systems.domainflow import handlers
from systems.domainflow.hosting import INITIALISE
from systems.domainflow.models import AGENT_CLASSES, AgentClass, Playbook
from systems.domainflow.storage import storage
from systems.domainflow.summaries import checklist, implementation
from systems.domainflow.tables import layer
from systems.domainflow.verification import verify
from systems.dumps import server_15
from tools.system_docs import run as compare_documents
from trueup import Database, Layer, Model, Table
from trueup.docgen.sql.script import script
from trueup.engines.connect import target_engine
from trueup.testing.postgres import create_database

ROOT = Path(__file__).parents[3]
SYSTEM = ROOT / "systems" / "domainflow"
README = (SYSTEM / "README.md").read_text(encoding="utf-8")
SCRIPT = (SYSTEM / "schema.sql").read_text(encoding="utf-8")
WORDS = " ".join(SCRIPT.replace("\n-- ", " ").split())


def comment_on(table: str, column: str) -> str:
    """What the script tells the database of a column."""
    found = re.search(rf'COMMENT ON COLUMN "{table}"\."{column}" IS \'([^\']*)\'', SCRIPT)
    assert found, f"{table}.{column}"
    return found[1]


@pytest.mark.req("D50")
@pytest.mark.parametrize("kind", ["ingestion", "query", "management"])
def test_script_and_page_tell_the_structure_of_a_playbook(kind: str) -> None:
    said = comment_on("domain_configurations", f"{kind}_playbook")
    page = (SYSTEM / "docs" / "domain_configurations.md").read_text(encoding="utf-8")
    for name, field in Playbook.model_fields.items():
        assert f"{name}: {field.description}" in said
        assert f"| `{kind}_playbook.{name}` |" in page


@pytest.mark.req("D51")
def test_script_names_the_tables_that_are_in_dynamodb() -> None:
    beside = WORDS[WORDS.index("Not here but in DynamoDB") : WORDS.index("Creates all of it")]
    for table in storage.tables:
        assert f"`{table.name}` ({table.description})" in beside
        assert (SYSTEM / "docs" / "storage" / f"{table.name}.md").is_file()
        assert f'"{table.name}"' not in SCRIPT
    assert [one.name for one in storage.tables] == ["Reports", "Sessions", "Messages", "QueryJobs"]


@pytest.mark.req("D52")
def test_script_tells_the_standard_metadata_and_the_classes_of_agents() -> None:
    for column in ("id", "created_at", "updated_at", "created_by"):
        assert f"`{column}`" in WORDS[: WORDS.index("Not here but in DynamoDB")]
        for table in layer.tables:
            assert comment_on(table.name, column)
    said = comment_on("agent_definitions", "agent_class")
    assert set(AGENT_CLASSES) == set(AgentClass)
    for one, meaning in AGENT_CLASSES.items():
        assert f"{one}: {meaning}" in said


def without(name: str, column: str) -> Layer:
    """An older version of the layer, whose table lacks a column."""

    def older(table: Table[Any]) -> Table[Any]:
        if table.name != name:
            return table
        fields = {
            one: (field.annotation, field)
            for one, field in table.model.model_fields.items()
            if one != column
        }
        model = create_model(table.model.__name__, __base__=Model, **fields)  # type: ignore[call-overload]
        return Table(
            name,
            model,
            description=table.description,
            partition="id",
            relational=table.relational,
        )

    return Layer(
        layer.name,
        description=layer.description,
        target="postgres",
        tables=[older(one) for one in layer.tables],
    )


@pytest.fixture
def older_url(postgis_url: str) -> Iterator[str]:
    """A database that an older `schema.sql` has made. The server of other tests is there first:
    the password in the environment is that of the last server that began."""
    assert postgis_url
    with server_15() as server:
        url = create_database(server, "older", ["postgis"])
        older = without("teams", "team_name")
        with psycopg.connect(server.as_superuser("older"), autocommit=True) as sql:
            sql.execute("SET ROLE trueup")
            sql.execute(script(older, target_engine(older)).encode())
        yield url


@pytest.mark.req("D53")
def test_difference_of_two_scripts_is_the_change_and_the_older_one_can_be_migrated(
    older_url: str,
) -> None:
    """A reference that a newcomer can read, a record of each version, and where a plan begins."""
    older = without("teams", "team_name")
    before = {line.rstrip(",") for line in script(older, target_engine(older)).splitlines()}
    gone = [line for line in SCRIPT.splitlines() if line.rstrip(",") not in before]
    assert len(gone) == 3
    assert all("team_name" in line for line in gone)
    command = ["plan", "--layer", "systems.domainflow.tables:layer", "--url", older_url]
    done = subprocess.run(
        [sys.executable, "-m", "trueup", *command],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    changed = re.findall(r"^\s*[+~-]\S* .*", done.stdout, re.MULTILINE)
    assert changed
    assert [one.partition(":")[0] for one in changed] == [
        "+ teams  column team_name",
        "+ teams  constraint teams_team_name_check",
    ]


@pytest.mark.req("D53", "D55")
def test_no_document_is_stale() -> None:
    assert compare_documents(ROOT, check=True) == []


@pytest.mark.req("D54")
def test_readme_has_schemas_variables_deployment_tests_and_security() -> None:
    parts = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL))
    for name in ("Tenants", "Two stores", "Deployment", "Tests", "Security", "Initialisation"):
        assert parts[name].strip(), name
    variables = {"DB_SECRET_ARN", "DB_HOST", "DB_PORT", "DB_NAME", handlers.URL}
    assert variables <= set(re.findall(r"`([A-Z_]+)`", parts["Initialisation"]))
    assert INITIALISE.name in parts["Initialisation"] + parts["Deployment"]
    for path in re.findall(r"\]\(([^)#]+)\)", README):
        assert (SYSTEM / path).exists(), path
    for path in re.findall(r"pytest (systems/\S+)", parts["Tests"]):
        assert (ROOT / path).exists(), path
    every = {f"docs/{table.name}.md" for table in layer.tables}
    assert every <= {str(one.relative_to(SYSTEM)) for one in (SYSTEM / "docs").glob("*.md")}


@pytest.mark.req("D55")
def test_checklist_is_that_of_a_run(
    db: Database,
    schema_url: str,
    sql: psycopg.Connection[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert db is not None
    monkeypatch.setenv(handlers.URL, schema_url)
    committed = SYSTEM / "docs" / "VERIFICATION_CHECKLIST.md"
    found = checklist(verify(schema_url))
    assert committed.read_text(encoding="utf-8") == found
    assert "- [ ]" not in found
    sql.execute("DROP INDEX idx_agents_enabled")
    assert "- [ ] Index: `indexes.idx_agents_enabled`" in checklist(verify(schema_url))


@pytest.mark.req("D55")
def test_summary_counts_what_is_declared() -> None:
    text = implementation()
    assert "| PostgreSQL | 7 | 64 | 10 | 7 | 9 |" in text
    assert (SYSTEM / "docs" / "IMPLEMENTATION_SUMMARY.md").read_text(encoding="utf-8") == text
    assert "rows of its document are proved" in (
        SYSTEM / "docs" / "TASK_COMPLETION_SUMMARY.md"
    ).read_text(encoding="utf-8")


@pytest.mark.req("D78", "D79")
def test_dependencies_have_the_versions_of_the_tests_and_are_all_that_is_imported() -> None:
    tested = set((ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines())
    lines = (SYSTEM / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith(("#", "trueup"))]
    assert {"psycopg==3.3.9"} <= set(pinned) <= tested
    looks = (
        "import sys, systems.domainflow.handlers, trueup.engines.postgres.wire.blocking\n"
        "print(sorted({one.partition('.')[0] for one in sys.modules} & "
        "{'psycopg', 'psycopg2', 'boto3'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", looks], check=True, capture_output=True, text=True, cwd=ROOT
    )
    assert done.stdout.strip() == "['psycopg']"
