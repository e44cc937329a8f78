"""The lock file by commands: made, checked, named, left aside, and of another server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.schema_lock.projects import Project, new_project
from trueup.lifecycle.schema_lock.document import fingerprint
from trueup.testing.postgres import PostgresServer


@pytest.fixture(scope="module")
def desk(
    postgres_server: PostgresServer | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    assert postgres_server is not None, "the tests make databases: unset POSTGRES_URL"
    with new_project(postgres_server, tmp_path_factory.mktemp("desk"), 1) as made:
        made.made("apply --auto-approve")
        yield made


@pytest.fixture
def project(desk: Project) -> Iterator[Project]:
    """The project with its lock file; what a test writes is gone afterwards."""
    tables = (desk.shell.folder / "tables.py").read_text(encoding="utf-8")
    settings = (desk.shell.folder / "pyproject.toml").read_text(encoding="utf-8")
    desk.made("generate lock")
    yield desk
    desk.lock.unlink(missing_ok=True)
    desk.shell.write("tables.py", tables)
    desk.shell.write("pyproject.toml", settings)


def resigned(project: Project, **changed: Any) -> None:
    """Write the file with something else in it, as another server would have."""
    found = json.loads(project.lock.read_text(encoding="utf-8"))
    said = {name: one for name, one in (found | changed).items() if name != "content"}
    text = json.dumps(said | {"content": fingerprint(said)})
    project.lock.write_text(text, encoding="utf-8")


def test_file_is_the_same_when_it_is_made_again_and_after_changes(project: Project) -> None:
    first = project.lock.read_bytes()
    assert "1 file is up to date" in project.made("generate lock").out
    found = json.loads(first)
    assert found["extensions"].keys() == {"citext"}
    assert found["tables"]["people"]["constraints"]["people_reached"].startswith("CHECK ((num_")
    assert project.lock.read_bytes() == first
    before = project.run("diff --json --no-lock")
    assert project.run("diff --json").out == before.out


def test_check_needs_no_server_and_finds_what_is_stale(project: Project) -> None:
    nowhere = "postgresql://127.0.0.1:1/nothing"
    assert project.run("generate lock --check", url=nowhere).code == 0
    tables = project.shell.folder / "tables.py"
    text = tables.read_text(encoding="utf-8").replace("< 2", "< 1")
    project.shell.write("tables.py", text)
    done = project.run("generate lock --check", url=nowhere)
    assert (done.code, "schema.lock.json  out of date" in done.out) == (2, True)
    for command in ("plan", "diff", "verify", "apply --auto-approve"):
        refused = project.run(command)
        assert (refused.code, "stale-schema-lock" in refused.err) == (3, True), refused.out
        assert "run: trueup generate lock" in refused.err
    assert project.run("plan --no-lock").code == 2
    project.lock.unlink()
    assert project.run("generate lock --check", url=nowhere).code == 2
    assert project.run("plan").code == 2


def test_file_of_another_major_is_not_compared(project: Project) -> None:
    server = json.loads(project.lock.read_text(encoding="utf-8"))["server"]
    resigned(project, server=server + 1)
    done = project.run("verify")
    assert done.code == 1
    said = " ".join(done.out.split())
    assert f"made by PostgreSQL {server + 1}, this server is {server}" in said
    assert "0 differ" in said
    assert ", 0 not known" not in said
    assert project.run("plan").code == 0  # what is not known is not changed


def test_file_of_another_major_of_an_extension_is_compared_elsewhere_only(
    project: Project,
) -> None:
    resigned(project, extensions={"citext": "2.0"})
    done = project.run("verify")
    said = " ".join(done.out.split())
    assert (done.code, "made with citext 2.0, here is 1." in said) == (1, True)
    assert "✓ calls_0" in said


def test_file_is_named_by_the_command_the_stage_or_the_project(project: Project) -> None:
    project.lock.rename(project.lock.with_name("other.json"))
    assert project.run("verify --lock other.json").code == 0
    for line, text in (
        ("verify --lock none.json", ""),
        ("verify", '[tool.trueup]\nlock = "none.json"\n'),
        ("verify --stage dev", '[tool.trueup.stages.dev]\nlock = "none.json"\n'),
    ):
        project.shell.write("pyproject.toml", text or "[tool.trueup]\n")
        done = project.run(line)
        assert (done.code, "none.json cannot be used: it is not there" in done.err) == (1, True)
        assert project.run(f"{line} --no-lock").code == (1 if "--lock" in line else 0)


def test_layer_without_relational_tables_has_no_lock_file(project: Project) -> None:
    text = (
        "from trueup import Layer, Model, Table\n"
        "class Note(Model):\n    id: str\n"
        "layer = Layer('notes', target='postgres', tables=[Table('notes', Note, partition='id')])"
    )
    project.shell.write("tables.py", text)
    done = project.run("generate lock --check")
    assert (done.code, "has no relational tables" in done.err) == (1, True)
    assert project.run("plan").code == 2  # the file is of no use, and not read


def test_name_is_changed_first_and_what_texts_say_of_it_is_compared_after_that(
    project: Project,
) -> None:
    text = (project.shell.folder / "tables.py").read_text(encoding="utf-8")
    renamed = text.replace("minutes", "length").replace(
        "references=[", 'renamed_from={"length": "minutes"},\n            references=['
    )
    project.shell.write("tables.py", renamed)
    project.made("generate lock")
    planned = project.run("plan")
    assert planned.code == 2, planned.out + planned.err
    assert "names are still to change" in " ".join(planned.out.split())
    assert "1 to change" in planned.out
    for _ in range(2):  # what is not known at first is done by the second
        project.made("apply --auto-approve")
    assert "0 differ, 0 not known" in project.made("verify").out
