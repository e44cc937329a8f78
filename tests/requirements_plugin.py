"""The `req` mark: a test says which requirements it proves, and a wrong claim fails collection."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tools._requirements import find_problem, known_ids

KNOWN = pytest.StashKey[frozenset[str]]()
Collected = pytest.Item | pytest.Collector | list[pytest.Item | pytest.Collector] | None


def pytest_configure(config: pytest.Config) -> None:
    """Read the ids once."""
    config.stash[KNOWN] = known_ids(config.rootpath / "requirements")


# A collector's own error, unlike one raised after collection, reads the same under xdist.
@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class,
) -> Generator[None, Collected, Collected]:
    """Refuse unknown ids, more than ten on one test, and a mark without any."""
    collected = yield
    nodes = collected if isinstance(collected, list) else [collected]
    known = collector.config.stash[KNOWN]
    for node in nodes:
        problem = _find_problem(node, known) if isinstance(node, pytest.Item) else None
        if problem is not None:
            raise collector.CollectError(problem)
    return collected


def _find_problem(item: pytest.Item, known: frozenset[str]) -> str | None:
    marks = list(item.iter_markers("req"))
    if any(not mark.args or mark.kwargs for mark in marks):
        return f"{item.nodeid}: `req` takes one id or more, nothing else"
    problem = find_problem([id for mark in marks for id in mark.args], known)
    return None if problem is None else f"{item.nodeid}: {problem}"
