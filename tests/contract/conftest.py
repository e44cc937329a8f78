"""Our engines, each with an empty database for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest

from trueup.testing import postgres
from trueup.testing.cleanup import drop_tables
from trueup.testing.postgres import PostgresServer, running_postgres
from trueup.testing.postgres_programs import embedded_programs
from trueup.testing.suite.harness.behaviours import BEHAVIOURS
from trueup.testing.suite.harness.deviations import Deviations, read_deviations
from trueup.testing.suite.harness.engine import EngineUnderTest, Flavour, engine_at

# In memory where there is such a folder: that files survive a crash is shown in tests/durability.
SHARED_MEMORY = Path("/dev/shm")


@pytest.fixture
def folder() -> Iterator[str]:
    with TemporaryDirectory(dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None) as path:
        yield path


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run everything on each engine, and on its second wire what `every_wire` says."""
    if "engine_under_test" not in metafunc.fixturenames:
        return
    engines = ["sqlite", "postgres", "postgres-16", "dynamodb-direct"]
    if metafunc.definition.get_closest_marker("every_wire"):
        engines.append("dynamodb-botocore")
    if metafunc.definition.get_closest_marker("sql"):
        engines.remove("dynamodb-direct")
    metafunc.parametrize("engine_under_test", engines, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the suite once on the other PostgreSQL, not in both flavours: what is another there is
    the server."""
    left_out = [item for item in items if _parameters(item) == ("postgres-16", Flavour.ASYNC)]
    if left_out:
        omitted = set(left_out)
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in omitted]


def _parameters(item: pytest.Item) -> tuple[object, object]:
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return parameters.get("engine_under_test"), parameters.get("flavour")


@pytest.fixture(scope="session")
def embedded_postgres() -> Iterator[PostgresServer]:
    """The PostgreSQL 16 that pip installs."""
    with running_postgres(programs=embedded_programs(16)) as server:
        yield server


@pytest.fixture
def engine_under_test(request: pytest.FixtureRequest, folder: str) -> Iterator[EngineUnderTest]:
    if request.param == "sqlite":
        yield engine_at("sqlite", f"sqlite:///{folder}/contract.db")
        return
    if request.param == "postgres":
        yield from _on_postgres(request.getfixturevalue("postgres_url"))
        return
    if request.param == "postgres-16":
        server: PostgresServer = request.getfixturevalue("embedded_postgres")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PGPASSWORD", server.password)
            yield from _on_postgres(server.url)
        return
    url: str = request.getfixturevalue("dynamodb_url")
    prefix = f"trueup-contract-{uuid4().hex[:12]}-"
    wired = f"{url}{'&' if '?' in url else '?'}wire={request.param.removeprefix('dynamodb-')}"
    try:
        yield engine_at(
            os.environ.get("DYNAMODB_SERVER", "ministack"), wired, table_names=f"{prefix}{{table}}"
        )
    finally:
        drop_tables(url, prefix)


def _on_postgres(url: str) -> Iterator[EngineUnderTest]:
    prefix = f"t{uuid4().hex[:12]}-"
    try:
        yield engine_at("postgres", url, table_names=f"{prefix}{{table}}")
    finally:
        postgres.drop_tables(url, prefix)


@pytest.fixture(scope="session")
def deviations() -> Deviations:
    names = {*BEHAVIOURS, "test_server_refuses_what_the_rules_refuse"}
    return read_deviations(Path(__file__).with_name("deviations.toml"), names)
