"""Where things are, and that the tests speak of what there is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from systems.pdfjobs.service import JobService
from systems.pdfjobs.tables import layer
from trueup import Repository
from trueup.testing.postgres import PostgresServer

TESTS = Path(__file__).parent
SYSTEM = "systems.pdfjobs"


def spoken_of(path: Path) -> Iterator[tuple[object, str]]:
    """What a test takes of the system: the module or class, and the name of what is in it."""
    modules: dict[str, object] = {"service": JobService}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module)) if module.startswith(SYSTEM):
                found = import_module(module)
                for one in node.names:
                    if module == SYSTEM and find_spec(f"{module}.{one.name}"):
                        modules[one.name] = import_module(f"{module}.{one.name}")
                    yield found, one.name
            case ast.Attribute(value=ast.Name(id=name)) if name in modules:
                yield modules[name], node.attr


@pytest.mark.req("C108", "CT14")
@pytest.mark.parametrize("path", sorted(TESTS.glob("test_*.py")), ids=lambda path: path.stem)
def test_tests_call_what_there_is(path: Path) -> None:
    """mypy says so too, of all else; here it is a test that fails."""
    assert [name for owner, name in spoken_of(path) if not hasattr(owner, name)] == []


@pytest.mark.req("C108", "CT14")
def test_name_that_is_not_there_is_found(tmp_path: Path) -> None:
    text = f"from {SYSTEM} import handlers\nhandlers.database()\nservice.getDatabaseInfo()\n"
    (tmp_path / "test_it.py").write_text(text)
    found = list(spoken_of(tmp_path / "test_it.py"))
    assert [name for owner, name in found if not hasattr(owner, name)] == ["getDatabaseInfo"]


@pytest.mark.req("C76")
def test_models_are_in_one_module_and_repositories_are_those_of_the_tables(
    service: JobService,
) -> None:
    assert {table.model.__module__ for table in layer.tables} == {f"{SYSTEM}.models"}
    kept = [one for one in vars(service).values() if isinstance(one, Repository)]
    assert len(kept) == len(layer.tables)


@pytest.mark.req("C92")
def test_tests_are_beside_the_system() -> None:
    modules = {path.stem for path in TESTS.parent.glob("*.py")}
    tested = {path.stem.removeprefix("test_") for path in TESTS.glob("test_*.py")}
    assert TESTS.parent == Path(str(import_module(SYSTEM).__file__)).parent
    assert {"handlers", "hosting", "seeds", "service", "tables"} <= modules & tested


@pytest.mark.req("C94")
def test_tests_run_on_a_postgresql_of_this_machine_that_they_start(
    server_of_proofs: PostgresServer,
) -> None:
    assert server_of_proofs.host == "127.0.0.1"
    with psycopg.connect(server_of_proofs.as_superuser()) as connection:
        assert connection.info.server_version >= 150_000
