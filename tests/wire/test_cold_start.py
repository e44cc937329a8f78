"""What a process that gets one item does not import."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from bench.client.processes import Processes
from bench.client.serving import serving

BIG = {
    "asyncio",
    "boto3",
    "botocore",
    "concurrent.futures",
    "configparser",
    "encodings.idna",
    "http.client",
    "logging",
    "sqlite3",
    "urllib.request",
}
OURS = {
    "trueup.engines.dynamodb.botocore_wire",
    "trueup.engines.dynamodb.wire.http.async_connection",
    "trueup.engines.dynamodb.wire.http.async_pool",
    "trueup.engines.dynamodb.wire.asynchronous",
    "trueup.engines.dynamodb.ddl",
    "trueup.engines.dynamodb.inspect",
    "trueup.engines.sqlite",
    "trueup.schema.changes",
    "trueup.schema.create",
    "trueup.testing",
}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """After the first get: over TLS, with credentials and NO_PROXY of the environment."""
    folder = tmp_path_factory.mktemp("served")
    with serving(folder) as served:
        return set(Processes(served, folder).run("modules", "trueup"))


def test_a_first_get_imports_no_big_module_that_it_does_not_need(imported: set[str]) -> None:
    assert imported & BIG == set()


def test_a_first_get_imports_nothing_of_ours_that_it_does_not_need(imported: set[str]) -> None:
    assert imported & OURS == set()


@pytest.mark.parametrize("name", sorted(OURS))
def test_what_is_not_imported_has_not_moved(name: str) -> None:
    assert find_spec(name) is not None
