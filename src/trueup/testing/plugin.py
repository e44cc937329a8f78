"""The pytest plugin: `pytest_plugins = ["trueup.testing.plugin"]` in the root `conftest.py`.

It runs the contract suite against the engine of the fixture `engine_under_test`, which users
override. See `docs/guides/own_engine.md`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction, signature
from types import ModuleType
from typing import Any

import pytest

# Before the suite is imported, so that its failing asserts show the compared values.
pytest.register_assert_rewrite("trueup.testing.suite")

from .suite.harness.contract import Contract  # noqa: E402  # see above
from .suite.harness.deviations import Deviations  # noqa: E402
from .suite.harness.engine import EngineUnderTest, Flavour  # noqa: E402

BEHAVIOURS_PACKAGE = f"{__package__}.suite.behaviours"


class BehaviourModule(pytest.Module):
    """A module of the suite inside the test module that imports it.

    So failures are reported under the suite's module, and `-k` and `::` select it.
    """

    def __init__(self, *, behaviours: ModuleType, **options: Any) -> None:
        super().__init__(**options)
        self._behaviours = behaviours

    def _getobj(self) -> ModuleType:
        return self._behaviours


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> pytest.Collector | None:
    """Collect the modules of the suite from a module that imports them."""
    if not isinstance(obj, ModuleType) or obj.__name__ != f"{BEHAVIOURS_PACKAGE}.{name}":
        return None
    # Under the path of the user's module, so that the hooks of its conftest.py apply.
    return BehaviourModule.from_parent(
        collector,
        path=collector.path,
        name=name,
        nodeid=f"{collector.nodeid}::{name}",
        behaviours=obj,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the suite's marks, so that strict markers accept them."""
    config.addinivalue_line("markers", "req(*ids): the requirements that a test proves")
    config.addinivalue_line("markers", "fault(*ids): the faults that a test keeps away")
    config.addinivalue_line(
        "markers", "every_wire: run this on each wire of an engine, not on one of them only"
    )


@pytest.fixture
def engine_under_test() -> EngineUnderTest:
    """The engine of a test, with its own empty database. Override it."""
    raise pytest.UsageError(
        "define a fixture engine_under_test that returns an EngineUnderTest, for example "
        "engine_at('sqlite', f'sqlite:///{tmp_path}/contract.db')"
    )


@pytest.fixture(scope="session")
def deviations() -> Deviations:
    """The known differences of servers: none. Override it with `read_deviations(...)`."""
    return Deviations()


@pytest.fixture(params=list(Flavour), ids=lambda flavour: flavour.value)
def flavour(request: pytest.FixtureRequest) -> Flavour:
    """The flavour of a test: every contract test runs both sync and async."""
    chosen: Flavour = request.param
    return chosen


@pytest.fixture
def contract(
    request: pytest.FixtureRequest,
    engine_under_test: EngineUnderTest,
    flavour: Flavour,
    deviations: Deviations,
) -> Contract:
    """The contract under test. A known deviation must fail; if it passes, that is an error."""
    behaviour = request.function.__name__
    case = _case_name(request.node)
    known = deviations.find(engine_under_test.name, behaviour, case)
    if known is not None:
        reason = f"{known.reason} ({known.source})"
        request.node.add_marker(pytest.mark.xfail(reason=reason, strict=True))
    return Contract(engine_under_test, flavour)


def _case_name(node: Any) -> str | None:
    parameters = node.callspec.params if hasattr(node, "callspec") else {}
    name: str | None = getattr(parameters.get("case"), "name", None)
    return name


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a contract test, an `async def` with the fixture `contract`, in its own event loop."""
    contract = pyfuncitem.funcargs.get("contract")
    if not isinstance(contract, Contract) or not iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in signature(pyfuncitem.obj).parameters}
    asyncio.run(_run(contract, pyfuncitem.obj, arguments))
    return True


async def _run(
    contract: Contract, test: Callable[..., Awaitable[None]], arguments: dict[str, Any]
) -> None:
    try:
        await test(**arguments)
    finally:
        await contract.aclose()


def server_url(variable: str) -> str:
    """The URL of a server under test, from the environment.

    If the variable is not set, the test is skipped; in CI it fails, so that no engine is silently
    untested.
    """
    url = os.environ.get(variable)
    if url:
        return url
    message = f"{variable} is not set: the URL of the server to test"
    if os.environ.get("CI"):
        pytest.fail(f"{message}; in CI a missing engine is a failure", pytrace=False)
    pytest.skip(message)
