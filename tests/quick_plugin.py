"""`--quick`: tests that need a server are left out, and the last line says how many.

A test needs one if it asks for a fixture of SERVERS, sooner or later, or has the mark `server`.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

SERVERS = frozenset(
    {
        "dynamodb_url",
        "embedded_postgres",
        "postgis_url",
        "postgres_owner_url",
        "postgres_server",
        "postgres_url",
    }
)
REASON = "needs a server"
_COUNTED = "left_out"
_LEFT_OUT = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--quick", action="store_true", help="leave out what needs a server")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is known to need a server."""
    if not config.getoption("quick"):
        return
    left_out = [item for item in items if _needs_server(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not _needs_server(item)]
    config.stash[_LEFT_OUT] = len(left_out)
    if hasattr(config, "workeroutput"):
        config.workeroutput[_COUNTED] = len(left_out)


def _needs_server(item: pytest.Item) -> bool:
    if item.get_closest_marker("server") is not None:
        return True
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    engine = parameters.get("engine_under_test", "sqlite")
    return engine != "sqlite" or not SERVERS.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: Any) -> None:
    """Skip what asks for a server only when it runs."""
    if request.config.getoption("quick") and fixturedef.argname in SERVERS:
        skipped = pytest.skip.Exception(REASON)
        fixturedef.cached_result = (None, fixturedef.cache_key(request), (skipped, None))
        raise skipped


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the number from a process of pytest-xdist: each of them collects every test."""
    node.config.stash[_LEFT_OUT] = getattr(node, "workeroutput", {}).get(_COUNTED, 0)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """Say what was left out, after everything else."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not session.config.getoption("quick"):
        return
    skipped = [one for one in reporter.stats.get("skipped", []) if REASON in str(one.longrepr)]
    count = session.config.stash.get(_LEFT_OUT, 0) + len(skipped)
    reporter.write_line(
        f"Left out: {count} tests on PostgreSQL and on DynamoDB's protocol. `make test` runs all."
    )
